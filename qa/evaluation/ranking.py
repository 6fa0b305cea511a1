"""A BEIR folder -> four rows of figures: each leg, their fusion, and what search returns where tokens are not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.glossary import Glossary
from index.ports import Encoder, Filters, PassageIndex

from ..answer import MAX_QUESTION, Query
from ..extract import rank_sentences
from ..order import shown_order
from ..pipeline import Policies
from ..question import Context, understand
from ..retrieve import Found, retrieve
from ..vocabulary import Vocabulary
from .dataset import Collection
from .metrics import mean, ndcg, recall, reciprocal_rank

_BATCH = 256

_MEASURES: dict[str, Callable[[Sequence[str], dict[str, float]], float]] = {
    "ndcg@10": lambda ranking, relevant: ndcg(ranking, relevant, 10),
    "mrr@10": lambda ranking, relevant: reciprocal_rank(ranking, relevant, 10),
    "recall@1": lambda ranking, relevant: recall(ranking, relevant, 1),
    "recall@5": lambda ranking, relevant: recall(ranking, relevant, 5),
    "recall@10": lambda ranking, relevant: recall(ranking, relevant, 10),
}
_LEGS: dict[str, Callable[[Found], tuple[bool, float]]] = {
    "lexical": lambda found: (found.lexical_rank > 0, -found.lexical_rank),
    "dense": lambda found: (found.dense_rank > 0, -found.dense_rank),
    "fused": lambda found: (True, found.fused),
    "final": lambda found: (True, found.score),
}


@dataclass(frozen=True, slots=True)
class RankingReport:
    """`rows`: per leg its name under "leg" and each measure's mean over the queries."""

    collection: str
    documents: int
    queries: int
    rows: tuple[dict[str, Any], ...]
    per_query: dict[str, list[float]]

    def to_json(self) -> dict[str, Any]:
        return {"collection": self.collection, "documents": self.documents, "queries": self.queries,
                "rows": list(self.rows)}  # fmt: skip


def score_collection(
    collection: Collection, index: PassageIndex, encoder: Encoder, glossary: Glossary, policies: Policies
) -> RankingReport:
    """Ask every query; a document counts by its best passage."""
    values: dict[str, dict[str, list[float]]] = {leg: {name: [] for name in _MEASURES} for leg in _LEGS}
    for query_id, found in _asked(collection, index, encoder, glossary, policies):
        for leg, place in _LEGS.items():
            ranking = _documents(found, place)
            for name, measure in _MEASURES.items():
                values[leg][name].append(measure(ranking, collection.relevant[query_id]))
    rows = tuple({"leg": leg, **{name: round(mean(part), 4) for name, part in values[leg].items()}} for leg in _LEGS)
    per_query = {leg: values[leg]["ndcg@10"] for leg in _LEGS}
    return RankingReport(collection.name, len(collection.documents), len(collection.queries), rows, per_query)


def _asked(
    collection: Collection, index: PassageIndex, encoder: Encoder, glossary: Glossary, policies: Policies
) -> Iterator[tuple[str, list[Found]]]:
    queries, context = list(collection.queries.items()), Context(Vocabulary(index))
    for start in range(0, len(queries), _BATCH):
        part = queries[start : start + _BATCH]
        asked = [understand(Query(text[:MAX_QUESTION]), glossary, context) for _, text in part]
        vectors = encoder.encode([one.sought for one in asked], "query")
        for (query_id, _), one, vector in zip(part, asked, vectors, strict=True):
            found = retrieve(index, one, vector, Filters(), policies.retrieval)
            ranked = rank_sentences(one, found.found, found.shares, policies.plain.sentence, found.windows)
            yield query_id, list(shown_order(one, found, ranked, policies.retrieval))


def _documents(found: Iterable[Found], place: Callable[[Found], tuple[bool, float]]) -> list[str]:
    """Distinct document ids by their best passage."""
    ranked = sorted((one for one in found if place(one)[0]), key=lambda one: -place(one)[1])
    return list(dict.fromkeys(one.stored.passage.document_id for one in ranked))
