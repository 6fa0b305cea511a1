"""A TokenEncoder that remembers: token codes stand in the vectors' file, under keys derived from the vectors' own, and
belong to the same document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np

from .embedding_cache import ENCODE_BATCH, CachedEncoder, embedding_key, token_key
from .ports import AskedTokens, Encoder, TokenEncoder, Vectors
from .token_head import TokenCodes
from .vector_pack import EMPTY_PACK, VectorPack

_NO_TOKENS: Mapping[bytes, TokenCodes] = MappingProxyType({})


class CachedTokenEncoder(CachedEncoder):
    """CachedEncoder's promises, for `read` too, which `reader` does, an encoder of the same model."""

    def __init__(
        self,
        encoder: Encoder,
        reader: TokenEncoder,
        path: Path,
        *,
        pack: VectorPack = EMPTY_PACK,
        token_pack: Mapping[bytes, TokenCodes] = _NO_TOKENS,
        batch: int = ENCODE_BATCH,
    ) -> None:
        """`pack` and `token_pack` are looked into before the file."""
        super().__init__(encoder, path, pack=pack, batch=batch)
        self._reader = reader
        self._token_pack = token_pack

    @property
    def head(self) -> str:
        return self._reader.head

    @property
    def width(self) -> int:
        return self._reader.width

    def ask(self, text: str) -> tuple[Vectors, AskedTokens]:
        return self._reader.ask(text)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._reader.count_tokens(texts)

    def read(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenCodes]]:
        keys = [token_key(embedding_key(self.identity, "passage", text), self.head) for text in texts]
        known = self._known_codes(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            vectors, codes = self._reader.read(list(missing.values()))
            self._keep([embedding_key(self.identity, "passage", text) for text in missing.values()],
                       [vector.tobytes() for vector in vectors.astype(np.float16)])  # fmt: skip
            self._keep(list(missing), [own.tobytes() for own in codes])
            known |= zip(missing, codes, strict=True)
        return self.encode(texts, "passage"), [known[key] for key in keys]

    def _keys(self, text: str) -> list[bytes]:
        key = embedding_key(self.identity, "passage", text)
        return [key, token_key(key, self.head)]

    def _known_codes(self, keys: Sequence[bytes]) -> dict[bytes, TokenCodes]:
        packed = {key: self._token_pack[key] for key in keys if key in self._token_pack}
        kept = self._kept([key for key in keys if key not in packed])
        return packed | {key: np.frombuffer(codes, np.int8).reshape(-1, self.width) for key, codes in kept.items()}


def remembering(
    encoder: Encoder,
    model: Encoder,
    path: Path,
    *,
    pack: VectorPack = EMPTY_PACK,
    token_pack: Mapping[bytes, TokenCodes] = _NO_TOKENS,
    batch: int = ENCODE_BATCH,
) -> CachedEncoder:
    """`encoder` with a memory, and for tokens too if its `model` tells of them."""
    if isinstance(model, TokenEncoder):
        return CachedTokenEncoder(encoder, model, path, pack=pack, token_pack=token_pack, batch=batch)
    return CachedEncoder(encoder, path, pack=pack, batch=batch)
