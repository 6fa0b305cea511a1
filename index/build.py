"""Documents -> a published snapshot: the only writer of indexes.

Only what is new is indexed: a document that was added or changed goes into a new segment, one that was deleted or
replaced is masked. Segments of similar size are rebuilt as one (the vectors come from the cache), so that there are
few: see `_merged`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from corpus.chunk import ChunkPolicy, chunk
from corpus.document import Document, Passage

from .dense_build import check_recall
from .errors import SnapshotError, SnapshotMissing
from .manifest import Manifest, Recipe, SegmentInfo, file_info
from .passages import PassageTable
from .ports import Encoder, KeepingEncoder, TokenEncoder
from .segment import SegmentWriter
from .store import SnapshotStore, check_recipe
from .texts import TEXTS, above, owned_texts, passage_text, window_texts
from .token_table import Places, TokenTable, sentence_places
from .tokenize import ANALYZER

_ENCODE_AT = 2_000  # texts encoded together: enough to sort by length, little enough to show progress
_MERGE_RATIO = 2  # a segment up to twice as large as what is being written is rebuilt with it


class Corpus(Protocol):
    """What the builder needs of the store: live versions and the revisions of their last change by
    id, documents by id, and the revision of the whole."""

    def live(self) -> dict[str, str]: ...

    def revisions(self) -> dict[str, int]: ...

    def get(self, document_id: str, version: str | None = None) -> Document: ...

    def revision(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` documents are indexed."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class _Plan:
    kept: tuple[SegmentInfo, ...]
    wanted: tuple[tuple[str, str], ...]  # (id, version) to index


def recipe_for(encoder: Encoder, policy: ChunkPolicy) -> Recipe:
    return Recipe(encoder.identity, ANALYZER, f"{policy.id}/{TEXTS}")


def build(
    corpus: Corpus,
    snapshots: SnapshotStore,
    encoder: Encoder,
    policy: ChunkPolicy = ChunkPolicy(),  # noqa: B008  (frozen)
    *,
    clock: Callable[[], datetime],
    threads: int = 1,
    purge: bool = False,
    renew: bool = False,
    tokens: bool = True,
) -> Iterator[Progress]:
    """Bring the index up to the corpus; publishes at the end. Nothing to do publishes nothing.

    `tokens`: keep what the encoder tells of each token, if it does, about 64 bytes a token.

    `purge` rebuilds every segment that masks a document, so that the new snapshot holds no trace of it. `renew`
    rebuilds every segment whose token codes are not those that the encoder makes now.

    Raises BuildBusy, PublishFailed, EncoderUnavailable; the old snapshot stays live in each case.
    """
    recipe = recipe_for(encoder, policy)
    reader = encoder if tokens and isinstance(encoder, TokenEncoder) else None
    with snapshots.building() as folder:
        revision = corpus.revision()
        current = _current(snapshots, recipe)
        plan = _plan(corpus, current, snapshots.segments, purge, reader.head if renew and reader else None)
        segments = plan.kept
        built: Path | None = None
        if plan.wanted:
            built = folder / "segment"
            documents = (corpus.get(identity, version) for identity, version in plan.wanted)
            writer = SegmentWriter(built, recipe.encoder.dimension, reader.head if reader else "")
            for done in _feed(writer, documents, encoder, reader, policy):
                yield Progress(done, len(plan.wanted))
            segments = (*segments, _finish(writer, built, recipe, plan.wanted, threads))
            yield Progress(len(plan.wanted), len(plan.wanted))
        if current is None or segments != current.segments or revision != current.corpus_revision:
            counts = _counts(segments, snapshots.segments)
            snapshots.publish(Manifest(recipe, revision, *counts, segments, clock()), built)


def roll_back(
    snapshots: SnapshotStore,
    snapshot_id: str,
    removed: Collection[tuple[str, str]],
    *,
    clock: Callable[[], datetime],
    revision: int | None = None,
) -> Manifest:
    """Make an earlier snapshot current again, without the (id, version) pairs `removed` since it was built.

    `revision` is the corpus's now when the step back is meant to last: the index then counts as up to date.
    The next `build` brings the index back up to the corpus. Raises SnapshotMissing, SnapshotCorrupt, BuildBusy.
    """
    with snapshots.building():
        snapshots.verify(snapshot_id)
        earlier = snapshots.manifest(snapshot_id)
        segments = tuple(_without(info, removed, snapshots.segments) for info in earlier.segments)
        counts = _counts(segments, snapshots.segments)
        manifest = Manifest(earlier.recipe, revision or earlier.corpus_revision, *counts, segments, clock())
        snapshots.publish(manifest, None)
    return manifest


def _without(info: SegmentInfo, removed: Collection[tuple[str, str]], folder: Path) -> SegmentInfo:
    documents = PassageTable(folder / info.id).documents
    gone = {place for place, pair in enumerate(documents) if pair in removed}
    return replace(info, masked=tuple(sorted(gone.union(info.masked))))


def _current(snapshots: SnapshotStore, recipe: Recipe) -> Manifest | None:
    """The live manifest if new segments can stand beside its own."""
    try:
        manifest = snapshots.manifest(snapshots.current_id())
        check_recipe(manifest, recipe)
    except SnapshotMissing:
        return None
    except SnapshotError:  # another recipe or a damaged manifest: everything is derived, so all is built anew
        return None
    return manifest


def _plan(corpus: Corpus, current: Manifest | None, folder: Path, purge: bool, head: str | None) -> _Plan:
    """A document is indexed when its words and its record are those of the corpus; the others are masked. No segment
    with token codes of another head than `head` is kept, if one is given."""
    live, revisions = corpus.live(), corpus.revisions()
    indexed: set[tuple[str, str]] = set()
    segments, fresh = [], dict[str, set[tuple[str, str]]]()
    for info in current.segments if current else ():
        table = PassageTable(folder / info.id)
        known = zip(table.documents, table.revisions, strict=True)
        here = [live.get(pair[0]) == pair[1] and revisions[pair[0]] == revision for pair, revision in known]
        segments.append(replace(info, masked=tuple(place for place, is_live in enumerate(here) if not is_live)))
        fresh[info.id] = {pair for pair, is_live in zip(table.documents, here, strict=True) if is_live}
        indexed |= fresh[info.id]
    new = {pair for pair in live.items() if pair not in indexed}
    outdated = {info.id for info in segments if _is_of_another(head, info, folder)}
    kept = _merged(segments, len(new), {*outdated, *(info.id for info in segments if purge and info.masked)})
    back = {pair for info in segments if info not in kept for pair in fresh[info.id]}
    return _Plan(tuple(kept), tuple(sorted(back | new)))


def _is_of_another(head: str | None, info: SegmentInfo, folder: Path) -> bool:
    table = TokenTable.open(folder / info.id) if head is not None else None
    return head is not None and (table is None or table.head != head)


def _merged(segments: list[SegmentInfo], new: int, anew: Collection[str]) -> list[SegmentInfo]:
    """The segments to keep, none of `anew`. From the newest back, one joins the rebuild while it is at most
    _MERGE_RATIO times as large as all that is rebuilt already, or when half of it is masked: the number stays
    logarithmic."""
    kept = [info for info in segments if len(info.masked) * 2 <= info.documents and info.id not in anew]
    writing = new + sum(info.documents - len(info.masked) for info in segments if info not in kept)
    while writing and kept and kept[-1].documents <= _MERGE_RATIO * writing:
        writing += kept.pop().documents
    return kept


def _feed(
    writer: SegmentWriter,
    documents: Iterable[Document],
    encoder: Encoder,
    reader: TokenEncoder | None,
    policy: ChunkPolicy,
) -> Iterator[int]:
    """Chunk, encode and write the documents; yields how many are written."""
    waiting: list[tuple[Document, list[Passage]]] = []
    texts = done = 0
    for document in documents:
        passages = chunk(document, policy)
        waiting.append((document, passages))
        texts += sum(1 + len(passage.windows) for passage in passages)
        if texts >= _ENCODE_AT:
            _flush(writer, waiting, encoder, reader)
            done, waiting, texts = done + len(waiting), [], 0
            yield done
    _flush(writer, waiting, encoder, reader)


def _flush(
    writer: SegmentWriter, waiting: list[tuple[Document, list[Passage]]], encoder: Encoder, reader: TokenEncoder | None
) -> None:
    pairs = [(document, passage) for document, own in waiting for passage in own]
    texts = [passage_text(document, passage) for document, passage in pairs]
    windows = [text for _, passage in pairs for text in window_texts(passage)]
    if reader is None:
        vectors = encoder.encode([*texts, *windows], "passage")
        writer.add(waiting, vectors[: len(texts)], vectors[len(texts) :])
    else:
        vectors, codes = reader.read(texts)
        writer.add(waiting, vectors, reader.encode(windows, "passage"))
        writer.add_tokens(codes, [_places(reader, *pair, len(own)) for pair, own in zip(pairs, codes, strict=True)])
    if isinstance(encoder, KeepingEncoder):
        encoder.attribute(owned_texts(waiting))


def _places(reader: TokenEncoder, document: Document, passage: Passage, total: int) -> Places:
    """The sentence of each of the `total` tokens that were read of a passage."""
    sentences = [span.slice(passage.text) for span in passage.sentences]
    first, *counts = reader.count_tokens([" ".join(above(document, passage)), *sentences])
    return sentence_places(first, counts, total)


def _finish(
    writer: SegmentWriter, folder: Path, recipe: Recipe, wanted: Iterable[tuple[str, str]], threads: int
) -> SegmentInfo:
    facts = writer.close(threads=threads)
    check_recall(facts.dense)
    revisions = PassageTable(folder).revisions
    named = (f"{pair[0]}@{pair[1]}+{revision}" for pair, revision in zip(wanted, revisions, strict=True))
    content = "\n".join([repr(recipe), *named])
    identity = hashlib.sha256(content.encode()).hexdigest()[:16]
    files = {path.name: file_info(path) for path in sorted(folder.iterdir())}
    dense = facts.dense
    return SegmentInfo(identity, facts.documents, facts.passages, facts.windows, dense.kind, files, recall=dense.recall)


def _counts(segments: tuple[SegmentInfo, ...], folder: Path) -> tuple[int, int]:
    """Documents and passages that can be found: all but the masked. (A segment just built masks none.)"""
    documents = sum(info.documents - len(info.masked) for info in segments)
    passages = sum(info.passages for info in segments)
    for info in segments:
        if info.masked:
            table = PassageTable(folder / info.id)
            passages -= sum(len(table.rows_of(ordinal)) for ordinal in info.masked)
    return documents, passages
