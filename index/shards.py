"""Encoding in bulk, in one process, several or on many machines: Parquet files of texts become files of vectors.

A shard of texts has one column `text`; its vectors have the columns `key` (as the vector cache knows them) and
`vector` (float16, little-endian bytes). A shard that is done is known by its content and the model, so a run that was
killed goes on where it stopped, and two runs over the same folder agree. `take_up` puts the vectors into the cache;
building an index then encodes nothing.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from corpus.chunk import ChunkPolicy, chunk
from corpus.document import Document

from .embedding_cache import CachedEncoder, embedding_key
from .errors import EncoderUnavailable
from .ports import Encoder, EncoderIdentity
from .texts import passage_text, window_texts

TEXTS_PER_SHARD = 10_000  # some minutes of one core: what a kill may cost
_SOURCE = b"muhojir.source"  # in a file of vectors: the sha256 of its texts and the model
_BATCH = 2_000  # texts encoded together: as index/build.py

OpenEncoder = Callable[[], Encoder]


def texts_of(documents: Iterable[Document], policy: ChunkPolicy) -> Iterator[str]:
    """All that building an index of these documents encodes."""
    for document in documents:
        for passage in chunk(document, policy):
            yield passage_text(document, passage)
            yield from window_texts(passage)


def write_shards(texts: Iterable[str], folder: Path, size: int = TEXTS_PER_SHARD) -> list[Path]:
    """Writes the distinct texts in files of `size`, named after their content. Memory: one key of 32 bytes a text."""
    parquet, arrow = _arrow()
    folder.mkdir(parents=True, exist_ok=True)
    paths, rest = [], _distinct(texts)
    while part := list(islice(rest, size)):
        name = hashlib.sha256("\0".join(part).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        path = folder / f"texts-{name}.parquet"
        _placed(path, partial(parquet.write_table, arrow.table({"text": part})))
        paths.append(path)
    return paths


def embed_shard(source: Path, target: Path, open_encoder: OpenEncoder) -> bool:
    """Encodes the passages of `source` into `target`; False when that was done before. Idempotent, safe to kill.

    `target` appears whole or not at all. Raises EncoderUnavailable, OSError.
    """
    parquet, arrow = _arrow()
    encoder = open_encoder()
    mark = _mark(source, encoder.identity)
    if target.exists() and _marked(target) == mark:
        return False
    texts = parquet.read_table(source, columns=["text"])["text"].to_pylist()
    parts = [encoder.encode(texts[start : start + _BATCH], "passage") for start in range(0, len(texts), _BATCH)]
    vectors = [vector.astype("<f2").tobytes() for part in parts for vector in part]
    keys = [embedding_key(encoder.identity, "passage", text) for text in texts]
    table = arrow.table({"key": keys, "vector": vectors}).replace_schema_metadata({_SOURCE: mark})
    target.parent.mkdir(parents=True, exist_ok=True)
    _placed(target, partial(parquet.write_table, table))
    return True


def embed_shards(sources: Sequence[Path], folder: Path, open_encoder: OpenEncoder, processes: int) -> Iterator[Path]:
    """Encodes every shard in a pool of processes; yields the files of vectors as they are done. `open_encoder` is
    called in each process and must be importable there."""
    work = partial(_embed_into, folder=folder, open_encoder=open_encoder)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, sources)


def embed_shards_with_ray(sources: Sequence[Path], folder: Path, open_encoder: OpenEncoder) -> Iterator[Path]:
    """The same on the machines of a Ray cluster, which share the folders: one task a shard, one core each.

    Ray Data's actors starve its reading tasks where there are as many of them as cores; a task that reads its own
    shard cannot.
    """
    try:
        import ray
    except ModuleNotFoundError as error:
        raise EncoderUnavailable("Encoding on many machines needs Ray. Run: pip install 'muhojir[ray]'") from error
    remote = ray.remote(num_cpus=1, max_retries=3)(_embed_into)
    waiting = [remote.remote(source, folder=folder, open_encoder=open_encoder) for source in sources]
    while waiting:
        done, waiting = ray.wait(waiting)
        yield from ray.get(done)


def take_up(paths: Iterable[Path], cache: CachedEncoder) -> int:
    """Puts the vectors of these files into the cache; returns how many. Raises EncoderUnavailable for another model."""
    parquet, _ = _arrow()
    taken = 0
    for path in paths:
        if not _marked(path).endswith(_model(cache.identity)):
            raise EncoderUnavailable(f"{path} was made with another model than {cache.identity}. Encode it again")
        table = parquet.read_table(path)
        vectors = [np.frombuffer(one, dtype=np.float16) for one in table["vector"].to_pylist()]
        cache.keep(table["key"].to_pylist(), vectors)
        taken += len(vectors)
    return taken


def _embed_into(source: Path, folder: Path, open_encoder: OpenEncoder) -> Path:
    target = folder / source.name.replace("texts-", "vectors-")
    embed_shard(source, target, open_encoder)
    return target


def _distinct(texts: Iterable[str]) -> Iterator[str]:
    seen = set[bytes]()
    for text in texts:
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        if key not in seen:
            seen.add(key)
            yield text


def _mark(source: Path, identity: EncoderIdentity) -> bytes:
    return hashlib.sha256(source.read_bytes()).hexdigest().encode() + _model(identity)


def _model(identity: EncoderIdentity) -> bytes:
    return b" " + hashlib.sha256(repr(identity).encode()).hexdigest().encode()


def _marked(path: Path) -> bytes:
    """The mark of a file of vectors, b"" when it has none."""
    parquet, _ = _arrow()
    return bytes((parquet.read_schema(path).metadata or {}).get(_SOURCE, b""))


def _placed(path: Path, write: Callable[[Path], object]) -> None:
    """Written aside, then renamed: another process sees all of it or nothing."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    write(aside)
    aside.replace(path)


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        raise EncoderUnavailable("Shards are Parquet files. Run: pip install 'muhojir[shards]'") from error
    return pyarrow.parquet, pyarrow
