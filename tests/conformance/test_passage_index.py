"""What index/ports.py promises of a PassageIndex, for every way to hold the same documents."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from corpus.chunk import chunk
from index.background import LANGUAGES
from index.ports import Candidates, Filters, PassageIndex, Vectors
from index.texts import passage_text
from index.tokenize import query_terms, terms
from tests.conformance.ways import PARAMS, Way, in_one_segment
from tests.index.samples import DOCUMENTS, ENCODER, POLICY

NOTHING = np.zeros(ENCODER.identity.dimension, np.float32)
PASSAGES = {passage.id: passage for one in DOCUMENTS for passage in chunk(one, POLICY)}


@pytest.fixture(scope="module", params=PARAMS)
def way(request: pytest.FixtureRequest) -> Way:
    way: Way = request.param
    return way


@pytest.fixture(scope="module")
def index(way: Way, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> PassageIndex:
    engine = request.getfixturevalue(way.engine) if way.engine else ""
    return way.make(tmp_path_factory.mktemp("home"), engine)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> PassageIndex:
    return in_one_segment(tmp_path_factory.mktemp("embedded"), "")


@pytest.fixture(autouse=True)
def able(way: Way, request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("words") and "words" not in way.can:
        pytest.skip("this engine has no sparse vectors")


def near(text: str) -> Vectors:
    return np.asarray(ENCODER.encode([text], "query")[0])


def weighted(text: str, language: str = "en") -> dict[str, float]:
    return dict.fromkeys(query_terms(text, language), 1.0)


def documents_of(index: PassageIndex, found: Candidates) -> set[str]:
    return {one.passage.document_id for one in index.fetch(found.keys.tolist())}


ASKED = [
    (weighted("refused workers border"), near("refused workers border")),
    (weighted("рейды на рынках", "ru"), near("рейды на рынках")),
    (weighted("муҳоҷирони меҳнатӣ", "tg"), NOTHING),
    ({}, near("cattle and bread")),
]
QUESTIONS = [pytest.param(*one, marks=() if one[1].any() else pytest.mark.words) for one in ASKED]


@pytest.mark.parametrize(("asked", "vector"), QUESTIONS)
@pytest.mark.parametrize("n", [1, 3, 1_000])
def test_candidates_are_the_union_of_both_legs_at_most_n_each(
    index: PassageIndex, asked: dict[str, float], vector: Vectors, n: int
) -> None:
    found = index.search(asked, vector, Filters(), n)
    assert len(found) > 0
    assert (np.diff(found.keys) > 0).all()
    assert ((found.lexical_rank > 0) | (found.dense_rank > 0)).all()
    for ranks in (found.lexical_rank, found.dense_rank):
        held = np.sort(ranks[ranks > 0])
        assert held.tolist() == list(range(1, len(held) + 1))
        assert len(held) <= n
    by_words = found.lexical_rank > 0
    order = np.argsort(found.lexical_rank[by_words])
    assert (np.diff(found.lexical[by_words][order]) <= 0).all()


@pytest.mark.parametrize(("asked", "vector"), QUESTIONS)
def test_every_candidate_has_the_scores_of_both_legs(
    index: PassageIndex, asked: dict[str, float], vector: Vectors
) -> None:
    found = index.search(asked, vector, Filters(), 1_000)
    for place, one in enumerate(index.fetch(found.keys.tolist())):
        held = set(terms(one.passage.text, one.passage.language))
        assert (found.lexical[place] > 0) == bool(held & set(asked))
        source = next(candidate for candidate in DOCUMENTS if candidate.id == one.document.id)
        exact = ENCODER.encode([passage_text(source, one.passage)], "passage")[0] @ vector
        assert found.dense[place] == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize(("asked", "vector"), QUESTIONS)
def test_the_dense_leg_ranks_by_cosine_above_the_background_of_the_language(
    index: PassageIndex, asked: dict[str, float], vector: Vectors
) -> None:
    found = index.search(asked, vector, Filters(), 1_000)
    if not vector.any():
        assert not found.dense_rank.any()
        return
    assert (found.dense_rank > 0).sum() == len(PASSAGES)
    background = index.background(vector)
    stored = index.fetch(found.keys.tolist())
    above = found.dense - np.array([background[one.passage.language].passage for one in stored], np.float32)
    assert (np.diff(above[np.argsort(found.dense_rank)]) <= 1e-5).all()


def test_no_words_and_no_vector_find_nothing(index: PassageIndex) -> None:
    found = index.search({}, NOTHING, Filters(), 10)
    assert len(found) == len(found.dense) == len(found.lexical_rank) == 0
    assert index.fetch([]) == []


def test_words_that_no_passage_holds_find_nothing(index: PassageIndex) -> None:
    assert len(index.search({"zeppelin": 1.0}, NOTHING, Filters(), 10)) == 0


@pytest.mark.words
def test_a_terms_weight_counts(index: PassageIndex) -> None:
    whole = index.search({"airlin": 1.0}, NOTHING, Filters(), 10)
    half = index.search({"airlin": 0.5}, NOTHING, Filters(), 10)
    np.testing.assert_allclose(half.lexical, whole.lexical / 2, rtol=1e-6)


FILTERS = [
    (Filters(), {one.id for one in DOCUMENTS}, 0),
    (Filters(publisher=("Review",)), {"money", "patent"}, 0),
    (Filters(publisher=("Review", "Ахбор")), {"money", "patent", "home"}, 0),
    (Filters(publisher=("Review",), source_type=("news",)), set(), 0),
    (Filters(source_type=("news",)), {"bans", "raids", "home"}, 0),
    (Filters(topic=("law",)), {"bans", "raids", "patent"}, 0),
    (Filters(topic=("law", "children"), publisher=("Courier",)), {"bans", "schools"}, 0),
    (Filters(topic=("la",)), set(), 0),
    (Filters(language=("ru",)), {"raids", "patent"}, 0),
    (Filters(language=("tg", "ru")), {"raids", "patent", "home"}, 0),
    (Filters(document_id=("money", "nobody")), {"money"}, 0),
    (Filters(publisher=("nobody",)), set(), 0),
    (Filters(published_from="2015"), {"money", "patent", "schools"}, 1),
    (Filters(published_from="2014-06-01"), {"bans", "money", "patent", "schools"}, 1),
    (Filters(published_to="2014-06-01"), {"bans", "raids"}, 1),
    (Filters(published_to="2011-11-11"), set(), 1),
    (Filters(published_from="2011-11-12", published_to="2011-11-12"), {"raids"}, 1),
    (Filters(published_from="2015-03-31", published_to="2016-01"), {"money", "patent"}, 1),
    (Filters(published_from="2015", source_type=("news",)), set(), 1),
    (Filters(published_from="2015", publisher=("Review",)), {"money", "patent"}, 0),
]


@pytest.mark.parametrize(("filters", "expected", "undated"), FILTERS)
def test_filters_hold_in_the_dense_leg_and_all_that_match_come_back(
    index: PassageIndex, filters: Filters, expected: set[str], undated: int
) -> None:
    assert documents_of(index, index.search({}, near("border"), filters, 1_000)) == expected
    coverage = index.coverage(filters)
    assert (coverage.matching_documents, coverage.undated) == (len(expected), undated)
    assert [card.id for card in index.documents(filters, "", 50)] == sorted(expected)


@pytest.mark.words
@pytest.mark.parametrize(("filters", "expected", "undated"), FILTERS)
def test_filters_hold_in_the_lexical_leg_and_all_that_match_come_back(
    index: PassageIndex, filters: Filters, expected: set[str], undated: int
) -> None:
    every_word = {word: 1.0 for passage in PASSAGES.values() for word in terms(passage.text, passage.language)}
    assert documents_of(index, index.search(every_word, NOTHING, filters, 1_000)) == expected


@pytest.mark.parametrize(("asked", "vector"), QUESTIONS)
def test_scores_are_those_of_the_embedded_index(
    index: PassageIndex, embedded: PassageIndex, asked: dict[str, float], vector: Vectors
) -> None:
    ours, theirs = (scores_by_passage(one, one.search(asked, vector, Filters(), 1_000)) for one in (embedded, index))
    assert theirs.keys() == ours.keys()
    for identity, scores in ours.items():
        assert theirs[identity] == pytest.approx(scores, rel=1e-5, abs=1e-6)


def scores_by_passage(index: PassageIndex, found: Candidates) -> dict[str, tuple[float, float]]:
    pairs = zip(found.lexical.tolist(), found.dense.tolist(), strict=True)
    return {one.passage.id: pair for one, pair in zip(index.fetch(found.keys.tolist()), pairs, strict=True)}


@pytest.mark.parametrize("identity", [one.id for one in DOCUMENTS])
def test_the_farthest_document_is_found_when_a_filter_leaves_it_alone(index: PassageIndex, identity: str) -> None:
    held = [passage for passage in PASSAGES.values() if passage.document_id == identity]
    for k in (1, len(held)):
        found = index.search({}, near("unrelated words altogether"), Filters(document_id=(identity,)), k)
        assert len(found) == k
        assert documents_of(index, found) == {identity}


def test_passages_come_back_as_they_were_cut_in_the_order_asked_for(index: PassageIndex) -> None:
    keys = index.search({}, near("border"), Filters(), 1_000).keys.tolist()
    stored = index.fetch(keys)
    assert {one.passage.id: one.passage for one in stored} == PASSAGES
    assert index.fetch(keys[::-1]) == stored[::-1]
    assert index.fetch([keys[2], keys[0], keys[2]]) == [stored[2], stored[0], stored[2]]
    assert [one.key for one in stored] == keys


def test_window_vectors_stand_in_the_order_of_the_windows(index: PassageIndex) -> None:
    keys = index.search({}, near("border"), Filters(), 1_000).keys.tolist()
    for one, vectors in zip(index.fetch(keys), index.windows(keys), strict=True):
        texts = [" ".join(window.slice(one.passage.text).split()) for window in one.passage.windows]
        np.testing.assert_allclose(vectors, ENCODER.encode(texts, "passage"), atol=0.01)
    last, first = index.windows([keys[-1], keys[0]])
    np.testing.assert_array_equal(last, index.windows(keys)[-1])
    np.testing.assert_array_equal(first, index.windows(keys)[0])


def test_a_glance_tells_of_passages_what_fetching_them_would(index: PassageIndex) -> None:
    keys = index.search({}, near("border"), Filters(), 1_000).keys.tolist()
    asked = [*keys[::-1], keys[0]]
    glance, vector = index.glance(asked, near("bread")), near("bread")
    assert list(glance.languages) == [one.passage.language for one in index.fetch(asked)]
    for vectors, similarities in zip(index.windows(asked), glance.similarities, strict=True):
        np.testing.assert_allclose(similarities, vectors @ vector, atol=1e-5)
    nothing = index.glance([], vector)
    assert (nothing.languages, nothing.similarities) == ((), ())


def test_cards_carry_the_documents_record(index: PassageIndex) -> None:
    cards = {card.id: card for card in index.documents(Filters(), "", 50)}
    assert {identity: (card.version, card.name, card.language, card.record) for identity, card in cards.items()} == {
        one.id: (one.version, one.name, one.language, one.record) for one in DOCUMENTS
    }


@pytest.mark.parametrize("limit", [1, 2, 4, 50])
def test_pages_of_documents_join_without_gap_or_repetition(index: PassageIndex, limit: int) -> None:
    seen: list[str] = []
    while page := index.documents(Filters(), seen[-1] if seen else "", limit):
        assert len(page) <= limit
        seen.extend(card.id for card in page)
    assert seen == sorted(one.id for one in DOCUMENTS)


def test_the_rarest_term_weighs_most_and_the_unknown_more(index: PassageIndex) -> None:
    common, rare, unknown = index.idf(["refus", "cattl", "zeppelin"]).tolist()
    assert 0 < common < rare < unknown


def test_every_language_has_a_background(index: PassageIndex) -> None:
    background = index.background(near("border"))
    assert set(background) == set(LANGUAGES)
    assert all(-1 <= value <= 1 for one in background.values() for value in (one.passage, one.window))


def test_threads_get_the_answers_that_one_caller_gets(index: PassageIndex) -> None:
    def ask(number: int) -> tuple[list[int], list[str]]:
        asked, vector = ASKED[number % len(ASKED)]
        keys = index.search(asked, vector, Filters(source_type=("news",)), 20).keys.tolist()
        return keys, [one.passage.id for one in index.fetch(keys)]

    alone = [ask(number) for number in range(len(ASKED))]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(ask, range(80)))
    assert all(found == alone[number % len(ASKED)] for number, found in enumerate(together))
