"""What index/ports.py promises of an Encoder, for every encoder."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.embedding_cache import CachedEncoder
from index.encoder import DefaultEncoder, HashingEncoder, TwoRuntimeEncoder
from index.encoder_onnx import DEFAULT_IDENTITY, OnnxEncoder
from index.encoder_torch import SentenceTransformerEncoder
from index.ports import Encoder
from index.prepared import bulk_folder

TEXTS = [
    "Russia deported more than thirty thousand people in one year.",
    "Remittances fell when the rouble lost half of its value.",
    "A migrant must leave within ninety days.",
    "The patent costs more every year, and so does the language test.",
    "Labour migration",
    "Сколько граждан выслали в прошлом году?",
    "Патент на работу подорожал, а экзамен по русскому языку стал обязательным.",
    "Денежные переводы составляют почти половину валового продукта.",
    "Полиция провела рейды на рынках и в общежитиях.",
    "Гражданство России получают и ради пенсии, и ради покоя.",
    "Муҳоҷирони меҳнатӣ аз Русия бармегарданд.",
    "Чанд нафар аз кишвар бадарға шуд?",
    "Маблағҳои фиристодаи муҳоҷирон кам шуданд.",
    "Забони русӣ барои кор лозим аст.",
    "Вазорати корҳои хориҷӣ изҳорот дод.",
    *(f"Passage {n}: " + "the border was closed and the trains stood still. " * n for n in (1, 2, 8)),
    *(f"Отрывок {n}: " + "на границе проверяли документы и ждали поезда. " * n for n in (1, 2, 8)),
    *(f"Порча {n}: " + "дар сарҳад ҳуҷҷатҳоро месанҷиданд. " * n for n in (1, 2, 8)),
    *(f"{year}: {n} deported, {n} депортированы, {n} бадарға шуд" for year, n in enumerate(range(10), 2015)),
]
WEIRD = ["", " \n\t", "\x00", "\ud800", "ﷺ" * 200, "𓀀" * 50, "👩‍👩‍👧 🇹🇯", "a" * 2000, "слово " * 600, "</s><pad>"]


@pytest.fixture(scope="session")
def onnx(model_cache: Path) -> Encoder:
    return OnnxEncoder(model_cache)


@pytest.fixture(scope="session")
def bulk(model_cache: Path) -> Encoder:
    return SentenceTransformerEncoder(bulk_folder(model_cache), identity=DEFAULT_IDENTITY)


def two_runtimes(request: pytest.FixtureRequest) -> Encoder:
    return TwoRuntimeEncoder(
        request.getfixturevalue("onnx"), lambda: request.getfixturevalue("bulk"), bulk_from=len(TEXTS)
    )


def cached(request: pytest.FixtureRequest) -> Encoder:
    path = request.getfixturevalue("tmp_path_factory").mktemp("vectors") / "vectors.sqlite"
    return CachedEncoder(HashingEncoder(query_prefix="query: ", passage_prefix="passage: "), path)


ENCODERS: dict[str, Callable[[pytest.FixtureRequest], Encoder]] = {
    "hashing": lambda _: HashingEncoder(query_prefix="query: ", passage_prefix="passage: "),
    "cached": cached,
    "onnx": lambda request: request.getfixturevalue("onnx"),
    "sentence-transformers": lambda request: request.getfixturevalue("bulk"),
    "two runtimes": two_runtimes,
}
USE_TORCH = {"sentence-transformers", "two runtimes"}


@pytest.fixture(
    scope="session",
    params=[pytest.param(name, marks=[pytest.mark.slow] if name in USE_TORCH else []) for name in ENCODERS],
)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return ENCODERS[request.param](request)


def test_vectors_are_unit_rows_of_the_stated_dimension(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS, "passage")
    assert vectors.shape == (len(TEXTS), encoder.identity.dimension)
    assert vectors.dtype == np.float32
    assert vectors.flags.c_contiguous
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_text_gives_no_rows(encoder: Encoder) -> None:
    for role in ("query", "passage"):
        vectors = encoder.encode([], role)
        assert (vectors.shape, vectors.dtype) == ((0, encoder.identity.dimension), np.float32)


def test_a_text_has_one_vector_alone_in_a_batch_and_in_any_order(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS, "passage")
    backwards = encoder.encode(TEXTS[::-1], "passage")[::-1]
    alone = np.concatenate([encoder.encode([text], "passage") for text in TEXTS[::4]])
    assert np.sum(together * backwards, axis=1).min() > 0.999
    assert np.sum(together[::4] * alone, axis=1).min() > 0.999


def test_the_query_graph_takes_a_text_for_itself(onnx: Encoder) -> None:
    together = onnx.encode(TEXTS[:6], "query")
    np.testing.assert_array_equal(together, onnx.encode(TEXTS[5::-1], "query")[::-1])
    np.testing.assert_array_equal(together[3:4], onnx.encode(TEXTS[3:4], "query"))


def test_equal_calls_give_equal_vectors(encoder: Encoder) -> None:
    np.testing.assert_array_equal(encoder.encode(TEXTS[:3], "query"), encoder.encode(TEXTS[:3], "query"))


def test_a_question_and_a_passage_are_encoded_differently(encoder: Encoder) -> None:
    cosine = np.sum(encoder.encode(TEXTS[:5], "query") * encoder.encode(TEXTS[:5], "passage"), axis=1)
    assert cosine.max() < 0.999


def test_any_text_has_a_vector(encoder: Encoder) -> None:
    vectors = encoder.encode(WEIRD, "passage")
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["query", "passage"])
def test_both_runtimes_give_the_same_vectors(role: str, onnx: Encoder, bulk: Encoder) -> None:
    texts = TEXTS + WEIRD
    cosine = np.sum(onnx.encode(texts, role) * bulk.encode(texts, role), axis=1)
    assert cosine.min() >= 0.999


def test_related_texts_are_nearer_than_others_across_languages(onnx: Encoder) -> None:
    questions = onnx.encode(["How many people were deported?", "Чанд нафар бадарға шуд?"], "query")
    passages = onnx.encode(["Из страны депортировали тридцать тысяч человек.", "В горах выпал снег."], "passage")
    scores = questions @ passages.T
    assert (scores[:, 0] > scores[:, 1]).all()


@pytest.mark.slow
def test_loading_a_folder_touches_no_network_and_prints_nothing(model_cache: Path) -> None:
    code = """
import socket, sys
from pathlib import Path
def refuse(*arguments, **options): raise SystemExit("the network was touched")
socket.socket.connect = socket.getaddrinfo = refuse
from index.encoder import resolve_encoder
encoder = resolve_encoder(sys.argv[1], cache_dir=Path("unused"))
encoder.encode(["text"], "passage")
print(encoder.identity.query_prefix, encoder.identity.passage_prefix, encoder.identity.dimension)
"""
    command = [sys.executable, "-W", "error", "-c", code, str(bulk_folder(model_cache))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("query:  passage:  384\n", "")


@pytest.mark.slow
def test_both_runtimes_read_the_same_tokens(model_cache: Path) -> None:
    default = DefaultEncoder(OnnxEncoder(model_cache), lambda: SentenceTransformerEncoder(
        bulk_folder(model_cache), identity=DEFAULT_IDENTITY), bulk_from=len(TEXTS))  # fmt: skip
    bulk_vectors, bulk_codes = default.read(TEXTS)
    vectors, codes = OnnxEncoder(model_cache).read(TEXTS)
    assert np.sum(bulk_vectors * vectors, axis=1).min() > 0.999
    assert [len(own) for own in bulk_codes] == [len(own) for own in codes]
    cosines = [(one.astype(float) * two).sum(axis=1) / 127**2 for one, two in zip(bulk_codes, codes, strict=True)]
    assert np.concatenate(cosines).min() > 0.97
