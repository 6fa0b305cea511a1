"""The command line over real homes, with the hashing encoder for speed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.settings import PREFIX
from index.store import SnapshotStore
from tests.index.test_tokens import Reader

NOTE = """# Held at the airport

On 27 April 2024 Vnukovo airport still held 954 citizens of Tajikistan. Students were among them.
"""
RUSSIAN = "Во Внукове удерживали 954 гражданина Таджикистана. Среди них были студенты."

Run = Callable[..., Result]


def live_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MUHOJIR_HOME", str(folder / "home"))
    monkeypatch.setenv("MUHOJIR_CACHE", str(folder / "cache"))
    monkeypatch.setenv("MUHOJIR_MODEL", "hashing")


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that is not there yet, and the encoder that needs no model."""
    live_in(tmp_path, monkeypatch)
    return tmp_path


def call(*words: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, words, input=stdin)


@pytest.fixture
def run(environment: Path) -> Run:
    return call


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An own home with one English note and one Russian, to be copied."""
    root = tmp_path_factory.mktemp("made")
    folder = root / "notes"
    folder.mkdir()
    (folder / "airport.md").write_text(NOTE, encoding="utf-8")
    (folder / "vnukovo.txt").write_text(RUSSIAN, encoding="cp1251")
    with pytest.MonkeyPatch.context() as monkeypatch:
        live_in(root, monkeypatch)
        assert call("init", "--no-library").exit_code == 0
        assert call("add", str(folder)).exit_code == 0
    return root


@pytest.fixture
def notes(environment: Path, made: Path) -> Path:
    """That home as this test's own."""
    shutil.copytree(made, environment, dirs_exist_ok=True)
    return environment / "notes"


def data(result: Result) -> Any:
    return json.loads(result.stdout)


def ids(run: Run) -> list[str]:
    return [row["id"] for row in data(run("list", "--json"))["documents"]]


def test_the_first_question_makes_the_home_from_the_library(run: Run) -> None:
    result = run("search", "Vnukovo airport", "--json")
    assert result.exit_code == 0
    assert data(result)["snapshot"]["documents"] >= 60
    assert "Indexing the library" in result.stderr
    assert run("search", "Vnukovo airport").stderr == ""


def test_data_goes_to_stdout_and_all_else_to_stderr(run: Run, notes: Path) -> None:
    result = run("add", str(notes), "--json")
    assert {row["outcome"] for row in data(result)["documents"]} == {"unchanged"}
    result = run("ask", "--json", "--k", "0", "x")
    assert data(result)["type"] == "urn:muhojir:problem:invalid-request"
    assert result.stderr == ""


def test_a_search_finds_a_windows_1251_text(run: Run, notes: Path) -> None:
    result = run("search", "удерживали во Внукове", "--json")
    assert data(result)["passages"][0]["text"] == RUSSIAN


def test_a_passage_id_of_a_search_can_be_shown(run: Run, notes: Path) -> None:
    passage = data(run("search", "Students", "--json"))["passages"][0]
    shown = run("show", passage["id"])
    assert passage["text"] in shown.stdout
    assert data(run("show", passage["id"], "--json"))["text"] == passage["text"]


@pytest.mark.parametrize("words", [["-"], []])
def test_a_question_may_come_on_standard_input(run: Run, notes: Path, words: list[str]) -> None:
    result = run("search", "--json", *words, stdin="Vnukovo airport\n")
    assert data(result)["question"]["text"] == "Vnukovo airport"


def test_the_words_of_a_question_need_no_quotes(run: Run, notes: Path) -> None:
    assert data(run("search", "--json", "Vnukovo", "airport"))["question"]["text"] == "Vnukovo airport"


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (["ask", ""], None, "question: too short"),
        (["ask", "x" * 10_000], None, "question: too long: 10000, at most 2000"),
        (["ask"], b"\xff\xfe\x00", "iconv"),
        (["ask"], "", "question: too short"),
        (["ask", "a\x00b"], None, "NUL"),
        (["ask", "\udcff"], None, "no UTF-8"),
        (["search", "x", "-k", "0"], None, "k: at least 1"),
        (["search", "x", "-k", "1000000000"], None, "k: at most 50"),
        (["search", "x", "--from", "2025", "--to", "2024"], None, "swap them"),
        (["search", "x", "--from", "yesterday"], None, "2011-08"),
        (["ask", "x", "--mode", "guess"], None, "mode"),
        (["ask", "x", "--unknown-filter", "y"], None, "unknown-filter"),
        (["cite", "x", "--format", "endnote"], None, "bibtex"),
        (["eval"], None, "--questions"),
        (["nonsense"], None, "nonsense"),
    ],
)
def test_a_usage_error_exits_2_and_names_the_mistake(
    run: Run, notes: Path, words: list[str], stdin: str | bytes | None, said: str
) -> None:
    result = run(*words, stdin=stdin)
    assert result.exit_code == 2, result.stderr
    assert said in result.stderr
    assert result.stdout == ""


def test_declining_exits_3_with_reason_and_body(run: Run, notes: Path) -> None:
    result = run("ask", "--json", "How is pizza baked in Naples?")
    assert result.exit_code == 3
    body = data(result)
    assert body["answer"]["status"] == "abstained"
    assert body["citations"] == []


def test_filters_that_match_nothing_exit_3(run: Run, notes: Path) -> None:
    result = run("ask", "--json", "--publisher", "Nobody", "Who was held?")
    assert (result.exit_code, data(result)["answer"]["reason"]) == (3, "no_documents_match_filters")
    assert run("search", "--publisher", "Nobody", "Who was held?").exit_code == 3


def test_what_is_unknown_exits_3(run: Run, notes: Path) -> None:
    for words in (["show", "none"], ["cite", "none"], ["remove", "none"], ["show", "none@000000000000:1-2"]):
        result = run(*words)
        assert result.exit_code == 3, words
        assert "muhojir list" in result.stderr


def test_a_damaged_index_exits_4_and_the_command_it_names_mends_it(run: Run, notes: Path, environment: Path) -> None:
    for file in (environment / "home" / "snapshots" / "segments").glob("*/vectors.bin"):
        file.write_bytes(b"")
    result = run("search", "Vnukovo")
    assert result.exit_code == 4
    assert "muhojir doctor --repair" in result.stderr
    assert run("doctor").exit_code == 1
    assert run("doctor", "--repair").exit_code == 0
    assert run("search", "Vnukovo").exit_code == 0


def test_an_index_of_another_model_exits_4_and_names_both(run: Run, notes: Path, environment: Path) -> None:
    snapshots = SnapshotStore(environment / "home")
    manifest = snapshots.manifest(snapshots.current_id())
    other = replace(manifest.recipe, encoder=replace(manifest.recipe.encoder, model="other-model"))
    with snapshots.building():
        snapshots.publish(replace(manifest, recipe=other), None)
    result = run("search", "Vnukovo")
    assert result.exit_code == 4
    assert "other-model" in result.stderr
    assert "hashing" in result.stderr
    assert run("init").exit_code == 0
    assert run("search", "Vnukovo").exit_code == 0


def test_a_server_that_does_not_answer_exits_5(run: Run) -> None:
    result = run("ask", "--server", "http://127.0.0.1:9", "x")
    assert result.exit_code == 5
    assert "muhojir serve" in result.stderr
    assert data(run("show", "x", "--json", "--server", "http://127.0.0.1:9"))["status"] == 502


def test_an_unknown_setting_exits_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHOJIR_HOEM", "x")
    result = run("list")
    assert result.exit_code == 2
    assert "MUHOJIR_HOME" in result.stderr


def test_home_may_stand_before_or_after_the_command(run: Run, notes: Path, environment: Path) -> None:
    other = str(environment / "other")
    assert run("init", "--no-library", "--home", other).exit_code == 0
    assert data(run("--home", other, "list", "--json"))["documents"] == []
    assert data(run("list", "--json", "--home", other))["documents"] == []
    assert len(ids(run)) == 2


def test_a_dry_run_reads_and_stores_nothing(run: Run, environment: Path) -> None:
    (environment / "a.txt").write_text("Some words.")
    result = run("add", "--dry-run", "--json", str(environment / "a.txt"))
    assert data(result)["documents"][0]["outcome"] == "read"
    assert not (environment / "home").exists()


def test_given_metadata_are_kept_with_their_basis(run: Run, environment: Path) -> None:
    (environment / "a.txt").write_text("Some words about migrants.")
    run("init", "--no-library")
    added = run(
        "add", str(environment / "a.txt"), "--title", "A note", "--publisher", "FIDH", "--published", "2011-08",
        "--author", "A", "--author", "B", "--topic", "patents", "--url", "https://example.org/a", "--json",
    )  # fmt: skip
    shown = data(run("show", data(added)["documents"][0]["document_id"], "--json"))
    assert shown["dates"]["published"] == {"value": "2011-08", "precision": "month", "basis": "given"}
    assert (shown["title"], shown["publisher"], shown["author"]) == ("A note", "FIDH", ["A", "B"])
    assert data(run("search", "migrants", "--topic", "patents", "--json"))["filters"]["matching_documents"] == 1


def test_metadata_for_a_whole_folder_are_refused(run: Run, environment: Path) -> None:
    result = run("add", str(environment), "--publisher", "FIDH")
    assert result.exit_code == 1
    assert "without them" in result.stderr


def test_unreadable_files_are_named_and_the_others_stay(run: Run, environment: Path) -> None:
    good, empty, binary = (environment / name for name in ("good.txt", "empty.txt", "binary.txt"))
    good.write_text("Good words.")
    empty.write_bytes(b"")
    binary.write_bytes(b"\x00\x01\x02")
    run("init", "--no-library")
    result = run("add", str(good), str(empty), str(binary), str(environment / "gone.txt"))
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stderr.splitlines() if line.startswith("skipped")] == [
        "skipped empty.txt", "skipped binary.txt", "skipped gone.txt"
    ]  # fmt: skip
    assert len(ids(run)) == 1


def test_a_folder_without_readable_files_is_an_error(run: Run, environment: Path) -> None:
    (environment / "nothing").mkdir()
    run("init", "--no-library")
    result = run("add", str(environment / "nothing"))
    assert result.exit_code == 1
    assert "no file that can be read" in result.stderr


def test_a_removed_document_is_never_found_again_and_no_snapshot_holds_it(run: Run, notes: Path) -> None:
    before = data(run("snapshots", "list", "--json"))["snapshots"][-1]["id"]
    gone = next(name for name in ids(run) if "airport" in name)
    assert run("remove", gone).exit_code == 0
    assert run("snapshots", "rollback", before).exit_code == 4
    found = data(run("search", "Students were among them at the airport", "--json"))
    assert gone not in found["documents"]
    assert found["snapshot"]["documents"] == 1


def test_one_unknown_id_among_several_removes_none(run: Run, notes: Path) -> None:
    assert run("remove", *ids(run), "none").exit_code == 3
    assert len(ids(run)) == 2


def test_rolling_back_answers_from_the_earlier_documents(run: Run, notes: Path, environment: Path) -> None:
    before = data(run("snapshots", "list", "--json"))["snapshots"][-1]["id"]
    (environment / "new.txt").write_text("A new text about remittances.")
    run("add", str(environment / "new.txt"))
    assert run("snapshots", "rollback", before).exit_code == 0
    assert data(run("search", "remittances", "--json"))["snapshot"]["documents"] == 2
    assert run("init").exit_code == 0
    assert data(run("search", "remittances", "--json"))["snapshot"]["documents"] == 3


def test_pruning_keeps_the_live_snapshot(run: Run, notes: Path) -> None:
    assert len(data(run("snapshots", "list", "--json"))["snapshots"]) == 2
    assert run("snapshots", "prune", "--keep", "1").exit_code == 0
    rows = data(run("snapshots", "list", "--json"))["snapshots"]
    assert [row["live"] for row in rows] == [True]
    assert run("search", "Vnukovo").exit_code == 0
    assert run("snapshots", "rollback", "000000000000").exit_code == 4


def test_the_doctor_names_what_it_looked_at(run: Run, notes: Path) -> None:
    report = data(run("doctor", "--json"))
    assert [check["name"] for check in report["checks"]] == [
        "python", "no CUDA", "home", "documents", "model", "index", "older snapshots", "jobs and keys", "kept vectors",
    ]  # fmt: skip
    assert all(check["ok"] for check in report["checks"])
    assert report["settings"]["model"] == "hashing"


def test_the_doctor_names_tokens_of_an_earlier_program_and_makes_them_anew(
    run: Run, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Telling(Reader):
        def __init__(self) -> None:
            super().__init__(256)

    monkeypatch.setattr("index.encoder.HashingEncoder", Telling)
    assert run("doctor", "--repair").exit_code == 0
    assert "earlier program" not in run("doctor").output
    monkeypatch.setattr(Telling, "head", "later")
    found = run("doctor")
    assert found.exit_code == 0
    assert "its tokens are those of an earlier program and not used: muhojir doctor --repair" in found.output
    assert run("doctor", "--repair").exit_code == 0
    assert "earlier program" not in run("doctor").output


def test_citations_come_in_every_format(run: Run, notes: Path) -> None:
    name = ids(run)[0]
    assert run("cite", name).exit_code == 0
    assert run("cite", name, "--format", "bibtex").stdout.startswith("@")
    assert json.loads(run("cite", name, "--json").stdout)[0]["id"] == name


def commands() -> Sequence[Sequence[str]]:
    import typer

    root = typer.main.get_command(app)
    assert isinstance(root, typer.core.TyperGroup)
    found: list[list[str]] = []
    for name, command in root.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            found += [[name, child] for child in command.commands]
        else:
            found.append([name])
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_shows_an_example_in_its_help(words: Sequence[str], environment: Path) -> None:
    result = CliRunner().invoke(app, [*words, "--help"])
    assert result.exit_code == 0
    assert f"muhojir {' '.join(words)}" in result.stdout.split("Example", 1)[1]


def process(*words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "api.cli", *words], input=stdin, capture_output=True, check=False)


def test_the_installed_command_answers_as_a_process(notes: Path) -> None:
    result = process("search", "--json", stdin="Внукове".encode())
    assert result.returncode == 0, result.stderr.decode()
    assert json.loads(result.stdout)["question"]["language"] == "ru"


def test_one_thread_works_at_a_search_unless_more_are_asked_for() -> None:
    program = "import sys, os, api; print(os.environ['OMP_NUM_THREADS'], 'numpy' in sys.modules)"
    unset = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    for given, threads in (({}, "1"), ({"OMP_NUM_THREADS": "3"}, "3")):
        result = subprocess.run(
            [sys.executable, "-c", program], env=unset | given, capture_output=True, text=True, check=True
        )
        assert result.stdout.split() == [threads, "False"]  # numpy would have taken its number of threads before


def test_asking_loads_no_web_framework_and_no_torch(notes: Path) -> None:
    program = (
        "import sys\nfrom api.cli import app\n"
        "try: app(['ask', 'Vnukovo?'])\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'fastapi', 'uvicorn', 'httpx', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stderr.splitlines()[-1] == "[]"


def test_a_closed_pipe_is_quiet(notes: Path) -> None:
    command = f"{sys.executable} -m api.cli list | true"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in result.stderr
    assert "BrokenPipe" not in result.stderr


def test_a_dossier_and_the_sources_of_a_refusal_are_written(run: Run, notes: Path, environment: Path) -> None:
    for name, start in (("sheet.html", "<!doctype html>"), ("sheet.md", "# ")):
        run("ask", "--dossier", str(environment / name), "How is pizza baked?")
        assert (environment / name).read_text(encoding="utf-8").startswith(start)
    assert run("ask", "--cite", "csl-json", "How is pizza baked?").stdout == "[]\n"
    assert run("ask", "--dossier", str(environment / "no" / "folder.md"), "x?").exit_code == 2
