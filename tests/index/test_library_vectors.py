"""The vectors that ship with the library, so that the first answer needs no encoding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.chunk import ChunkPolicy, chunk
from corpus.document import Document
from corpus.ingest import library_files
from corpus.store import CorpusStore
from index.embedding_cache import embedding_key, token_key
from index.encoder import resolve_encoder
from index.encoder_onnx import DEFAULT_IDENTITY
from index.library_vectors import encoded_texts, shipped_tokens, shipped_vectors
from index.texts import passage_text
from index.token_head import default_head


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    store = CorpusStore(tmp_path_factory.mktemp("home") / "corpus.sqlite")
    for raw, draft in library_files():
        store.add(raw, draft)
    found = list(store.documents())
    store.close()
    return found


@pytest.fixture(scope="module")
def texts(library: list[Document]) -> list[str]:
    return encoded_texts(library, ChunkPolicy())


def test_every_text_of_the_library_has_its_vector(texts: list[str]) -> None:
    rows = shipped_vectors().rows
    missing = [text for text in texts if embedding_key(DEFAULT_IDENTITY, "passage", text) not in rows]
    assert not missing, (
        f"{len(missing)} of {len(texts)} texts changed since the vectors were made: make library-vectors"
    )
    assert len(rows) == len(texts), "there are vectors of texts that are gone: make library-vectors"


def test_every_passage_of_the_library_has_its_tokens(library: list[Document]) -> None:
    wanted = {
        token_key(embedding_key(DEFAULT_IDENTITY, "passage", passage_text(document, passage)), default_head().revision)
        for document in library
        for passage in chunk(document, ChunkPolicy())
    }
    assert shipped_tokens().keys() == wanted, "the library or the projection has changed: make library-vectors"


def test_the_vectors_are_those_of_the_model(texts: list[str], model_cache: Path) -> None:
    some = texts[::150]
    pack = shipped_vectors()
    kept = np.stack([pack.vectors[pack.rows[embedding_key(DEFAULT_IDENTITY, "passage", text)]] for text in some])
    fresh = resolve_encoder(DEFAULT_IDENTITY.model, cache_dir=model_cache).encode(some, "passage")
    assert (np.sum(kept.astype(np.float32) * fresh, axis=1) > 0.999).all()
