"""An embedded snapshot -> a generation in an engine, vectors as they are, and the proof that both answer alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ..build import Progress
from ..contents import Contents, StoredDocument
from ..errors import PublishFailed
from ..manifest import Manifest
from ..ports import Background, Candidates, Filters, PassageIndex
from ..segment import passage_terms
from .passage_index import MilvusIndex
from .rows import passage_key
from .schema import Layout
from .store import MilvusStore
from .writer import Entry

_SEED = 7  # of the sample: any, but the same each time
_NEAREST, _DEPTH = 10, 50  # as many as are shown, as many as a leg gives
_OVERLAP = 0.9  # of the nearest, between one graph or exact search and the engine's graph
_CLOSE = 1e-3  # of scores and of components: both sides compute in float32, in another order


@dataclass(frozen=True, slots=True)
class Proof:
    """What was compared: rows of `sampled` passages, and by `searches` the mean share of their nearest ten that
    are as near as our tenth (equally near ones may differ), and the largest difference of any score."""

    documents: int
    passages: int
    sampled: int
    searches: int
    overlap: float
    difference: float


def migrate(manifest: Manifest, contents: Contents, store: MilvusStore, layout: Layout) -> Iterator[Progress]:
    """Copies every live document with its vectors and makes the copy live; nothing is encoded.

    Raises BuildBusy, BackendUnavailable; what was live in the engine stays live in both cases.
    """
    with store.building():
        generation = store.begin(manifest.recipe, layout, contents.mean_length())
        writer = store.writer(generation)
        for done, document in enumerate(contents.documents(), 1):
            writer.put([_entry(document)])
            yield Progress(done, manifest.documents)
        store.publish(generation, writer, manifest.corpus_revision)


def prove(manifest: Manifest, contents: Contents, ours: PassageIndex, theirs: MilvusIndex, samples: int) -> Proof:
    """Compares counts, the rows of `samples` documents, and searches with a window and the words of each.

    Raises PublishFailed naming the first difference.
    """
    found = theirs.manifest
    if (found.documents, found.passages) != (manifest.documents, manifest.passages):
        raise _differs(f"it holds {found.documents} documents and {found.passages} passages instead of "
                       f"{manifest.documents} and {manifest.passages}")  # fmt: skip
    documents = contents.sample(samples, np.random.default_rng(_SEED))
    sampled = sum(_compare_rows(document, theirs) for document in documents)
    compared = [_compare_searches(document, ours, theirs) for document in documents if document.passages]
    overlap = float(np.mean([shared for shared, _ in compared])) if compared else 1.0
    difference = max((apart for _, apart in compared), default=0.0)
    if overlap < _OVERLAP or difference > _CLOSE:
        raise _differs(f"searches agree on {overlap:.3f} of the nearest ten, scores differ by up to {difference:.2g}")
    return Proof(found.documents, found.passages, sampled, len(compared), overlap, difference)


def _entry(document: StoredDocument) -> Entry:
    vectors = [np.vstack([own, windows]) for own, windows in zip(document.vectors, document.windows, strict=True)]
    return Entry(document.card, document.revision, [one.passage for one in document.passages], vectors)


def _compare_rows(document: StoredDocument, theirs: MilvusIndex) -> int:
    """How many passages were compared. Raises PublishFailed, BackendUnavailable."""
    keys = [passage_key(document.card.id, one.passage.ordinal) for one in document.passages]
    copies, vectors = theirs.fetch(keys), theirs.windows(keys)
    for one, own, copy, near in zip(document.passages, document.windows, copies, vectors, strict=True):
        equal = (copy.passage, copy.document) == (one.passage, document.card)
        if not equal or not np.allclose(near, own, atol=_CLOSE):
            raise _differs(f"passage {one.passage.id} is another there")
    return len(copies)


def _compare_searches(document: StoredDocument, ours: PassageIndex, theirs: MilvusIndex) -> tuple[float, float]:
    """Share of their nearest that are as near as our last, and the largest difference of scores, for a window and the
    words of a document's first passage."""
    terms = dict.fromkeys(passage_terms(document.passages[0].passage)[:_NEAREST], 1.0)
    near = np.concatenate([document.windows[0], np.zeros((1, theirs.dimension), np.float32)])[0]
    background = ours.background(near)  # of one side for both: means over few int8 rows differ by thousandths
    here, there = (_seen(one, one.search(terms, near, Filters(), _DEPTH), background) for one in (ours, theirs))
    last = min(here.nearest, default=0.0) - _CLOSE
    share = sum(value >= last for value in there.nearest) / max(len(here.nearest), 1) if here.nearest else 1.0
    apart = [abs(a - b) for name in here.scores.keys() & there.scores.keys()
             for a, b in zip(here.scores[name], there.scores[name], strict=True)]  # fmt: skip
    return share, max(apart, default=0.0)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Both scores of each candidate, and how far above its language's background each of the nearest is."""

    scores: dict[str, tuple[float, float]]
    nearest: list[float]


def _seen(index: PassageIndex, found: Candidates, background: Mapping[str, Background]) -> _Seen:
    stored = index.fetch(found.keys.tolist())
    pairs = zip(found.lexical.tolist(), found.dense.tolist(), strict=True)
    scores = {one.passage.id: pair for one, pair in zip(stored, pairs, strict=True)}
    above = found.dense - np.array([background[one.passage.language].passage for one in stored], dtype=np.float32)
    return _Seen(scores, above[(found.dense_rank > 0) & (found.dense_rank <= _NEAREST)].tolist())


def _differs(how: str) -> PublishFailed:
    return PublishFailed(f"the copy in the engine differs: {how}. The home is untouched; run the migration again")
