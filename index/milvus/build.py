"""Documents -> the live index in an engine: what index/build.py does for segments.

Only what is new or changed is encoded and upserted, what is gone is deleted, in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from corpus.chunk import ChunkPolicy, chunk
from corpus.document import Document, Passage

from ..build import Corpus, Progress, recipe_for
from ..errors import SnapshotError
from ..manifest import Recipe
from ..ports import DocumentCard, Encoder, KeepingEncoder, Vectors
from ..segment import passage_terms
from ..texts import owned_texts
from .manifest import EngineManifest
from .schema import Layout
from .store import MilvusStore
from .writer import Entry

_ENCODE_AT = 2_000  # texts encoded together: as index/build.py
_SAMPLE = 200  # documents that tell how long passages are: off by a few per cent, which decides no score


def update(
    corpus: Corpus,
    store: MilvusStore,
    encoder: Encoder,
    policy: ChunkPolicy = ChunkPolicy(),  # noqa: B008  (frozen)
    *,
    anew: bool = False,
) -> Iterator[Progress]:
    """Bring the engine up to the corpus; nothing to do changes nothing.

    `anew` writes a generation beside the live one, so that nothing of what was deleted is left in it.
    Raises BuildBusy, EncoderUnavailable, BackendUnavailable; what was live stays live.
    """
    recipe = recipe_for(encoder, policy)
    with store.building():
        revision, live, revisions = corpus.revision(), corpus.live(), corpus.revisions()
        current = None if anew else _current(store, recipe)
        held = {identity: (version, at) for identity, version, at in store.held(current)} if current else {}
        wanted = sorted(identity for identity in live if held.get(identity) != (live[identity], revisions[identity]))
        gone = sorted(held.keys() - live.keys())
        if current and current.corpus_revision == revision and not wanted and not gone:
            return
        manifest = current or store.begin(recipe, _layout(store), _mean_length(corpus, sorted(live), policy))
        writer = store.writer(manifest)
        documents = (corpus.get(identity, live[identity]) for identity in wanted)
        done = 0
        for entries in encoded(documents, encoder, policy):
            writer.put(entries)
            done += len(entries)
            yield Progress(done, len(wanted))
        writer.remove(gone)
        store.publish(manifest, writer, revision)


def encoded(documents: Iterable[Document], encoder: Encoder, policy: ChunkPolicy) -> Iterator[list[Entry]]:
    """The documents chunked and encoded, some at a time."""
    waiting: list[tuple[Document, list[Passage]]] = []
    texts: list[tuple[str, str]] = []
    for document in documents:
        passages = chunk(document, policy)
        waiting.append((document, passages))
        texts += owned_texts([waiting[-1]])
        if len(texts) >= _ENCODE_AT:
            yield _entries_of(waiting, _encoded(texts, encoder))
            waiting, texts = [], []
    yield _entries_of(waiting, _encoded(texts, encoder))


def _encoded(texts: Sequence[tuple[str, str]], encoder: Encoder) -> Vectors:
    vectors = encoder.encode([text for _, text in texts], "passage")
    if isinstance(encoder, KeepingEncoder):
        encoder.attribute(texts)
    return vectors


def _entries_of(chunked: Sequence[tuple[Document, list[Passage]]], vectors: Vectors) -> list[Entry]:
    """`vectors`: for each passage its own and those of its windows, one after the other."""
    entries, start = [], 0
    for document, passages in chunked:
        edges = [start, *(start := start + 1 + len(one.windows) for one in passages)]
        card = DocumentCard(document.id, document.version, document.name, document.language, document.record)
        parts = [vectors[begin:end] for begin, end in pairwise(edges)]
        entries.append(Entry(card, document.revision, passages, parts))
    return entries


def _current(store: MilvusStore, recipe: Recipe) -> EngineManifest | None:
    """What is live, if it was built under this recipe; everything is derived, so else all is built anew."""
    try:
        manifest = store.current()
    except SnapshotError:
        return None
    is_sound = manifest.generation.name not in store.condemned()
    return manifest if manifest.recipe == recipe and is_sound else None


def _layout(store: MilvusStore) -> Layout:
    """A new generation is spread as the live one is."""
    try:
        return store.current().layout
    except SnapshotError:
        return Layout()


def _mean_length(corpus: Corpus, identities: Sequence[str], policy: ChunkPolicy) -> float:
    """Terms of a passage, on average over some documents."""
    sample = identities[:: max(1, len(identities) // _SAMPLE)]
    lengths = [len(passage_terms(one)) for identity in sample for one in chunk(corpus.get(identity), policy)]
    return sum(lengths) / max(len(lengths), 1)
