"""How much of the encoder's own speed is left when documents are chunked, encoded, kept and indexed?

python -m benchmarks.ingest --texts TEXTS.jsonl.gz --cache DIR
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.pile import read_documents
from benchmarks.report import record
from corpus.chunk import ChunkPolicy, chunk
from corpus.document import Document
from index.build import build
from index.encoder import resolve_encoder
from index.ports import Encoder
from index.store import SnapshotStore
from index.texts import passage_text, window_texts
from index.token_cache import remembering
from index.weights import DEFAULT_MODEL

_WARM = 200  # texts encoded before anything is timed: the model is loaded by then


class _Pile:
    """Documents in memory, as the builder reads them."""

    def __init__(self, documents: list[Document]) -> None:
        self._documents = {one.id: one for one in documents}

    def live(self) -> dict[str, str]:
        return {one.id: one.version for one in self._documents.values()}

    def revisions(self) -> dict[str, int]:
        return dict.fromkeys(self._documents, 0)

    def get(self, document_id: str, version: str | None = None) -> Document:  # noqa: ARG002
        return self._documents[document_id]

    def revision(self) -> int:
        return 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True, help="JSON lines, may be gzipped: text")
    parser.add_argument("--cache", type=Path, required=True, help="prepared model files")
    parser.add_argument("--documents", type=int, default=20, help="of a thousand words")
    given = parser.parse_args()
    documents = [one for one, _ in islice(read_documents(given.texts, 10 * given.documents), given.documents)]
    policy, encoder = ChunkPolicy(), resolve_encoder(DEFAULT_MODEL, cache_dir=given.cache)
    passages = [(one, passage) for one in documents for passage in chunk(one, policy)]
    texts = [passage_text(*pair) for pair in passages] + [text for _, one in passages for text in window_texts(one)]
    encoder.encode(texts[-_WARM:], "passage")
    bare = _cpu(lambda: encoder.encode(texts, "passage"))
    figures = {"passages": len(passages), "texts": len(texts), "bare_cpu_s": round(bare, 1)}
    for tokens in (False, True):
        whole = _cpu(partial(_ingest, documents, encoder, policy, tokens))
        record("ingest", tokens=tokens, **figures, ingest_cpu_s=round(whole, 1), share=round(bare / whole, 3))


def _ingest(documents: list[Document], encoder: Encoder, policy: ChunkPolicy, tokens: bool) -> None:
    """As `muhojir add` does it, into an empty home and with an empty cache."""
    with TemporaryDirectory() as folder:
        cached = remembering(encoder, encoder, Path(folder) / "vectors.sqlite")
        store = SnapshotStore(Path(folder) / "home")
        for _ in build(_Pile(documents), store, cached, policy, clock=lambda: datetime.now(UTC), tokens=tokens):
            pass
        cached.close()


def _cpu(work: Callable[[], object]) -> float:
    spent = time.process_time()
    work()
    return time.process_time() - spent


if __name__ == "__main__":
    main()
