"""Backups taken and put back, and a conversation, by the command line."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.settings import PREFIX

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    for name, value in (("HOME", str(tmp_path / "home")), ("CACHE", str(tmp_path / "cache")), ("MODEL", "hashing")):
        monkeypatch.setenv(PREFIX + name, value)

    def call(*words: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, words, input=stdin)

    assert call("init", "--no-library").exit_code == 0
    return call


def add(run: Run, tmp_path: Path, name: str, text: str) -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    identity: str = json.loads(run("add", str(path), "--json").stdout)["documents"][0]["document_id"]
    return identity


def ids(run: Run) -> set[str]:
    return {row["id"] for row in json.loads(run("list", "--json").stdout)["documents"]}


def test_a_backup_brings_back_documents_but_not_what_was_removed_since(run: Run, tmp_path: Path) -> None:
    kept, gone = add(run, tmp_path, "a.txt", "Apples grow in Isfara."), add(run, tmp_path, "b.txt", "Snow in Murghob.")
    saved = tmp_path / "saved.sqlite"
    assert run("backup", str(saved)).exit_code == 0
    later = add(run, tmp_path, "c.txt", "A later note about remittances.")
    run("remove", gone)
    result = run("restore", str(saved), "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == {"schema": 1, "documents": 1, "stay_removed": [gone]}
    assert ids(run) == {kept}
    assert later not in ids(run)
    found = json.loads(run("search", "--json", "snow in Murghob").stdout)
    assert found["snapshot"]["documents"] == 1
    assert not list((tmp_path / "home").glob("*restored*"))


def test_a_backup_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "saved.sqlite"
    target.write_text("mine")
    assert run("backup", str(target)).exit_code == 1
    assert target.read_text() == "mine"


def test_what_is_no_backup_changes_nothing(run: Run, tmp_path: Path) -> None:
    kept = add(run, tmp_path, "a.txt", "Apples grow in Isfara.")
    broken = tmp_path / "broken.sqlite"
    broken.write_text("no database at all, only words")
    for path in (broken, tmp_path / "missing.sqlite"):
        assert run("restore", str(path)).exit_code == 1
    assert ids(run) == {kept}


def test_a_chat_answers_line_by_line_and_survives_a_bad_question(run: Run, tmp_path: Path) -> None:
    add(run, tmp_path, "a.txt", "Apples grow in Isfara.")
    result = run("chat", stdin="Where do apples grow?\n" + "x" * 3000 + "\nAnd pears?\n")
    assert result.exit_code == 0
    assert "too long" in result.stderr
    assert result.stdout.count("a.txt") == 2


def test_a_damaged_backup_is_refused_naming_the_row_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    kept = add(run, tmp_path, "a.txt", "Apples grow in Isfara.")
    saved = tmp_path / "saved.sqlite"
    told = json.loads(run("backup", str(saved), "--json").stdout)
    assert told["sha256"] == hashlib.sha256(saved.read_bytes()).hexdigest()
    saved.write_bytes(saved.read_bytes().replace(b"Isfara", b"Isfana"))
    result = run("restore", str(saved))
    assert result.exit_code == 1
    assert f"is damaged (versions: {kept}@" in " ".join(result.stderr.split())
    assert ids(run) == {kept}


def test_damaged_documents_are_set_aside_when_a_backup_takes_their_place(run: Run, tmp_path: Path) -> None:
    kept = add(run, tmp_path, "a.txt", "Apples grow in Isfara.")
    saved, store = tmp_path / "saved.sqlite", tmp_path / "home" / "corpus.sqlite"
    assert run("backup", str(saved)).exit_code == 0
    store.write_bytes(store.read_bytes()[:9000])
    assert run("restore", str(saved)).exit_code == 0
    assert ids(run) == {kept}
    assert store.with_name("corpus.sqlite.damaged-1").stat().st_size >= 9_000  # SQLite takes its log in at a look
    assert json.loads(run("doctor", "--json").stdout)["checks"][3]["ok"]


def test_what_is_removed_by_hand_is_gone_from_the_disk(run: Run, tmp_path: Path) -> None:
    gone = add(run, tmp_path, "b.txt", "Snow fell on Murghob.")
    (tmp_path / "b.txt").unlink()
    add(run, tmp_path, "a.txt", "Apples grow in Isfara.")
    assert run("remove", gone).exit_code == 0
    command = ["grep", "-rl", "Murghob", str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == ""
