"""A home whose index is moved into an engine: one setting and a URI, and every command goes on as before."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.settings import PREFIX, load_settings, read_in, written_out

pytestmark = pytest.mark.milvus

NOTES = {
    "apricots": "The envoy counted 4,711 apricots at Isfara station. Nobody else had counted them before.",
    "trains": "Twelve trains left Isfara station for the north in one week of May.",
    "raids": "Полиция провела рейды на рынках Исфары и проверила документы торговцев.",
}
QUESTION = "How many apricots did the envoy count at Isfara station?"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    places = {"HOME": tmp_path / "home", "CACHE": tmp_path / "cache", "BACKEND_URI": tmp_path / "engine.db"}
    for name, value in {**places, "MODEL": "hashing"}.items():
        monkeypatch.setenv(PREFIX + name, str(value))

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, words)

    assert call("init", "--no-library").exit_code == 0
    for name, text in NOTES.items():
        add(call, tmp_path, name, text)
    return call


def add(run: Run, folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.md").write_text(f"---\nid: {name}\n---\n{text}\n", encoding="utf-8")
    found = run("add", str(folder / f"{name}.md"))
    assert found.exit_code == 0, found.output


def answered(run: Run, question: str = QUESTION) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(run("ask", "--json", question).stdout)
    return {part: body[part] for part in ("answer", "citations", "passages", "documents")}


def move(run: Run, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    moved = run("migrate", "--to", "milvus", "--json")
    assert moved.exit_code == 0, moved.output
    monkeypatch.setenv(f"{PREFIX}BACKEND", "milvus")
    proof: dict[str, Any] = json.loads(moved.stdout)
    return proof


def test_a_moved_home_answers_as_before(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = answered(run)
    proof = move(run, monkeypatch)
    assert (proof["documents"], proof["passages"]) == (3, 3)
    after = answered(run)
    scores, same = ([passage.pop("scores") for passage in side["passages"]] for side in (after, before))
    assert scores == [pytest.approx(one, abs=1e-4) for one in same]
    ranked = [[passage.pop("score") for passage in side["passages"]] for side in (after, before)]
    assert ranked[0] == pytest.approx(ranked[1], abs=0.01)  # backgrounds of three int8 rows differ by thousandths
    assert after == before


def test_documents_are_added_and_removed_in_the_engine(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move(run, monkeypatch)
    add(run, tmp_path, "cherries", "The consul counted 815 cherries at Konibodom station in June.")
    asked = "How many cherries did the consul count at Konibodom station?"
    assert answered(run, asked)["passages"][0]["document_id"] == "cherries"
    assert run("remove", "cherries").exit_code == 0
    assert {passage["document_id"] for passage in answered(run, asked)["passages"]} <= set(NOTES)
    assert run("doctor").exit_code == 0


def test_an_earlier_generation_is_gone_back_to_without_what_was_removed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    move(run, monkeypatch)
    assert run("migrate", "--to", "milvus").exit_code == 0
    first, second = (row["id"] for row in json.loads(run("snapshots", "list", "--json").stdout)["snapshots"])
    assert first != second
    back = run("snapshots", "rollback", first)
    assert back.exit_code == 0, back.output
    assert answered(run)["passages"][0]["document_id"] == "apricots"
    assert run("remove", "apricots").exit_code == 0
    assert len(json.loads(run("snapshots", "list", "--json").stdout)["snapshots"]) == 1
    assert "apricots" not in {passage["document_id"] for passage in answered(run)["passages"]}


def test_a_copy_that_lost_rows_is_named_and_written_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.wiring import open_backend

    move(run, monkeypatch)
    snapshots: Any = open_backend(load_settings()).snapshots
    snapshots.client.delete(snapshots.current().generation.passages, 'document_id == "apricots"')
    damaged = run("doctor")
    assert damaged.exit_code == 1
    assert "should hold 3 rows and holds 2" in damaged.output
    assert run("doctor", "--repair").exit_code == 0
    assert answered(run)["passages"][0]["document_id"] == "apricots"


def test_an_engine_that_is_not_there_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(f"{PREFIX}BACKEND_URI")
    monkeypatch.setenv(f"{PREFIX}BACKEND", "milvus")
    found = run("ask", QUESTION)
    assert found.exit_code == 2
    assert "MUHOJIR_BACKEND_URI" in found.output


def test_settings_handed_to_a_process_keep_their_secrets_out_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}BACKEND_TOKEN", "reader:sesame")
    settings = load_settings()
    assert "sesame" not in written_out(settings)
    assert read_in(written_out(settings)) == settings
