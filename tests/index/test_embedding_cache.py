import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.embedding_cache import CachedEncoder, embedding_key, forget
from index.encoder import HashingEncoder
from index.errors import EncoderUnavailable
from index.ports import EncoderIdentity, Role, Vectors
from index.vector_pack import read_vector_pack, write_vector_pack

TEXTS = [f"passage {n} муҳоҷир" for n in range(1200)]
IDENTITY = EncoderIdentity("m", "r", 8, "q: ", "p: ")


class Counter(HashingEncoder):
    def __init__(self) -> None:
        super().__init__(64)
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        self.encoded += texts
        return super().encode(texts, role)


def test_an_unchanged_corpus_encodes_nothing_the_second_time(tmp_path: Path) -> None:
    first, second = Counter(), Counter()
    fresh = CachedEncoder(first, tmp_path / "cache" / "vectors.sqlite").encode(TEXTS, "passage")
    kept = CachedEncoder(second, tmp_path / "cache" / "vectors.sqlite").encode(TEXTS, "passage")
    assert (len(first.encoded), second.encoded) == (len(TEXTS), [])
    np.testing.assert_array_equal(fresh, kept)


def test_only_the_new_passages_are_encoded_and_each_once(tmp_path: Path) -> None:
    counter = Counter()
    cached = CachedEncoder(counter, tmp_path / "v.sqlite")
    cached.encode(["a", "b"], "passage")
    vectors = cached.encode(["c", "a", "c", "d \ud800", ""], "passage")
    assert counter.encoded == ["a", "b", "c", "d \ud800", ""]
    plain = HashingEncoder(64).encode(["c", "a", "c", "d \ud800", ""], "passage")
    np.testing.assert_allclose(vectors, plain, atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_queries_are_not_kept(tmp_path: Path) -> None:
    counter = Counter()
    cached = CachedEncoder(counter, tmp_path / "v.sqlite")
    for _ in range(2):
        cached.encode(["who"], "query")
    cached.encode(["who"], "passage")
    assert counter.encoded == ["who"] * 3


@pytest.mark.parametrize(
    ("identity", "text"),
    [
        (replace(IDENTITY, model="other"), "t"),
        (replace(IDENTITY, revision="other"), "t"),
        (replace(IDENTITY, passage_prefix="other"), "t"),
        (IDENTITY, "other"),
        (replace(IDENTITY, passage_prefix="p: t"), ""),
    ],
)
def test_a_key_depends_on_all_that_a_vector_depends_on(identity: EncoderIdentity, text: str) -> None:
    assert embedding_key(identity, "passage", text) != embedding_key(IDENTITY, "passage", "t")
    assert embedding_key(IDENTITY, "query", "t") != embedding_key(IDENTITY, "passage", "t")


@pytest.mark.parametrize("role", ["passage", "query"])
def test_batches_flow_in_order_and_make_up_the_whole(role: Role, tmp_path: Path) -> None:
    cached = CachedEncoder(Counter(), tmp_path / "v.sqlite")
    parts = list(cached.encode_in_batches(TEXTS[:10], role, 4))
    assert [len(part) for part in parts] == [4, 4, 2]
    np.testing.assert_array_equal(np.concatenate(parts), cached.encode(TEXTS[:10], role))
    assert list(cached.encode_in_batches([], role, 4)) == []


def test_what_was_yielded_is_kept_when_the_rest_is_not_asked_for(tmp_path: Path) -> None:
    next(CachedEncoder(Counter(), tmp_path / "v.sqlite").encode_in_batches(TEXTS[:6], "passage", 3))
    counter = Counter()
    CachedEncoder(counter, tmp_path / "v.sqlite").encode(TEXTS[:6], "passage")
    assert counter.encoded == TEXTS[3:6]


def test_several_writers_share_one_file(tmp_path: Path) -> None:
    found: list[Vectors] = []
    openers = [CachedEncoder(Counter(), tmp_path / "v.sqlite") for _ in range(4)]
    threads = [threading.Thread(target=lambda e=e: found.append(e.encode(TEXTS, "passage"))) for e in openers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for vectors in found:
        np.testing.assert_array_equal(vectors, found[0])


def test_a_pack_is_used_before_encoding(tmp_path: Path) -> None:
    identity = HashingEncoder(64).identity
    keys = [embedding_key(identity, "passage", text) for text in TEXTS[:50]]
    vectors = HashingEncoder(64).encode(TEXTS[:50], "passage")
    write_vector_pack(tmp_path / "pack.npz", keys, vectors)
    counter = Counter()
    cached = CachedEncoder(counter, tmp_path / "v.sqlite", pack=read_vector_pack(tmp_path / "pack.npz"))
    np.testing.assert_allclose(cached.encode(TEXTS[:51], "passage")[:50], vectors, atol=1e-3)
    assert counter.encoded == [TEXTS[50]]


def test_equal_packs_are_equal_files_whatever_the_order(tmp_path: Path) -> None:
    keys = [bytes([n]) * 32 for n in (3, 1, 2)]
    vectors = np.eye(3, dtype=np.float32)
    write_vector_pack(tmp_path / "a.npz", keys, vectors)
    write_vector_pack(tmp_path / "b.npz", keys[::-1], vectors[::-1])
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    pack = read_vector_pack(tmp_path / "a.npz")
    assert pack.vectors[pack.rows[keys[0]]].tolist() == [1, 0, 0]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"plain text"])
def test_a_broken_pack_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "pack.npz").write_bytes(content)
    with pytest.raises(EncoderUnavailable, match=r"pack\.npz"):
        read_vector_pack(tmp_path / "pack.npz")


def test_a_broken_cache_file_is_named_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "v.sqlite").write_bytes(b"not a database" * 100)
    with pytest.raises(EncoderUnavailable, match=r"v\.sqlite.*delete it"):
        CachedEncoder(Counter(), tmp_path / "v.sqlite")


def kept(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        return int(database.execute("SELECT count(*) FROM vectors").fetchone()[0])


def test_what_two_documents_share_goes_with_the_first_and_what_is_nobodys_with_any(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    cached = CachedEncoder(Counter(), path)
    cached.encode(["shared", "own", "other"], "passage")
    cached.attribute([("a", "shared"), ("b", "shared"), ("a", "own"), ("b", "other")])
    forget(path, "c")
    assert kept(path) == 3
    cached.encode(["nobody's"], "passage")
    forget(path, "c")
    assert kept(path) == 3
    forget(path, "b")
    assert kept(path) == 2
    forget(path, "a")
    assert kept(path) == 0


def fill(path: Path) -> tuple[CachedEncoder, list[bytes]]:
    """A cache of a random vector for each text, kept in the order of a hash, so that pages split and rows move."""
    cached = CachedEncoder(HashingEncoder(64), path)
    vectors = np.random.default_rng(8).normal(size=(len(TEXTS), 64)).astype(np.float16)
    keys = [embedding_key(cached.identity, "passage", text) for text in TEXTS]
    for start in range(0, len(keys), 50):
        cached.keep(keys[start : start + 50], vectors[start : start + 50])
    return cached, [vector.tobytes() for vector in vectors]


def test_no_vector_is_left_in_the_file_or_its_log_however_the_pages_were_divided(tmp_path: Path) -> None:
    cached, vectors = fill(tmp_path / "v.sqlite")
    cached.attribute([(str(place // 100), text) for place, text in enumerate(TEXTS)])
    forget(tmp_path / "v.sqlite", "7")
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert [place for place, vector in enumerate(vectors) if vector not in left] == list(range(700, 800))


def test_a_cache_of_the_first_version_is_used_and_its_vectors_which_are_nobodys_go_with_any(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite"
    _, vectors = fill(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP INDEX vectors_owner")
        database.execute("ALTER TABLE vectors DROP COLUMN owner")
        database.execute("PRAGMA user_version = 0")
        database.execute("PRAGMA secure_delete = OFF")
        with database:
            database.execute("DELETE FROM vectors WHERE substr(key, 1, 1) < x'40'")
    counter = Counter()
    cached = CachedEncoder(counter, path)
    cached.encode(TEXTS, "passage")
    assert 200 < len(counter.encoded) < 400
    cached.attribute([("a", text) for text in TEXTS[:700]])
    forget(path, "b")
    assert kept(path) == 700
    left = path.read_bytes()
    lost = set(counter.encoded) | set(TEXTS[700:])  # what 0.1.0 deleted is overwritten too
    assert [text for text, vector in zip(TEXTS, vectors, strict=True) if vector not in left] == sorted(
        lost, key=TEXTS.index
    )


def test_a_log_that_is_being_read_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embedding_cache.BUSY_SECONDS", 0.1)
    path = tmp_path / "v.sqlite"
    cached = CachedEncoder(Counter(), path)
    cached.encode(["a"], "passage")
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM vectors").fetchone()
        with pytest.raises(EncoderUnavailable, match="being read"):
            forget(path, "a")
    forget(path, "a")
    cached.close()
