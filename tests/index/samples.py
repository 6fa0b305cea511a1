"""Small documents in three languages, a corpus in memory and encoders that count, for the tests of the index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from corpus.chunk import ChunkPolicy
from corpus.document import Dated, Document, Record
from corpus.identity import version_of
from corpus.language import detect
from index.build import Progress, build, recipe_for
from index.encoder import HashingEncoder
from index.ports import Role, Vectors
from index.snapshot import Snapshot
from index.store import SnapshotStore

POLICY = ChunkPolicy(target_words=12, max_words=24, max_characters=400)
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def document(
    identity: str,
    text: str,
    *,
    publisher: str = "",
    published: str | None = None,
    source_type: str = "",
    topics: tuple[str, ...] = (),
) -> Document:
    dated = Dated(published, "stated") if published else None
    record = Record(title="", publisher=publisher, published=dated, source_type=source_type, topics=topics)
    return Document(identity, version_of(text), f"{identity}.txt", detect(text), text, record)


DOCUMENTS = (
    document(
        "bans",
        "The ministry said that 143,000 workers were refused entry at the border in one year. "
        "Most of them had overstayed their papers.\n\n"
        "Airlines flew the refused passengers home at their own cost, and no appeal was heard.",
        publisher="Courier",
        published="2014",
        source_type="news",
        topics=("entry bans", "law"),
    ),
    document(
        "money",
        "Remittances fell by a third when the rouble lost its value. "
        "Families in the valley sold cattle to pay for bread and school.",
        publisher="Review",
        published="2015-03",
        source_type="report",
        topics=("remittances",),
    ),
    document(
        "raids",
        "Полиция провела рейды на рынках и в общежитиях. Задержанных мигрантов высылали без суда.\n\n"
        "Посольство направило ноту протеста и просило освободить граждан.",
        publisher="Курьер",
        published="2011-11-12",
        source_type="news",
        topics=("raids", "law"),
    ),
    document(
        "patent",
        "Патент на работу подорожал вдвое. Рабочие платят налог каждый месяц и сдают экзамен по русскому языку.",
        publisher="Review",
        published="2016-01-05",
        source_type="report",
        topics=("law",),
    ),
    document(
        "home",
        "Муҳоҷирони меҳнатӣ аз Русия ба ватан бармегарданд. Онҳо дар деҳа кор намеёбанд ва маблағ надоранд.",
        publisher="Ахбор",
        source_type="news",
        topics=("return",),
    ),
    document(
        "schools",
        "Teachers in the northern towns count fewer children each autumn. Grandparents raise those who stay.",
        publisher="Courier",
        published="2019-09-01",
        source_type="report",
        topics=("children",),
    ),
)


class MemoryCorpus:
    """Documents that can be put and removed; every change is a revision."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._documents = {one.id: one for one in documents}
        self._revision = 0

    def put(self, one: Document) -> None:
        self._documents[one.id] = one
        self._revision += 1

    def remove(self, identity: str) -> None:
        del self._documents[identity]
        self._revision += 1

    def live(self) -> dict[str, str]:
        return {identity: one.version for identity, one in self._documents.items()}

    def revisions(self) -> dict[str, int]:
        return {identity: one.revision for identity, one in self._documents.items()}

    def get(self, document_id: str, version: str | None = None) -> Document:
        found = self._documents[document_id]
        assert version in (None, found.version)
        return found

    def revision(self) -> int:
        return self._revision


class CountingEncoder(HashingEncoder):
    """Remembers every text that it was asked to encode."""

    def __init__(self, dimension: int = 64) -> None:
        super().__init__(dimension)
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        self.texts.extend(texts)
        return super().encode(texts, role)


ENCODER = HashingEncoder(64)


def index_all(
    corpus: MemoryCorpus, store: SnapshotStore, encoder: HashingEncoder = ENCODER, at: datetime = NOON
) -> list[Progress]:
    return list(build(corpus, store, encoder, POLICY, clock=lambda: at))


def opened(store: SnapshotStore, encoder: HashingEncoder = ENCODER) -> Snapshot:
    return store.open(recipe_for(encoder, POLICY))


def built(home: Path, documents: Iterable[Document] = DOCUMENTS) -> tuple[MemoryCorpus, SnapshotStore]:
    """A home whose index holds `documents` in one segment."""
    corpus, store = MemoryCorpus(documents), SnapshotStore(home)
    index_all(corpus, store)
    return corpus, store
