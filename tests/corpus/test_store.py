from __future__ import annotations

import multiprocessing
import random
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.boilerplate import Dropped
from corpus.document import Dated, Heading, Record, Span
from corpus.errors import StoreUnavailable, UnknownDocument
from corpus.findings import Finding
from corpus.identity import new_document_id, version_of
from corpus.ingest import Draft
from corpus.schema import seal
from corpus.sketch import Sketch
from corpus.store import CorpusStore

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Clock:
    """A minute passes between one look and the next."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> datetime:
        self.looks += 1
        return START + timedelta(minutes=self.looks)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "corpus.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[CorpusStore]:
    opened = CorpusStore(path, clock=Clock())
    yield opened
    opened.close()


def draft(text: str = "One text.", name: str = "a.txt", **fields: object) -> Draft:
    return replace(Draft(name=name, language="en", text=text), **fields)  # type: ignore[arg-type]


def put(store: CorpusStore, one: Draft, raw: bytes = b"") -> str:
    return store.add(raw or one.text.encode(), one).document_id


RICH = draft(
    "Heading\n\nҳаёт e\u0301 👩‍👩‍👧 words.",
    record=Record(title="T", author=("A", "B"), published=Dated("2011-08", "inferred"), digest=True),
    headings=(Heading(Span(0, 7), 1, "Heading"),),
    pages=(0, 9),
    hidden=(Span(9, 13),),
    language="tg",
    id="my-id.tg",
)


def test_a_document_comes_back_as_it_was_added(store: CorpusStore) -> None:
    result = store.add(b"raw \x00 bytes", RICH)
    document = store.get("my-id.tg")
    assert (result.document_id, result.version, result.outcome) == ("my-id.tg", version_of(RICH.text), "added")
    for name in ("name", "language", "text", "record", "headings", "pages", "hidden"):
        assert getattr(document, name) == getattr(RICH, name), name
    assert store.raw("my-id.tg") == b"raw \x00 bytes"


def test_a_document_without_an_id_gets_one_from_its_name_and_first_bytes_for_good(store: CorpusStore) -> None:
    first = put(store, draft("One."), b"one")
    assert first == new_document_id("a.txt", b"one")
    assert put(store, draft("Two."), b"two") == first


def test_the_same_content_twice_changes_nothing(store: CorpusStore) -> None:
    put(store, RICH)
    revision = store.revision()
    assert store.add(b"other bytes, same content", RICH).outcome == "unchanged"
    assert store.revision() == revision


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (draft("One."), draft("Two.")),
        (draft("One.", record=Record(url="https://a.b")), draft("Two.", "b.txt", record=Record(url="https://a.b"))),
        (draft("One.", id="x"), draft("Two.", "b.txt", id="x")),
    ],
    ids=["name", "address", "front matter id"],
)
def test_adding_again_under_the_same_identity_makes_a_version(store: CorpusStore, first: Draft, second: Draft) -> None:
    document_id = put(store, first)
    result = store.add(b"two", second)
    assert (result.document_id, result.outcome) == (document_id, "updated")
    assert [(stored.version, stored.current) for stored in store.versions(document_id)] == [
        (version_of("One."), False),
        (version_of("Two."), True),
    ]
    assert store.get(document_id).text == "Two."
    assert store.get(document_id, version_of("One.")).text == "One."


def test_a_digest_is_no_version_of_the_text_at_the_address_of_its_source(store: CorpusStore) -> None:
    put(store, draft("Digest.", "d.md", record=Record(url="https://a.b", digest=True), id="d"))
    assert put(store, draft("Original.", "o.txt", record=Record(url="https://a.b"))) != "d"


def test_new_metadata_of_the_same_text_keep_the_version_and_are_marked_by_the_revision(store: CorpusStore) -> None:
    document_id = put(store, draft())
    before = store.list()[0].revision
    result = store.add(b"x", draft(record=Record(publisher="P")))
    assert (result.version, result.outcome) == (version_of("One text."), "updated")
    assert store.get(document_id).record.publisher == "P"
    assert len(store.versions(document_id)) == 1
    assert store.list()[0].revision == store.revision() > before


def test_going_back_to_an_earlier_text_makes_that_version_current(store: CorpusStore) -> None:
    document_id = put(store, draft("One."))
    put(store, draft("Two."))
    assert store.add(b"1", draft("One.")).outcome == "updated"
    assert store.live() == {document_id: version_of("One.")}
    assert len(store.versions(document_id)) == 2


def test_a_stored_text_cannot_be_rewritten(store: CorpusStore, path: Path) -> None:
    put(store, draft())
    db = sqlite3.connect(path)
    db.create_function("seal", -1, seal, deterministic=True)
    with pytest.raises(sqlite3.IntegrityError, match="never rewritten"):
        db.execute("UPDATE versions SET text = 'x'")
    db.close()


def test_a_removed_document_is_gone_and_leaves_a_tombstone(store: CorpusStore) -> None:
    document_id = put(store, draft())
    put(store, draft("Two."))
    revision = store.revision()
    store.remove(document_id)
    assert store.live() == {}
    assert store.list() == []
    assert list(store.documents()) == []
    assert store.revision() > revision
    for version in (None, version_of("One text."), version_of("Two.")):
        with pytest.raises(UnknownDocument, match=document_id):
            store.get(document_id, version)
    with pytest.raises(UnknownDocument):
        store.versions(document_id)
    assert {(stone.document_id, stone.version) for stone in store.tombstones()} == {
        (document_id, version_of("One text.")),
        (document_id, version_of("Two.")),
    }
    assert {(stone.removed, stone.purged) for stone in store.tombstones()} == {(START + timedelta(minutes=3), None)}


@pytest.mark.parametrize("verb", ["get", "remove", "purge", "versions", "raw"])
def test_an_unknown_document_is_named_in_the_error(store: CorpusStore, verb: str) -> None:
    with pytest.raises(UnknownDocument, match="'nothing'.*muhojir list"):
        getattr(store, verb)("nothing")


def test_removing_twice_is_an_error(store: CorpusStore) -> None:
    document_id = put(store, draft())
    store.remove(document_id)
    with pytest.raises(UnknownDocument):
        store.remove(document_id)


def test_a_corrected_document_comes_back_and_its_removed_text_does_not(store: CorpusStore) -> None:
    document_id = put(store, draft("Wrong."))
    store.remove(document_id)
    result = store.add(b"r", draft("Right."))
    assert (result.document_id, result.outcome) == (document_id, "added")
    assert [stone.version for stone in store.tombstones()] == [version_of("Wrong.")]
    with pytest.raises(UnknownDocument):
        store.get(document_id, version_of("Wrong."))
    store.purge(document_id)
    assert store.get(document_id).text == "Right."


def test_adding_the_removed_text_itself_lifts_its_tombstone(store: CorpusStore) -> None:
    document_id = put(store, draft())
    store.remove(document_id)
    assert store.add(b"x", draft()).outcome == "added"
    assert store.tombstones() == ()
    assert store.get(document_id).text == "One text."


def test_a_purge_leaves_no_byte_of_any_version_in_the_files(store: CorpusStore, path: Path) -> None:
    keep = put(store, draft("Kept words.", "k.txt"))
    document_id = put(store, draft("Zanzibar one.", "z.txt"))
    put(store, draft("Zanzibar two.", "z.txt"))
    store.remove(document_id)
    assert b"Zanzibar" in b"".join(file.read_bytes() for file in path.parent.iterdir())
    store.purge(document_id)
    assert b"Zanzibar" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert {stone.purged for stone in store.tombstones()} == {START + timedelta(minutes=5)}
    assert list(store.live()) == [keep]
    store.purge(document_id)  # a repeated job does no harm


def test_a_purge_that_a_reader_holds_up_says_so_and_can_be_repeated(path: Path) -> None:
    store = CorpusStore(path, busy_seconds=0.05)
    document_id = put(store, draft("Zanzibar."))
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT text FROM versions").fetchall()
    store.remove(document_id)
    with pytest.raises(StoreUnavailable, match="a reader still holds the old log; purge again"):
        store.purge(document_id)
    reader.close()
    store.purge(document_id)
    assert b"Zanzibar" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    store.close()


def test_a_purge_leaves_what_is_live_and_what_came_back(store: CorpusStore) -> None:
    document_id = put(store, draft())
    with pytest.raises(UnknownDocument):
        store.purge(document_id)
    store.remove(document_id)
    put(store, draft())
    with pytest.raises(UnknownDocument):
        store.purge(document_id)
    assert store.get(document_id).text == "One text."


def test_documents_come_ordered_by_id_as_of_the_first_one(store: CorpusStore) -> None:
    for name in ("b", "c", "a"):
        put(store, draft(f"Text {name}.", f"{name}.txt", id=name))
    streamed = store.documents()
    seen = [next(streamed).id]
    put(store, draft("Late.", "d.txt", id="d"))
    store.remove("b")
    assert seen + [document.id for document in streamed] == ["a", "b", "c"]
    assert list(store.live()) == ["a", "c", "d"]


def test_the_list_is_light_and_can_be_paged(store: CorpusStore) -> None:
    for name in ("a", "b", "c"):
        put(store, draft(f"{name}.", f"{name}.txt", id=name, record=Record(title=name.upper(), publisher="P")))
    assert [row.id for row in store.list(limit=2)] == ["a", "b"]
    row = store.list(after="b", limit=2)[0]
    assert (row.id, row.title, row.publisher, row.added) == ("c", "C", "P", START + timedelta(minutes=3))


def test_parallel_texts_are_those_of_one_source(store: CorpusStore) -> None:
    put(store, draft("Original.", "o.md", id="o"))
    put(store, draft("Перевод.", "o.ru.md", id="o.ru", record=Record(translation_of="o")))
    put(store, draft("Тарҷума.", "o.tg.md", id="o.tg", record=Record(translation_of="o")))
    put(store, draft("Other.", "x.md", id="x"))
    assert store.parallel("o") == ("o.ru", "o.tg")
    assert store.parallel("o.ru") == ("o", "o.tg")
    store.remove("o.tg")
    assert store.parallel("o") == ("o.ru",)
    assert store.parallel("x") == store.parallel("nothing") == ()


def test_a_store_survives_being_closed(path: Path) -> None:
    store = CorpusStore(path)
    document_id = put(store, RICH)
    revision = store.revision()
    store.close()
    again = CorpusStore(path, create=False)
    assert again.get(document_id).text == RICH.text
    assert again.revision() == revision
    again.close()


def test_readers_work_while_another_connection_writes(store: CorpusStore, path: Path) -> None:
    document_id = put(store, draft())
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM versions")
    reader = CorpusStore(path, create=False)
    assert reader.get(document_id).text == "One text."
    assert reader.revision() == 1
    writer.execute("ROLLBACK")
    writer.close()
    reader.close()


def test_threads_share_one_store(store: CorpusStore) -> None:
    failures: list[Exception] = []

    def work(name: str) -> None:
        try:
            for turn in range(10):
                document_id = put(store, draft(f"{name} {turn}.", f"{name}.txt"))
                assert store.get(document_id).text.startswith(name)
        except Exception as error:  # noqa: BLE001  (a thread's failure must reach the test)
            failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two", "six")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store.live()) == 3
    assert store.revision() == 30


def _add_from_another_process(path: Path, name: str) -> None:
    store = CorpusStore(path)
    for turn in range(5):
        store.add(b"x", draft(f"{name} {turn}.", f"{name}.txt"))
    store.close()


def test_processes_that_create_the_same_store_at_once_both_succeed(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_add_from_another_process, args=(path, name)) for name in ("one", "two")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    store = CorpusStore(path)
    assert store.revision() == 10
    store.close()


def test_a_missing_store_is_named_with_the_command_that_makes_it(path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=r"corpus\.sqlite does not exist; run `muhojir init`"):
        CorpusStore(path, create=False)


def test_a_store_of_a_newer_program_is_refused_with_both_formats(store: CorpusStore, path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 9")
    db.close()
    with pytest.raises(StoreUnavailable, match="has format 9, this program reads 4; update"):
        CorpusStore(path)


def test_another_program_s_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE other (x)")
    db.close()
    with pytest.raises(StoreUnavailable, match="a database of another program"):
        CorpusStore(path)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises(StoreUnavailable, match="is no database; restore a backup"):
        CorpusStore(path)


def test_a_damaged_file_is_refused_when_the_damage_is_met(path: Path) -> None:
    store = CorpusStore(path)
    document_id = put(store, draft("word " * 50_000))
    store.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(StoreUnavailable, match="damaged; restore a backup"):
        CorpusStore(path).get(document_id)


def test_a_held_lock_is_reported_after_the_wait(path: Path) -> None:
    store = CorpusStore(path, busy_seconds=0.05)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="another process holds the lock"):
        put(store, draft())
    holder.close()
    store.close()


def test_a_full_disk_is_reported_and_changes_nothing(store: CorpusStore) -> None:
    document_id = put(store, draft())
    with store._database.reading() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreUnavailable, match="the disk is full; free some space, nothing was changed"):
        put(store, draft("word " * 50_000, "big.txt"))
    assert list(store.live()) == [document_id]
    assert store.revision() == 1


def test_a_home_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnavailable, match="choose another --home"):
        CorpusStore(tmp_path / "file" / "corpus.sqlite")


EXPLAINED = draft(
    dropped=(Dropped(Span(0, 3), "navigation"),), findings=(Finding("title", "T", "given"),), headers={"etag": "x"}
)


def test_the_store_keeps_why_a_version_is_as_it_is(store: CorpusStore) -> None:
    name = put(store, EXPLAINED)
    account = store.account(name)
    assert (account.dropped, account.how, account.headers) == (EXPLAINED.dropped, {"title": "given"}, {"etag": "x"})
    with pytest.raises(UnknownDocument):
        store.account("none")


def test_another_explanation_of_the_same_words_changes_no_document_and_keeps_the_headers(store: CorpusStore) -> None:
    name = put(store, EXPLAINED)
    before = store.revision()
    again = replace(EXPLAINED, findings=(Finding("title", "T", "byline"),), headers={})
    assert store.add(b"One text.", again).outcome == "unchanged"
    assert store.revision() == before
    assert (store.account(name).how, store.account(name).headers) == ({"title": "byline"}, {"etag": "x"})


def test_a_purge_leaves_nothing_of_an_account(store: CorpusStore, path: Path) -> None:
    name = put(store, draft(findings=(Finding("title", "T", "Zanzibar"),)))
    store.remove(name)
    store.purge(name)
    assert b"Zanzibar" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_copies_share_a_source_until_they_are_copies_no_more(store: CorpusStore) -> None:
    one, two = put(store, draft(name="one.txt")), put(store, draft(name="two.txt"))
    assert not store.is_compared()
    store.set_sources({two: one}, {}, store.revision())
    assert store.is_compared()
    assert (store.parallel(one), store.get(two).record.copy_of, store.get(one).record.copy_of) == ((two,), one, "")
    assert store.revisions()[two] > store.revisions()[one]
    assert store.add(b"", draft(name="two.txt")).outcome == "unchanged"
    assert store.is_compared()
    store.set_sources({}, {}, store.revision())
    assert (store.parallel(one), store.get(two).record.copy_of) == ((), "")


def test_sources_that_stay_change_no_revision(store: CorpusStore) -> None:
    one, two = put(store, draft(name="one.txt")), put(store, draft(name="two.txt"))
    store.set_sources({two: one}, {}, store.revision())
    before = store.revision()
    store.set_sources({two: one}, {}, store.revision())
    assert store.revision() == before


def test_a_changed_letter_of_the_schema_is_damage(store: CorpusStore, path: Path) -> None:
    put(store, RICH)
    store.close()
    data = path.read_bytes()
    at = data.index(b"UPDATE versions SET seal")
    path.write_bytes(data[: at + 7] + b"V" + data[at + 8 :])
    opened = CorpusStore(path)
    with pytest.raises(StoreUnavailable, match="is damaged .schema: versions_.*_is_sealed.; restore a backup"):
        opened.check()
    opened.close()
    path.write_bytes(data[: at + 7] + b"\xc5" + data[at + 8 :])
    with pytest.raises(StoreUnavailable, match="is damaged"):
        CorpusStore(path).check()


def test_what_was_compared_is_kept_with_its_version_and_goes_with_it(store: CorpusStore) -> None:
    one, two = put(store, draft(name="one.txt")), put(store, draft(name="two.txt"))
    sketch = Sketch(30, b"\1" * 512)
    store.keep_sketches([(store.get(name), sketch) for name in (one, two)])
    assert store.set_sources({two: one}, {(one, two): 0.9}, store.revision())
    assert (store.sketches(), store.overlaps()) == ({one: sketch, two: sketch}, {(one, two): 0.9})
    store.check()
    store.remove(two)
    assert store.sketches() == {one: sketch}
    store.purge(two)
    assert store.overlaps() == {}
    put(store, draft(name="one.txt", hidden=(Span(0, 1),)))  # the same version, less of it visible
    assert store.sketches() == {}


def test_what_was_compared_of_an_older_state_is_not_kept(store: CorpusStore) -> None:
    name = put(store, draft(name="one.txt"))
    before, seen = store.get(name), store.revision()
    put(store, draft(name="one.txt", text="Other words."))
    store.keep_sketches([(before, Sketch(30, b"\1" * 512))])
    assert not store.set_sources({}, {}, seen)
    assert (store.sketches(), store.is_compared()) == ({}, False)


def test_a_store_of_the_third_format_is_brought_up_to_date(store: CorpusStore, path: Path) -> None:
    name = put(store, RICH)
    store.close()
    db = sqlite3.connect(path)
    db.execute("DROP TABLE overlaps")
    db.execute("DROP TABLE sketches")
    db.execute("PRAGMA user_version = 3")
    db.close()
    opened = CorpusStore(path)
    assert opened.get(name).text == RICH.text
    assert opened.sketches() == {}
    opened.check()
    opened.close()


def test_a_store_of_the_first_format_is_brought_up_to_date_with_all_it_holds(store: CorpusStore, path: Path) -> None:
    name = put(store, RICH)
    store.close()
    db = sqlite3.connect(path)
    for trigger in [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE name LIKE '%sealed'")]:
        db.execute(f"DROP TRIGGER {trigger}")
    db.execute("DROP TABLE overlaps")
    db.execute("DROP TABLE sketches")
    for table in ("documents", "versions", "tombstones", "state"):
        db.execute(f"ALTER TABLE {table} DROP COLUMN seal")
    for statement in ("versions DROP COLUMN account", "versions DROP COLUMN headers", "state DROP COLUMN compared"):
        db.execute(f"ALTER TABLE {statement}")
    db.execute("PRAGMA user_version = 1")
    db.close()
    opened = CorpusStore(path)
    assert opened.get(name).text == RICH.text
    assert opened.account(name).how == {}
    assert not opened.is_compared()
    assert opened.add(b"", RICH).outcome == "unchanged"
    opened.check()
    opened.close()


FLIPS = {
    "documents": "UPDATE documents SET source = 'other' WHERE id = 'my-id.tg'",
    "versions": "UPDATE versions SET raw = x'00'",
    "tombstones": "UPDATE tombstones SET removed = '2001-01-01T00:00:00+00:00'",
    "state": "UPDATE state SET revision = 7",
}


@pytest.mark.parametrize("table", FLIPS)
def test_a_changed_value_that_the_program_did_not_write_is_found_and_named(
    store: CorpusStore, path: Path, table: str
) -> None:
    name = put(store, RICH)
    gone = put(store, draft("Gone.", "gone.txt"))
    store.remove(gone)
    store.check()
    store.close()
    db = sqlite3.connect(path)
    db.execute(f"DROP TRIGGER {table}_update_is_sealed")
    db.execute(FLIPS[table])
    db.commit()
    db.close()
    named = {"documents": name, "versions": name, "tombstones": gone, "state": "revision"}[table]
    with pytest.raises(StoreUnavailable, match=rf"is damaged \({table}: {named}.*restore a backup"):
        CorpusStore(path).check()


def test_a_text_that_is_not_what_its_version_says_is_never_shown(store: CorpusStore, path: Path) -> None:
    name = put(store, draft("One text."))
    store.close()
    data = path.read_bytes()
    path.write_bytes(data.replace(b"One text.", b"One teXt."))
    with pytest.raises(StoreUnavailable, match=f"the text of {name}@.* is damaged; restore a backup"):
        CorpusStore(path).get(name)


def test_purges_leave_no_byte_however_the_pages_were_divided(store: CorpusStore, path: Path) -> None:
    """Rows of many lengths, so that SQLite's pages split and join; each has words of its own."""
    chance = random.Random(7)
    words = {put(store, draft(f"Secret{number}x " * chance.choice((1, 40, 900)), f"{number}.txt")): f"Secret{number}x"
             for number in range(60)}  # fmt: skip
    gone = chance.sample(sorted(words), 30)
    for document_id in gone:
        store.remove(document_id)
        store.purge(document_id)
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert [words[name] for name in gone if words[name].encode() in left] == []
    assert all(word.encode() in left for name, word in words.items() if name not in gone)


@pytest.mark.parametrize("later", [timedelta(days=-4000), timedelta(days=4000)])
def test_a_clock_that_jumps_changes_no_order_and_loses_nothing(path: Path, later: timedelta) -> None:
    at = [START]
    store = CorpusStore(path, clock=lambda: at[0])
    first = put(store, draft("One."))
    at[0] += later
    put(store, draft("Two."))
    second = put(store, draft("Other.", "other.txt"))
    assert store.live() == {first: version_of("Two."), second: version_of("Other.")}
    assert [found.version for found in store.versions(first)] == [version_of("One."), version_of("Two.")]
    assert store.revision() == 3
    store.close()
