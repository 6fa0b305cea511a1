"""The seams of the index: what an encoder and a backend promise.

Arrays are C-contiguous. "Unit" vectors have L2 norm 1, so an inner product is a cosine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from corpus.document import Passage, Record

Vectors = NDArray[np.float32]
Role = Literal["query", "passage"]


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """What makes two sets of vectors comparable. Two indexes mix only when all fields are equal."""

    model: str
    revision: str
    dimension: int
    query_prefix: str = ""
    passage_prefix: str = ""

    def __str__(self) -> str:
        return f"{self.model}@{self.revision[:12]} ({self.dimension}-d)"


class Encoder(Protocol):
    """Text -> unit vectors. Thread safe; deterministic; the same text gives the same vector in any batch to 1e-3."""

    @property
    def identity(self) -> EncoderIdentity: ...

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """float32, (len(texts), dimension), rows unit length, in the order of `texts`; (0, dimension) for none.

        Longer texts than the model's window are cut by the model. Raises EncoderUnavailable.
        """
        ...


@dataclass(frozen=True, slots=True)
class AskedTokens:
    """A question's tokens: unit `rows` float32 (tokens, width); `weights`, how much each matters, summing to 1."""

    rows: Vectors
    weights: Vectors


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """A passage's tokens: `rows` float32 (tokens, width), of length 1 to 1 %; `sentences` uint8 (tokens,), the place of
    each token's sentence in the passage, 255 for a token of none."""

    rows: Vectors
    sentences: NDArray[np.uint8]


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder that also tells how each token reads in its context."""

    @property
    def head(self) -> str:
        """The revision of the projection: codes of another are not comparable."""
        ...

    @property
    def width(self) -> int:
        """Of a token's code."""
        ...

    def read(self, texts: Sequence[str]) -> tuple[Vectors, list[NDArray[np.int8]]]:
        """What `encode` gives for passages, and int8 codes (tokens, width) of the tokens of each text."""
        ...

    def ask(self, text: str) -> tuple[Vectors, AskedTokens]:
        """What `encode` gives for one question, (dimension,), and its tokens: one pass makes both."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens `read` and `ask` find in each text, before any cut."""
        ...


@runtime_checkable
class Reader(Protocol):
    """Reads a question and a text together, which no two vectors made apart can do."""

    def judge(self, question: str, texts: Sequence[str]) -> list[float]:
        """For each text the log odds that it holds the answer: comparable among questions, not calibrated.

        A text longer than the model's window is cut. Deterministic; each text is read for itself.
        """
        ...


@runtime_checkable
class KeepingEncoder(Encoder, Protocol):
    """An encoder that keeps the vectors it made on disk, each for as long as its document."""

    def attribute(self, texts: Iterable[tuple[str, str]]) -> None:
        """Ids of documents, each with a passage of it that was encoded. Raises EncoderUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Filters:
    """OR inside a list, AND between fields. Dates are ISO of any precision; an unknown value matches nothing."""

    published_from: str | None = None
    published_to: str | None = None
    publisher: tuple[str, ...] = ()
    source_type: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    document_id: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many documents a filter lets through, and how many it leaves out for want of a date."""

    matching_documents: int
    undated: int


@dataclass(frozen=True, slots=True)
class Background:
    """Mean cosine of a question with all passages and with all windows of one language."""

    passage: float
    window: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """The union of both legs' best passages, each scored by both legs. Rows are parallel; order is by `keys`.

    `keys`: int64 (n,), opaque, valid for the snapshot that gave them. `lexical`: BM25 score, 0 where no term
    matches. `dense`: cosine with the query; the dense leg ranks by it less the background of the passage's language.
    `lexical_rank`, `dense_rank`: 1-based, 0 where that leg did not
    return the passage.
    """

    keys: NDArray[np.int64]
    lexical: NDArray[np.float32]
    dense: NDArray[np.float32]
    lexical_rank: NDArray[np.int32]
    dense_rank: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True, slots=True)
class Glance:
    """What can be told of passages without reading their words, one entry a key asked for.

    `languages`: each passage's own; `similarities`: the cosine of each of its windows with a vector.
    """

    languages: tuple[str, ...]
    similarities: tuple[NDArray[np.float32], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """What is shown of a document beside a passage: identity and record, without the text."""

    id: str
    version: str
    name: str
    language: str
    record: Record


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the index returns it."""

    key: int
    passage: Passage
    document: DocumentCard


@dataclass(frozen=True, slots=True)
class Name:
    """A name that passages hold: its index term, its commonest spelling under that term, how that sounds."""

    term: str
    written: str
    sounds: tuple[str, ...]


class PassageIndex(Protocol):
    """One opened, read-only set of passages: the port that every backend implements. Thread safe."""

    def search(self, terms: Mapping[str, float], vector: Vectors, filters: Filters, n: int) -> Candidates:
        """The best `n` of each leg among the passages that `filters` let through, and the scores of their union.

        `terms` are analyzed terms and their weights; `vector` is (dimension,). A leg that finds nothing adds
        nothing. Filters apply before ranking. No terms and an all-zero vector give no candidates.
        Raises BackendUnavailable.
        """
        ...

    def glance(self, keys: Sequence[int], vector: Vectors) -> Glance:
        """The languages of `keys` and how near their windows are to `vector`, in that order: cheaper than `fetch`."""
        ...

    def fetch(self, keys: Sequence[int]) -> list[StoredPassage]:
        """The passages of `keys`, in that order."""
        ...

    def windows(self, keys: Sequence[int]) -> list[Vectors]:
        """The unit vectors of the windows of each of `keys`, in that order: float32 (windows, dimension)."""
        ...

    @property
    def head(self) -> str:
        """The revision of the token codes that all passages have; empty when some have none."""
        ...

    def tokens(self, keys: Sequence[int]) -> list[PassageTokens]:
        """The tokens of `keys`, in that order. Only where `head` is not empty."""
        ...

    def idf(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """log(1 + (N - n + .5) / (n + .5)) of each term over the live passages; the highest for unknown terms."""
        ...

    def sounding(self, first: str, length: int) -> Mapping[str, Sequence[Name]]:
        """The names of passages with a sound of `length` letters that begins with `first`, by that sound.

        A term may come in several spellings; some may stand in deleted passages only: ask `idf`.
        """
        ...

    def background(self, vector: Vectors) -> Mapping[str, Background]:
        """Per language, how near the question is to any text of it."""
        ...

    def coverage(self, filters: Filters) -> Coverage: ...

    def documents(self, filters: Filters, after: str, limit: int) -> list[DocumentCard]:
        """At most `limit` of the live documents that `filters` let through with an id greater than `after`, by id."""
        ...
