from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.chunk import ChunkPolicy
from index.build import build, recipe_for
from index.embedding_cache import forget
from index.encoder import HashingEncoder
from index.encoder_onnx import OnnxEncoder
from index.errors import EncoderUnavailable
from index.ports import AskedTokens, TokenEncoder, Vectors
from index.store import SnapshotStore
from index.token_cache import CachedTokenEncoder, remembering
from index.token_head import TokenCodes, TokenHead, default_head
from index.token_pack import read_token_pack, write_token_pack
from index.token_table import NO_SENTENCE, TokenTable, TokenTableWriter, sentence_places
from tests.index.samples import DOCUMENTS, NOON, MemoryCorpus

TEXTS = ["Entry was refused.", "Ба онҳо иҷозат надоданд", "", "½ … word.Next —"]


class Reader(HashingEncoder):
    """Every word is a token whose code tells its length; remembers what it read."""

    head, width = default_head().revision, 2

    def __init__(self, dimension: int = 8) -> None:
        super().__init__(dimension)
        self.seen: list[str] = []

    def read(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenCodes]]:
        self.seen += texts
        codes = [np.array([[len(word), 1] for word in text.split()], np.int8).reshape(-1, 2) for text in texts]
        return self.encode(texts, "passage"), codes

    def ask(self, text: str) -> tuple[Vectors, AskedTokens]:
        raise NotImplementedError

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


def test_unit_rows_are_kept_to_a_hundredth_and_the_revision_tells_heads_apart() -> None:
    states = np.random.default_rng(3).normal(size=(5, 4)).astype(np.float32)
    head, other = (TokenHead.of(np.eye(4, 3, k=k, dtype=np.float32), np.ones(4, np.float32)) for k in (0, -1))
    codes = head.codes(states)
    assert (codes.dtype, codes.shape) == (np.int8, (5, 3))
    np.testing.assert_allclose(codes / 127, head.rows(states), atol=0.005)
    np.testing.assert_allclose(np.linalg.norm(head.rows(states), axis=1), 1, atol=1e-5)
    assert head.revision != other.revision


def test_codes_and_sentences_come_back_from_the_disk_row_by_row(tmp_path: Path) -> None:
    codes = [np.full((count, 4), count, np.int8) for count in (2, 0, 3)]
    places = [np.arange(count, dtype=np.uint8) for count in (2, 0, 3)]
    writer = TokenTableWriter(tmp_path, "head")
    writer.append(codes[:2], places[:2])
    writer.append(codes[2:], places[2:])
    writer.close()
    table = TokenTable.open(tmp_path)
    assert table is not None
    assert table.head == "head"
    for row, (own, where) in enumerate(zip(codes, places, strict=True)):
        held = table.tokens(row)
        np.testing.assert_allclose(held.rows * 127, own, atol=1e-4)
        assert held.sentences.tolist() == where.tolist()


def test_a_segment_without_tokens_says_so(tmp_path: Path) -> None:
    assert TokenTable.open(tmp_path) is None


@given(st.integers(0, 5), st.lists(st.integers(0, 6), max_size=5), st.integers(-2, 2))
def test_every_token_has_a_place_even_where_the_counts_are_off(above: int, counts: list[int], slip: int) -> None:
    total = max(0, above + sum(counts) + slip)
    places = sentence_places(above, counts, total)
    assert len(places) == total
    assert set(places[:above].tolist()) <= {NO_SENTENCE}
    assert set(places[above:].tolist()) <= {*range(len(counts)), NO_SENTENCE}


def test_what_was_read_once_is_not_read_again_and_what_is_forgotten_is(tmp_path: Path) -> None:
    path, reader = tmp_path / "v.sqlite", Reader()
    first = remembering(reader, reader, path)
    assert isinstance(first, CachedTokenEncoder)
    _, codes = first.read(["a bc", "def"])
    again, kept = CachedTokenEncoder(reader, reader, path).read(["def", "a bc", "def"])
    assert reader.seen == ["a bc", "def"]
    assert [own.tolist() for own in kept] == [codes[1].tolist(), codes[0].tolist(), codes[1].tolist()]
    np.testing.assert_allclose(again, reader.encode(["def", "a bc", "def"], "passage"), atol=1e-3)
    first.attribute([("one", "a bc"), ("other", "def")])
    forget(path, "other")
    CachedTokenEncoder(reader, reader, path).read(["a bc", "def"])
    assert reader.seen == ["a bc", "def", "def"]


def test_an_encoder_that_tells_of_no_tokens_is_remembered_without_them(tmp_path: Path) -> None:
    plain = HashingEncoder(8)
    assert not isinstance(remembering(plain, plain, tmp_path / "v.sqlite"), TokenEncoder)


def test_a_pack_is_looked_into_first_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tokens.npz"
    codes = {bytes([key] * 32): np.full((key, 2), key, np.int8) for key in (3, 1)}
    write_token_pack(path, codes)
    read = read_token_pack(path)
    assert {key: own.tolist() for key, own in read.items()} == {key: own.tolist() for key, own in codes.items()}
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(EncoderUnavailable, match="Install Muhojir again"):
        read_token_pack(path)


def test_the_model_tells_of_tokens_in_the_pass_that_makes_the_vector(model_cache: Path) -> None:
    encoder = OnnxEncoder(model_cache)
    vectors, codes = encoder.read(TEXTS)
    np.testing.assert_allclose(vectors, encoder.encode(TEXTS, "passage"), atol=1e-5)
    assert [len(own) for own in codes] == encoder.count_tokens(TEXTS)
    alone = encoder.read(TEXTS[:1])[1][0]
    assert np.abs(alone.astype(int) - codes[0].astype(int)).max() <= 3  # padding moves a state by little


def test_a_question_is_read_word_by_word_and_a_word_is_nearest_to_its_translation(model_cache: Path) -> None:
    encoder = OnnxEncoder(model_cache)
    vector, asked = encoder.ask("Сколько мигрантов депортировали?")
    np.testing.assert_allclose(vector, encoder.encode(["Сколько мигрантов депортировали?"], "query")[0], atol=1e-5)
    assert asked.weights.sum() == pytest.approx(1.0, abs=1e-5)
    owners = np.repeat(np.arange(3), encoder.count_tokens(["Сколько", "мигрантов", "депортировали?"]))
    assert len(asked.rows) == len(owners)
    sentence = "The migrants were fed soup"
    rows = encoder.read([sentence])[1][0] / np.float32(127)
    pieces = [word for word in sentence.split() for _ in range(encoder.count_tokens([word])[0])]
    nearest = pieces[int((asked.rows[owners == 1] @ rows.T).max(axis=0).argmax())]
    assert nearest == "migrants"


def test_a_long_question_is_cut_with_the_model(model_cache: Path) -> None:
    _, asked = OnnxEncoder(model_cache).ask("мир " * 1000)
    assert len(asked.rows) == len(asked.weights) < 512


def test_an_index_with_codes_of_another_head_is_made_anew_where_that_is_asked(tmp_path: Path) -> None:
    corpus, store, earlier, now = MemoryCorpus(DOCUMENTS), SnapshotStore(tmp_path), Reader(), Reader()
    now.head = "another"
    recipe = recipe_for(now, ChunkPolicy())
    heads = []
    for encoder, renew in ((earlier, False), (now, False), (now, True)):
        list(build(corpus, store, encoder, clock=lambda: NOON, renew=renew))
        heads.append(store.open(recipe).head)
    assert heads == [earlier.head, earlier.head, "another"]
    assert list(build(corpus, store, now, clock=lambda: NOON, renew=True)) == []
