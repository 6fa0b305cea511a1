"""show, list and add over a real home: facts with their basis, filters, copies."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.settings import PREFIX

Run = Callable[..., Result]

NOTICE = """Held at the airport

By Nora Example

25 April 2024

On April 12 the airport held 954 citizens of Tajikistan, and students of Russian universities were among them for days.
Relatives brought water and food to the terminal every evening, and lawyers were let in only on the third day of it all.
Nobody explained to the travellers why their papers were taken, when they would fly home or who had decided about them.

Read 8059 times

Copyright © 2024 Example Press. All rights reserved.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MUHOJIR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MUHOJIR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MUHOJIR_MODEL", "hashing")
    (tmp_path / "notice.txt").write_text(NOTICE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    def call(*words: str) -> Result:
        return CliRunner().invoke(app, words)

    call("init", "--no-library")
    return call


def data(result: Result) -> Any:
    return json.loads(result.stdout)


def add(run: Run, *words: str) -> str:
    return str(data(run("add", "--json", *words))["documents"][0]["document_id"])


def facts(body: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {fact["field"]: (fact["value"], fact["basis"]) for fact in body["facts"]}


def test_an_account_tells_each_fact_and_its_basis_and_what_was_dropped_by_which_rule(run: Run, folder: Path) -> None:
    body = data(run("show", add(run, str(folder / "notice.txt"), "--publisher", "FIDH"), "--account", "--json"))
    known = facts(body)
    assert known["publisher"] == ("FIDH", "given")
    assert known["published"] == ("2024-04-25", "stated")
    assert known["language"] == ("en", "inferred")
    assert known["symbol"] == ("", "unknown")
    dropped = {one["text"].strip(): one["rule"] for one in body["dropped"]}
    assert "Read 8059 times" in dropped
    assert all(dropped.values())
    assert body["characters"]["kept"] < body["characters"]["total"]
    assert ("2024-04-12", "inferred") in [(date["value"], date["basis"]) for date in body["dates"]]


def test_show_prints_facts_and_text_and_an_account_alone_no_text(run: Run, folder: Path) -> None:
    name = add(run, str(folder / "notice.txt"))
    shown, account = run("show", name).stdout, run("show", name, "--account").stdout
    for printed in (shown, account):
        assert "2024-04-25  [stated: " in printed
        assert "Kept " in printed
    assert "lawyers were let in" in shown
    assert "lawyers were let in" not in account
    assert "[inferred]  April 12" in account


def test_an_account_of_a_server_or_a_passage_is_wrong_usage(run: Run) -> None:
    assert run("show", "a", "--account", "--server", "http://127.0.0.1:9").exit_code == 2
    assert run("show", "a@000000000000:1-2", "--account").exit_code == 2


def test_a_dry_run_accounts_for_each_file(run: Run, folder: Path) -> None:
    (body,) = data(run("add", "--dry-run", "--json", str(folder / "notice.txt"), "--title", "Mine"))["documents"]
    assert facts(body["account"])["title"] == ("Mine", "given")
    assert "Kept " in run("add", "--dry-run", str(folder / "notice.txt")).stdout
    assert data(run("list", "--json"))["documents"] == []


def test_a_sidecar_is_given_and_options_win_over_it(run: Run, folder: Path) -> None:
    (folder / "notice.txt.meta.yaml").write_text("title: Beside\npublished: 2019-05\nlang: ru\n", encoding="utf-8")
    name = add(run, str(folder / "notice.txt"), "--title", "Option")
    known = facts(data(run("show", name, "--account", "--json")))
    assert known["title"] == ("Option", "given")
    assert known["published"] == ("2019-05", "given")
    assert known["language"] == ("ru", "given")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ((), {"a", "b"}),
        (("--from", "2012"), {"b"}),
        (("--to", "2012"), {"a"}),
        (("--from", "2011-08-20", "--to", "2011"), {"a"}),
        (("--publisher", "FIDH"), {"a"}),
        (("--publisher", "FIDH", "--publisher", "Reuters"), {"a", "b"}),
        (("--publisher", "FIDH", "--topic", "raids"), set()),
        (("--topic", "raids"), {"b"}),
        (("--type", "news"), {"b"}),
        (("--language", "tg"), set()),
        (("--publisher", "Nobody"), set()),
    ],
)
def test_the_list_takes_the_filters_of_a_question(
    run: Run, folder: Path, words: tuple[str, ...], names: set[str]
) -> None:
    (folder / "a.txt").write_text("Words about permits.")
    (folder / "b.txt").write_text("Words about raids.")
    run("add", str(folder / "a.txt"), "--publisher", "FIDH", "--published", "2011-08", "--language", "en")
    run("add", str(folder / "b.txt"), "--publisher", "Reuters", "--published", "2013", "--type", "news", "--topic",
        "raids", "--language", "ru")  # fmt: skip
    found = data(run("list", "--json", *words))["documents"]
    assert {row["id"].partition("-")[0] for row in found} == names
    if words:
        asked = run("search", "Words about", "--json", *words)
        assert data(asked)["filters"]["matching_documents"] == len(names)


def test_a_reversed_range_of_a_list_is_wrong_usage(run: Run) -> None:
    result = run("list", "--from", "2014", "--to", "2013")
    assert result.exit_code == 2
    assert "swap them" in result.stderr


def test_copies_are_reported_and_name_each_other_in_a_search(run: Run, folder: Path) -> None:
    (folder / "again.txt").write_text("Another house\n\n" + NOTICE, encoding="utf-8")
    one = add(run, str(folder / "notice.txt"))
    result = data(run("add", "--json", str(folder / "again.txt")))
    two = result["documents"][0]["document_id"]
    assert result["copies"] == [sorted([one, two])]
    found = data(run("search", "954 citizens of Tajikistan", "--json"))
    [shown] = found["passages"]
    assert {shown["document_id"], *(same["document_id"] for same in shown["same"])} == {one, two}
    [card] = found["documents"].values()
    assert [card["id"], *card["parallel"]] in ([one, two], [two, one])
    assert data(run("show", one, "--json"))["parallel"] == [two]
    assert "count as one source" in run("add", str(folder / "again.txt")).stdout


def test_an_address_inside_the_network_is_refused_by_name(run: Run) -> None:
    result = run("add", "http://127.0.0.1/page")
    assert result.exit_code == 1
    assert "private network" in result.stderr
