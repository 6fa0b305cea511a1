"""From a question to a cited answer over a real small index; nothing here depends on tuned weights."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.document import Record
from index.errors import SnapshotCorrupt
from index.ports import DocumentCard, Filters
from index.store import SnapshotStore
from qa.answer import (
    Answer,
    AnswerEvent,
    CitationsMade,
    Done,
    PassagesFound,
    Query,
    QuestionUnderstood,
    SentenceChosen,
)
from qa.engine import Engine, parallel_groups
from tests.index.samples import DOCUMENTS, MemoryCorpus, built, document, index_all
from tests.qa.samples import NEVER, engine

TEXTS = {one.id: one.text for one in DOCUMENTS}
ASKED = "How many workers were refused entry at the border?"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> SnapshotStore:
    return built(tmp_path_factory.mktemp("home"))[1]


@pytest.fixture(scope="module")
def answering(store: SnapshotStore) -> Engine:
    return engine(store)


QUESTIONS = [
    Query(ASKED),
    Query("Кто проводил рейды на рынках?", k=2),
    Query("Муҳоҷирони меҳнатӣ ба куҷо бармегарданд?", k=1),
    Query(ASKED, mode="passages", k=50),
    Query("zeppelin", filters=Filters(language=("ru",))),
    Query(ASKED, filters=Filters(publisher=("nobody",))),
    Query("?!"),
]


@pytest.mark.parametrize("query", QUESTIONS)
@pytest.mark.parametrize("bias", [None, NEVER])
def test_an_answer_is_the_fold_of_its_events(store: SnapshotStore, query: Query, bias: float | None) -> None:
    asking = engine(store) if bias is None else engine(store, bias)
    *events, last = asking.stream(query)
    assert isinstance(last, Done)
    answer = last.answer
    cited = {one.document_id for one in answer.citations}
    assert events == [
        QuestionUnderstood(answer.question, answer.coverage, answer.snapshot),
        PassagesFound(answer.passages, answer.parallel),
        *(SentenceChosen(sentence) for sentence in answer.sentences),
        CitationsMade(answer.citations, {name: answer.documents[name] for name in cited}),
    ]
    again = asking.ask(query)
    assert replace(again, timing_ms={}) == replace(answer, timing_ms={})


@pytest.mark.parametrize("query", QUESTIONS)
def test_every_quote_is_its_documents_slice_and_every_document_has_its_card(answering: Engine, query: Query) -> None:
    answer = answering.ask(query)
    for citation in answer.citations:
        assert citation.span.slice(TEXTS[citation.document_id]) == citation.quote
    for sentence in answer.sentences:
        assert sentence.span.slice(TEXTS[sentence.document_id]) == sentence.text
        assert sentence.citations
    named = {one.document_id for one in answer.citations} | {one.passage.document_id for one in answer.passages}
    assert set(answer.documents) == named
    assert [one.rank for one in answer.passages] == list(range(1, len(answer.passages) + 1))
    assert len(answer.passages) <= query.k
    assert [one.score for one in answer.passages] == sorted((one.score for one in answer.passages), reverse=True)


def test_a_question_in_the_words_of_a_document_is_answered_from_it(answering: Engine) -> None:
    answer = answering.ask(Query(ASKED))
    assert answer.status == "answered"
    assert "143,000 workers" in answer.text
    assert answer.citations[0].document_id == "bans"
    assert answer.snapshot.id == answering.info().id


def test_words_that_no_document_holds_are_not_answered(answering: Engine) -> None:
    answer = answering.ask(Query("zeppelin hydrogen"))
    assert (answer.status, answer.confidence) == ("abstained", 0.0)
    assert answer.passages


def test_highlights_are_words_of_the_question_in_the_document(answering: Engine) -> None:
    first = answering.ask(Query(ASKED)).passages[0]
    assert {span.slice(TEXTS["bans"]).casefold() for span in first.highlights} >= {
        "workers",
        "refused",
        "entry",
        "border",
    }


def test_timing_counts_the_clocks_seconds_in_milliseconds(answering: Engine) -> None:
    timing = answering.ask(Query(ASKED)).timing_ms
    assert set(timing) == {"encode", "search", "answer", "total"}
    assert timing["total"] == pytest.approx(timing["encode"] + timing["search"] + timing["answer"])
    assert timing["encode"] == pytest.approx(10)


@pytest.mark.parametrize(
    ("query", "in_scope_at", "reason"),
    [
        (Query(ASKED), 0.0, "not_in_corpus"),
        (Query(ASKED), 2.0, "out_of_scope"),
        (Query("?!"), 0.0, "question_not_understood"),
        (Query(ASKED, filters=Filters(publisher=("nobody",))), 0.0, "no_documents_match_filters"),
    ],
)
def test_declining_has_a_reason_and_no_words(
    store: SnapshotStore, query: Query, in_scope_at: float, reason: str
) -> None:
    answer = engine(store, NEVER, in_scope_at).ask(query)
    assert (answer.status, answer.reason) == ("abstained", reason)
    assert (answer.text, answer.sentences, answer.citations) == ("", (), ())
    assert 0 <= answer.confidence < 0.5
    assert bool(answer.passages) == (reason in ("not_in_corpus", "out_of_scope"))


def test_mode_passages_neither_answers_nor_declines(answering: Engine) -> None:
    answer = answering.ask(Query(ASKED, mode="passages"))
    assert (answer.status, answer.reason, answer.sentences) == (None, None, ())
    assert answer.passages


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("Compare remittances to Kulob in 2019 with those of 2023.", True),
        ("What are remittances to Kulob in 2019 and what are those to Kulob in 2023?", False),
    ],
)
def test_the_parts_of_a_comparison_want_figures_where_the_whole_does(
    tmp_path: Path, question: str, figures: bool
) -> None:
    texts = {
        year: f"Remittances fed Kulob in {year}. In {year} Kulob lived on them. It was {total} billions in {year}."
        for year, total in (("2019", 2), ("2023", 3))
    }
    _, store = built(tmp_path, [document(f"report-{year}", text) for year, text in texts.items()])
    said = " ".join(one.text for one in engine(store, kind=2.0).ask(Query(question)).sentences)
    assert [f"It was {total} billions" in said for total in (2, 3)] == [figures, figures]


def test_an_empty_index_declines(tmp_path: Path) -> None:
    _, store = built(tmp_path, [])
    answer = engine(store).ask(Query(ASKED))
    assert (answer.status, answer.reason, answer.passages) == ("abstained", "no_documents_match_filters", ())


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\ud800", "visa \udfff", "a" * 2_000, "1 " * 900, "«" * 50, "👩‍👩‍👧"]
)
def test_odd_questions_end_in_an_answer_or_a_reason(answering: Engine, text: str) -> None:
    answer = answering.ask(Query(text))
    assert (answer.status == "answered") != (answer.reason is not None)


def rest(events: list[AnswerEvent]) -> Answer:
    assert isinstance(events[-1], Done)
    return events[-1].answer


def test_a_running_answer_keeps_its_snapshot_when_another_is_published(tmp_path: Path) -> None:
    corpus, store = built(tmp_path)
    asking = engine(store)
    expected = asking.ask(Query(ASKED))
    running = asking.stream(Query(ASKED))
    first = next(running)
    corpus.remove("bans")
    index_all(corpus, store)
    assert asking.reload() is True
    store.prune(0)
    answer = rest([first, *running])
    assert replace(answer, timing_ms={}) == replace(expected, timing_ms={})
    later = asking.ask(Query(ASKED))
    assert later.snapshot.id == store.current_id() != answer.snapshot.id
    assert "bans" not in later.documents
    assert asking.reload() is False


def test_reload_without_a_new_snapshot_opens_nothing(store: SnapshotStore) -> None:
    asking = engine(store)
    before = asking.info()
    assert asking.reload() is False
    assert asking.info() is before


def test_a_reload_that_fails_leaves_the_old_snapshot_answering(tmp_path: Path) -> None:
    _, store = built(tmp_path)
    asking = engine(store)
    (tmp_path / "CURRENT").write_text("0123456789ab\n")
    with pytest.raises(SnapshotCorrupt, match="0123456789ab"):
        asking.reload()
    assert asking.ask(Query(ASKED)).status == "answered"


def test_the_engine_lists_and_counts_documents(answering: Engine) -> None:
    assert [card.id for card in answering.documents(Filters(language=("ru",)), "", 10)] == ["patent", "raids"]
    assert [card.id for card in answering.documents(Filters(), "money", 2)] == ["patent", "raids"]
    assert answering.coverage(Filters(published_from="2015")).undated == 1


def card(identity: str, original: str = "") -> DocumentCard:
    return DocumentCard(identity, "v", identity, "en", Record(translation_of=original))


def test_parallel_texts_name_each_other_and_nobody_else() -> None:
    cards = [card("a"), card("a.ru", "a"), card("a.tg", "a"), card("b"), card("c.ru", "c")]
    assert parallel_groups(cards) == {"a": ("a.ru", "a.tg"), "a.ru": ("a", "a.tg"), "a.tg": ("a", "a.ru")}


def test_an_answer_names_the_parallel_texts_of_its_documents(tmp_path: Path) -> None:
    original = document("note", "The consulate opened on Monday.")
    record = replace(original.record, translation_of="note")
    translated = replace(document("note.ru", "Консульство открылось в понедельник."), record=record)
    store = SnapshotStore(tmp_path)
    index_all(MemoryCorpus([original, translated]), store)
    answer = engine(store).ask(Query("When did the consulate open?", k=1))
    assert answer.parallel == {"note": ("note.ru",)}
