"""Files and folders of a person -> the store, one by one, with a report of what was left out and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import CorpusError, InvalidMetadata
from corpus.ingest import Draft, Report, read_document, walk
from corpus.store import CorpusStore


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file. In a dry run `outcome` is "read" and the ids are empty."""

    name: str
    title: str
    document_id: str = ""
    version: str = ""
    outcome: str = "read"


def take_in(
    paths: Sequence[Path], given: Mapping[str, object], store: CorpusStore | None, report: Report
) -> Iterator[Taken]:
    """Reads `paths` and stores each draft at once; without a store nothing is kept.

    `given` metadata describe every file named, so folders are refused with them. Raises InvalidMetadata.
    """
    for raw, draft in _described(paths, given, report) if given else walk(paths, report):
        if store is None:
            yield Taken(draft.name, draft.record.title)
        else:
            result = store.add(raw, draft)
            yield Taken(draft.name, draft.record.title, result.document_id, result.version, result.outcome)


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
