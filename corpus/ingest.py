"""Files -> drafts of documents, and a report of what was left out and why.

The only place of this floor that reads files of the person. One failing file never stops the others. Drafts
become documents in store.py, which knows whether they are new.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from corpus.archive import Archive, is_document_name
from corpus.errors import CorpusError, UnreadableDocument
from corpus.metadata import FRONT_MATTER_MAX, parse_front_matter
from corpus.readers.registry import BY_SUFFIX, is_supported, reader_for
from corpus.reading import Draft as Draft
from corpus.reading import Read, read_bytes
from corpus.reading_process import read_apart

MAX_BYTES = 50 * 2**20  # a 1,000-page book is 3 MB of text; more is a dump that wants splitting
SIDECAR = ".meta.yaml"  # report.pdf.meta.yaml beside report.pdf describes it; keys as in the front matter
ZIP = ".zip"
DOCUMENTATION = ("TOPICS.md",)  # of the library: describes its digests and is none


@dataclass(frozen=True, slots=True)
class Skipped:
    name: str
    reason: str


@dataclass(slots=True)
class Report:
    """Filled while a walk runs: names read, and what was skipped and why, in the order they were met."""

    read: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def skip(self, name: str, reason: str) -> None:
        self.skipped.append(Skipped(name, reason.removeprefix(f"{name}: ")))


def read_document(
    source: Path | bytes,
    name: str,
    *,
    media_type: str = "",
    given: Mapping[str, object] | None = None,
    topics: Collection[str] | None = None,
    max_bytes: int = MAX_BYTES,
    read: Read = read_apart,
) -> tuple[bytes, Draft]:
    """The bytes of `source` and the draft made of them. `given` metadata win over those of a sidecar file, and these
    over the document's own. Whatever is not ours is read in a process of its own.

    Raises UnsupportedFormat, UnreadableDocument, InvalidMetadata.
    """
    name = _printable(name)
    reader_for(name, media_type)  # refuses what nobody reads before it is loaded
    data = _bytes_of(source, name, max_bytes)
    described = {**(_sidecar(source, name) if isinstance(source, Path) else {}), **(given or {})}
    return data, read(data, name, media_type=media_type, given=described, topics=topics)


def walk(paths: Iterable[Path], report: Report, *, max_bytes: int = MAX_BYTES) -> Iterator[tuple[bytes, Draft]]:
    """Reads files and folders, in order, folders sorted and with their sub-folders.

    A file is named by its path below the folder given, a single file by its own name. Names that begin with "."
    are not looked at; symbolic links are followed only to files inside the folder. All else that yields no draft
    is noted in `report`.
    """
    seen: dict[str, Path] = {}
    for path in paths:
        for file, name in _files(path, report):
            if name in seen:
                report.skip(name, f"a file of this name was read from {seen[name]}; add this one by itself")
                continue
            for found in _documents(file, name, report, max_bytes):
                seen[name] = file.parent
                yield found


def library_files() -> Iterator[tuple[bytes, Draft]]:
    """The shipped digests, ordered by id, checked against the library's own topics. Raises InvalidMetadata."""
    folder = files("corpus") / "library"
    topics = frozenset(re.findall(r"^- `([a-z0-9-]+)`:", (folder / "TOPICS.md").read_text("utf-8"), re.MULTILINE))
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".md") and entry.name not in DOCUMENTATION:
            yield read_document(entry.read_bytes(), entry.name, topics=topics, read=read_bytes)


def _documents(file: Path, name: str, report: Report, max_bytes: int) -> Iterator[tuple[bytes, Draft]]:
    if file.suffix.lower() == ZIP:
        yield from _members(file, name, report, max_bytes)
    elif found := _attempt(file, name, report, max_bytes):
        yield found


def _members(file: Path, name: str, report: Report, max_bytes: int) -> Iterator[tuple[bytes, Draft]]:
    """The documents of a ZIP file, named by it and their path inside; archives inside archives are left out."""
    try:
        archive = Archive(_read_file(file, name, max_bytes), name)
    except CorpusError as error:
        report.skip(name, str(error))
        return
    for member in sorted(archive.names()):
        inside = _printable(f"{name}/{member}")
        if not is_document_name(member) or member.endswith(SIDECAR):
            continue
        if not is_supported(member):
            report.skip(inside, _no_reader(Path(member)))
            continue
        try:
            found = _member(archive, member, inside, max_bytes)
        except CorpusError as error:
            report.skip(inside, str(error))
            continue
        report.read.append(inside)
        yield found


def _member(archive: Archive, member: str, name: str, max_bytes: int) -> tuple[bytes, Draft]:
    beside = member + SIDECAR
    has = beside in archive.names()
    given = _parse_sidecar(archive.read(beside, FRONT_MATTER_MAX), name) if has else {}
    return read_document(archive.read(member, max_bytes), name, given=given, max_bytes=max_bytes)


def _attempt(file: Path, name: str, report: Report, max_bytes: int) -> tuple[bytes, Draft] | None:
    try:
        found = read_document(file, name, max_bytes=max_bytes)
    except CorpusError as error:
        report.skip(name, str(error))
        return None
    report.read.append(name)
    return found


def _sidecar(path: Path, name: str) -> dict[str, object]:
    """What the file NAME.meta.yaml beside a document says of it; {} without one. Raises InvalidMetadata."""
    beside = path.with_name(path.name + SIDECAR)
    if not beside.is_file():
        return {}
    return _parse_sidecar(_read_file(beside, name + SIDECAR, FRONT_MATTER_MAX), name)


def _parse_sidecar(data: bytes, name: str) -> dict[str, object]:
    text = data.decode("utf-8", errors="replace").removeprefix("\ufeff").strip().removeprefix("---").removesuffix("---")
    return parse_front_matter(f"---\n{text}\n---\n", name + SIDECAR)[0]


def _bytes_of(source: Path | bytes, name: str, max_bytes: int) -> bytes:
    data = source if isinstance(source, bytes) else _read_file(source, name, max_bytes)
    if len(data) > max_bytes:
        raise _too_large(name, len(data), max_bytes)
    return data


def _read_file(path: Path, name: str, max_bytes: int) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for its writer
            raise UnreadableDocument(f"{name}: not a regular file; give a file or a folder")
        if status.st_size > max_bytes:
            raise _too_large(name, status.st_size, max_bytes)
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableDocument(f"{name}: cannot be read ({reason}); check that it exists and is yours") from error


def _too_large(name: str, size: int, max_bytes: int) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name}: {size / 2**20:.1f} MB, more than the limit of {max_bytes / 2**20:g} MB; split it or raise the limit"
    )


def _files(path: Path, report: Report) -> Iterator[tuple[Path, str]]:
    if not path.is_dir():
        yield path, _printable(path.name)
        return
    readable = 0
    for file in _below(path, report):
        name = _printable(file.relative_to(path).as_posix())
        reason = _refusal(file, path)
        if reason:
            report.skip(name, reason)
        else:
            readable += 1
            yield file, name
    if not readable:
        report.skip(str(path), f"the folder holds no file that can be read; known: {' '.join(sorted(BY_SUFFIX))}")


def _below(root: Path, report: Report) -> Iterator[Path]:
    def refused(error: OSError) -> None:
        report.skip(str(error.filename), f"the folder cannot be opened ({error.strerror}); check its permissions")

    for folder, folders, names in os.walk(root, onerror=refused):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        here = Path(folder)
        yield from (here / name for name in folders if (here / name).is_symlink())
        yield from (here / name for name in sorted(names) if not name.startswith(".") and not name.endswith(SIDECAR))


def _refusal(file: Path, root: Path) -> str:
    """Why a file found in a folder is not read; "" when it is."""
    if file.name in DOCUMENTATION:
        return "documentation of the library, no document"
    if file.is_symlink() and file.is_dir():
        return "a link to a folder is not followed; add that folder itself"
    if file.is_symlink() and not _leads_below(file, root):
        return "a link that leads out of the folder is not followed; add its target itself"
    if not is_supported(file.name) and file.suffix.lower() != ZIP:
        return _no_reader(file)
    return ""


def _no_reader(file: Path) -> str:
    return f"no reader for {file.suffix or 'a file without suffix'}; known: {' '.join(sorted([*BY_SUFFIX, ZIP]))}"


def _leads_below(link: Path, root: Path) -> bool:
    try:
        return link.resolve().is_relative_to(root.resolve())
    except RuntimeError:  # a link that leads to itself
        return False


def _printable(name: str) -> str:
    """File names may hold bytes that are no UTF-8, and control characters that would speak to the terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in name)
