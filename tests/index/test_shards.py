"""Parquet shards of texts and vectors: done once, whole or not at all, and taken up by the cache."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from index.embedding_cache import CachedEncoder
from index.encoder import HashingEncoder
from index.errors import EncoderUnavailable
from index.ports import Role, Vectors
from index.shards import embed_shard, embed_shards, take_up, texts_of, write_shards
from index.store import SnapshotStore
from tests.index.samples import DOCUMENTS, POLICY, CountingEncoder, MemoryCorpus, index_all

TEXTS = [f"Passage number {number} about the border." for number in range(25)]


def test_texts_are_cut_into_shards_once_each(tmp_path: Path) -> None:
    paths = write_shards([*TEXTS, *TEXTS[:5]], tmp_path, size=10)
    assert len(paths) == 3
    assert write_shards(TEXTS, tmp_path, size=10) == paths


def test_a_shard_is_encoded_once_and_again_when_the_model_is_another(tmp_path: Path) -> None:
    (source,) = write_shards(TEXTS, tmp_path)
    target, encoder = tmp_path / "vectors.parquet", CountingEncoder()
    assert embed_shard(source, target, lambda: encoder)
    assert not embed_shard(source, target, lambda: encoder)
    assert encoder.texts == TEXTS
    assert embed_shard(source, target, lambda: CountingEncoder(32))


def test_a_killed_run_leaves_no_half_file(tmp_path: Path) -> None:
    class Killed(HashingEncoder):
        def encode(self, texts: Sequence[str], role: Role) -> Vectors:
            raise KeyboardInterrupt(len(texts), role)

    (source,) = write_shards(TEXTS, tmp_path)
    target = tmp_path / "vectors.parquet"
    with pytest.raises(KeyboardInterrupt):
        embed_shard(source, target, Killed)
    assert not target.exists()
    assert embed_shard(source, target, HashingEncoder)


def test_what_was_taken_up_is_not_encoded_again(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    cache = CachedEncoder(encoder, tmp_path / "vectors.sqlite")
    sources = write_shards(TEXTS, tmp_path / "texts", size=10)
    for source in sources:
        embed_shard(source, tmp_path / source.name, lambda: HashingEncoder(64))
    assert take_up((tmp_path / source.name for source in sources), cache) == len(TEXTS)
    np.testing.assert_allclose(cache.encode(TEXTS, "passage"), HashingEncoder(64).encode(TEXTS, "passage"), atol=1e-3)
    assert encoder.texts == []
    cache.close()


def test_building_asks_for_nothing_but_the_texts_of_the_shards(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    index_all(MemoryCorpus(DOCUMENTS), SnapshotStore(tmp_path), encoder)
    assert set(encoder.texts) == set(texts_of(DOCUMENTS, POLICY))


def test_vectors_of_another_model_are_refused(tmp_path: Path) -> None:
    (source,) = write_shards(TEXTS, tmp_path)
    embed_shard(source, tmp_path / "vectors.parquet", lambda: HashingEncoder(32))
    cache = CachedEncoder(HashingEncoder(64), tmp_path / "vectors.sqlite")
    with pytest.raises(EncoderUnavailable, match="another model"):
        take_up([tmp_path / "vectors.parquet"], cache)
    cache.close()


@pytest.mark.slow
def test_a_pool_of_processes_encodes_what_one_does(tmp_path: Path) -> None:
    sources = write_shards(TEXTS, tmp_path / "texts", size=5)
    done = list(embed_shards(sources, tmp_path / "vectors", partial(HashingEncoder, 64), processes=2))
    assert len(done) == 5
    stamps = [path.stat().st_mtime_ns for path in done]
    assert list(embed_shards(sources, tmp_path / "vectors", partial(HashingEncoder, 64), processes=2)) == done
    assert [path.stat().st_mtime_ns for path in done] == stamps
