"""The vectors of the shipped library, made once by `make library-vectors`, so that a first answer comes in seconds.

A vector whose text, model or prefix changed since is simply not found and encoded anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import as_file, files

from corpus.chunk import ChunkPolicy, chunk
from corpus.document import Document

from .embedding_cache import embedding_key, token_key
from .ports import Encoder, TokenEncoder
from .texts import passage_text, window_texts
from .token_head import TokenCodes
from .token_pack import read_token_pack, write_token_pack
from .vector_pack import EMPTY_PACK, VectorPack, read_vector_pack, write_vector_pack

_FILE, _TOKENS = (files("index") / name for name in ("library_vectors.npz", "library_tokens.npz"))


def shipped_vectors() -> VectorPack:
    """The pack beside this module; an empty one in a checkout where it was not made yet."""
    if not _FILE.is_file():
        return EMPTY_PACK
    with as_file(_FILE) as path:
        return read_vector_pack(path)


def shipped_tokens() -> dict[bytes, TokenCodes]:
    """The token codes of the library's passages; none in a checkout where they were not made yet."""
    if not _TOKENS.is_file():
        return {}
    with as_file(_TOKENS) as path:
        return read_token_pack(path)


def encoded_texts(documents: Iterable[Document], policy: ChunkPolicy) -> list[str]:
    """Every text that indexing `documents` encodes, each once, in order."""
    texts: dict[str, None] = {}
    for document in documents:
        for passage in chunk(document, policy):
            texts[passage_text(document, passage)] = None
            texts.update(dict.fromkeys(window_texts(passage)))
    return list(texts)


def write_library_vectors(documents: Sequence[Document], policy: ChunkPolicy, encoder: Encoder) -> int:
    """Makes the packs beside this module; returns how many vectors they hold."""
    texts = encoded_texts(documents, policy)
    keys = [embedding_key(encoder.identity, "passage", text) for text in texts]
    with as_file(_FILE) as path:
        write_vector_pack(path, keys, encoder.encode(texts, "passage"))
    if isinstance(encoder, TokenEncoder):
        whole = list({passage_text(one, passage): None for one in documents for passage in chunk(one, policy)})
        _, codes = encoder.read(whole)
        named = (token_key(embedding_key(encoder.identity, "passage", text), encoder.head) for text in whole)
        with as_file(_TOKENS) as path:
            write_token_pack(path, dict(zip(named, codes, strict=True)))
    return len(texts)
