"""Files, folders and addresses of a person -> the store, one by one, with a report of what was left out and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import CorpusError, InvalidMetadata
from corpus.ingest import Draft, Report, read_document, walk
from corpus.near_duplicates import copy_groups, sources_of
from corpus.sketch import overlap, shingles_of, sketch_of
from corpus.store import CorpusStore

if TYPE_CHECKING:
    from corpus.fetch import Fetched

_SKETCHED_AT_ONCE = 200  # documents: some megabytes of text, one commit
_COMPARED_AT_ONCE = 100  # texts' shingles, some 60 kB each
_SCHEMES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file. In a dry run `outcome` is "read", the ids are empty and `draft` is what was read."""

    name: str
    title: str
    document_id: str = ""
    version: str = ""
    outcome: str = "read"
    draft: Draft | None = None


def is_address(source: str) -> bool:
    return source.lower().startswith(_SCHEMES)


def take_in(
    sources: Sequence[str],
    given: Mapping[str, object],
    store: CorpusStore | None,
    report: Report,
    fetch: Callable[[str], Fetched],
) -> Iterator[Taken]:
    """Reads `sources`, paths or addresses, and stores each draft at once; without a store nothing is kept.

    `given` metadata describe every file and address named, so folders are refused with them. Raises InvalidMetadata.
    """
    for raw, draft in _drafts(sources, given, report, fetch):
        if store is None:
            yield Taken(draft.name, draft.record.title, draft=draft)
        else:
            result = store.add(raw, draft)
            yield Taken(draft.name, draft.record.title, result.document_id, result.version, result.outcome)


def tie_copies(store: CorpusStore) -> None:
    """Makes documents that hold one text count as one source; reads only texts that changed since, and their copies.

    When another process changes the store meanwhile, it is done again at the next change.
    """
    if store.is_compared():
        return
    seen, rows = store.revision(), store.list()
    sketches = store.sketches()
    new = iter([row.id for row in rows if not (row.record.digest or row.id in sketches)])
    while batch := [store.get(name) for name in islice(new, _SKETCHED_AT_ONCE)]:
        made = [(document, sketch_of(document)) for document in batch]
        store.keep_sketches(made)
        sketches |= {document.id: sketch for document, sketch in made}

    @lru_cache(_COMPARED_AT_ONCE)
    def shingles(name: str) -> frozenset[int]:
        return shingles_of(store.get(name))

    known = {pair: share for pair, share in store.overlaps().items() if sketches.keys() >= set(pair)}
    groups, overlaps = copy_groups(sketches, known, lambda one, two: overlap(shingles(one), shingles(two)))
    dates = {row.id: (row.added, row.record.translation_of or row.id) for row in rows}
    store.set_sources(sources_of(groups, dates), overlaps, seen)


def copies_of(store: CorpusStore, document_ids: Sequence[str]) -> list[tuple[str, ...]]:
    """The groups of documents with one text that any of `document_ids` belongs to, each ordered by id."""
    wanted, groups = set(document_ids), dict[str, set[str]]()
    rows = store.list()
    for row in rows:
        if row.record.copy_of:
            groups.setdefault(row.record.copy_of, set()).add(row.id)
    for row in rows:
        if row.id in groups:
            groups[row.id].add(row.id)
    return [tuple(sorted(group)) for _, group in sorted(groups.items()) if len(group) > 1 and group & wanted]


def _drafts(
    sources: Sequence[str], given: Mapping[str, object], report: Report, fetch: Callable[[str], Fetched]
) -> Iterator[tuple[bytes, Draft]]:
    paths = [Path(source) for source in sources if not is_address(source)]
    yield from _described(paths, given, report) if given else walk(paths, report)
    for address in filter(is_address, sources):
        try:
            found = _fetched(fetch(address), given)
        except CorpusError as error:
            report.skip(address, str(error))
            continue
        report.read.append(address)
        yield found


def _fetched(page: Fetched, given: Mapping[str, object]) -> tuple[bytes, Draft]:
    """What the address and the day of the visit say is given, unless the person says otherwise."""
    known = {"url": page.url, "accessed": page.fetched.date().isoformat(), **given}
    raw, draft = read_document(page.data, page.name, media_type=page.media_type, given=known)
    return raw, replace(draft, headers=page.headers)


def _described(paths: Sequence[Path], given: Mapping[str, object], report: Report) -> Iterator[tuple[bytes, Draft]]:
    for path in paths:
        if path.is_dir():
            raise InvalidMetadata(f"{path} is a folder: options describe single files; add the folder without them")
        try:
            found = read_document(path, path.name, given=given)
        except CorpusError as error:
            report.skip(path.name, str(error))
            continue
        report.read.append(path.name)
        yield found
