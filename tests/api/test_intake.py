"""Files and addresses into the store, and copies that count as one source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.intake import Taken, copies_of, take_in, tie_copies
from corpus.document import Record
from corpus.errors import UnreadableDocument
from corpus.fetch import Fetched
from corpus.ingest import Draft, Report
from corpus.store import CorpusStore

PAGE = "<html><head><title>Work permits</title></head><body><p>A permit cost twice as much in May.</p></body></html>"
HEADERS = {"etag": '"v1"', "content-type": "text/html"}
STORY = " ".join(f"word{number}" for number in range(120)) + "."


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[CorpusStore]:
    opened = CorpusStore(tmp_path / "home" / "corpus.sqlite")
    yield opened
    opened.close()


def fetch(url: str) -> Fetched:
    if "gone" in url:
        raise UnreadableDocument(f"{url}: the server answers 404; open it in a browser and add the file")
    moment = datetime(2026, 11, 22, 9, tzinfo=UTC)
    return Fetched(url, url + "/final", "example.org/permits", "text/html", PAGE.encode(), moment, HEADERS)


def take(sources: Sequence[str], store: CorpusStore | None, given: Mapping[str, object] | None = None) -> list[Taken]:
    return list(take_in(sources, given or {}, store, Report(), fetch))


def test_an_address_is_stored_with_where_and_when_it_was_read_as_given(empty: CorpusStore) -> None:
    (taken,) = take(["https://example.org/permits"], empty)
    record, account = empty.get(taken.document_id).record, empty.account(taken.document_id)
    assert record.url == "https://example.org/permits/final"
    assert record.accessed is not None
    assert (record.accessed.value, record.accessed.basis) == ("2026-11-22", "given")
    assert account.headers == HEADERS
    assert account.how["url"] == "given"


def test_options_win_over_what_the_address_says(empty: CorpusStore) -> None:
    (taken,) = take(["https://example.org/permits"], empty, {"url": "https://example.org/p", "title": "Mine"})
    record = empty.get(taken.document_id).record
    assert (record.url, record.title) == ("https://example.org/p", "Mine")


def test_the_same_address_twice_changes_nothing(empty: CorpusStore) -> None:
    outcomes = [take(["https://example.org/permits"], empty)[0].outcome for _ in range(2)]
    assert outcomes == ["added", "unchanged"]


def test_an_address_that_fails_is_named_and_the_others_stay(empty: CorpusStore, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some words.")
    report = Report()
    sources = ["https://example.org/gone", str(tmp_path / "a.txt"), "https://example.org/permits"]
    taken = list(take_in(sources, {}, empty, report, fetch))
    assert [one.name for one in taken] == ["a.txt", "example.org/permits"]
    assert [one.name for one in report.skipped] == ["https://example.org/gone"]


def test_a_dry_run_hands_back_what_was_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some words.")
    (taken,) = take([str(tmp_path / "a.txt")], None)
    assert (taken.outcome, taken.document_id) == ("read", "")
    assert taken.draft is not None
    assert taken.draft.text == "Some words."


def add(store: CorpusStore, folder: Path, texts: Mapping[str, str]) -> dict[str, str]:
    for name, text in texts.items():
        (folder / name).write_text(text)
    return {one.name: one.document_id for one in take([str(folder / name) for name in texts], store)}


def test_copies_share_the_source_of_the_first_and_others_stay_alone(empty: CorpusStore, tmp_path: Path) -> None:
    texts = {"z.txt": STORY, "a.txt": "Another house.\n\n" + STORY, "other.txt": "Words of its own. " * 30}
    ids = add(empty, tmp_path, texts)
    tie_copies(empty)
    assert empty.get(ids["a.txt"]).record.copy_of == ids["z.txt"]
    assert empty.parallel(ids["z.txt"]) == (ids["a.txt"],)
    group = tuple(sorted((ids["a.txt"], ids["z.txt"])))
    assert copies_of(empty, [ids["a.txt"]]) == copies_of(empty, [ids["z.txt"]]) == [group]
    assert copies_of(empty, [ids["other.txt"]]) == []


def test_a_copy_of_what_was_removed_is_a_copy_no_more(empty: CorpusStore, tmp_path: Path) -> None:
    ids = add(empty, tmp_path, {"z.txt": STORY, "a.txt": STORY + " More."})
    tie_copies(empty)
    empty.remove(ids["z.txt"])
    tie_copies(empty)
    assert empty.get(ids["a.txt"]).record.copy_of == ""


def test_documents_are_compared_only_after_a_change(empty: CorpusStore, tmp_path: Path) -> None:
    add(empty, tmp_path, {"z.txt": STORY, "a.txt": STORY + " More."})
    tie_copies(empty)
    assert empty.is_compared()
    before = empty.revision()
    tie_copies(empty)
    assert empty.revision() == before


def test_only_texts_that_changed_and_their_copies_are_read_to_compare(
    empty: CorpusStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = {f"{number}.txt": " ".join(f"other{number}word{word}" for word in range(60)) for number in range(5)}
    ids = add(empty, tmp_path, {"z.txt": STORY, **others})
    tie_copies(empty)
    ids |= add(empty, tmp_path, {"a.txt": STORY + " More."})
    read: list[str] = []
    monkeypatch.setattr(
        CorpusStore, "get", lambda store, name, get=CorpusStore.get: read.append(name) or get(store, name)
    )
    tie_copies(empty)
    assert set(read) == {ids["a.txt"], ids["z.txt"]}
    assert empty.parallel(ids["a.txt"]) == (ids["z.txt"],)


def test_a_digest_is_a_copy_of_nothing(empty: CorpusStore) -> None:
    for name in ("one.txt", "two.txt"):
        empty.add(b"", Draft(name, "en", STORY, Record(digest=True)))
    tie_copies(empty)
    assert empty.sketches() == {}
    assert not any(row.record.copy_of for row in empty.list())
