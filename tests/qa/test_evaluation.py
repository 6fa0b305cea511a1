from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from corpus.document import Span
from index.ports import Coverage
from index.store import SnapshotStore
from qa.answer import Answer, AnswerSentence, Citation, Query, Question, ScoredPassage, SnapshotInfo
from qa.errors import InvalidQuery
from qa.evaluation.answering import judge, score_answers, summary
from qa.evaluation.dataset import GoldQuestion, read_beir, read_gold
from qa.evaluation.metrics import mean, median, ndcg, recall, reciprocal_rank
from qa.evaluation.ranking import score_collection
from qa.tuned import load
from tests.index.samples import ENCODER, index_all, opened
from tests.qa.samples import GLOSSARY, found, passage

RELEVANT = {"a": 2.0, "b": 1.0, "c": 0.0}


@pytest.mark.parametrize(
    ("ranking", "gain", "rank", "share"),
    [
        (["a", "b", "x"], 1.0, 1.0, 1.0),
        (["x", "a", "b"], (2 / math.log2(3) + 1 / 2) / (2 + 1 / math.log2(3)), 1 / 2, 1.0),
        (["x", "c", "b"], (1 / 2) / (2 + 1 / math.log2(3)), 1 / 3, 0.5),
        (["x", "y", "z", "a"], 0.0, 0.0, 0.0),
        ([], 0.0, 0.0, 0.0),
    ],
)
def test_measures_worked_out_by_hand(ranking: list[str], gain: float, rank: float, share: float) -> None:
    assert ndcg(ranking, RELEVANT, 3) == pytest.approx(gain)
    assert reciprocal_rank(ranking, RELEVANT, 3) == pytest.approx(rank)
    assert recall(ranking, RELEVANT, 3) == pytest.approx(share)


def test_nothing_relevant_scores_nothing() -> None:
    assert (ndcg(["a"], {}, 5), recall(["a"], {"a": 0.0}, 5), reciprocal_rank(["a"], {}, 5)) == (0, 0, 0)
    assert (mean([]), median([]), median([3.0, 1.0, 2.0])) == (0, 0, 2.0)


@given(st.permutations([f"d{number}" for number in range(8)]), st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_ndcg_agrees_with_an_independent_formula(ranking: list[str], grades: list[int]) -> None:

    relevant = {f"d{number}": float(grade) for number, grade in enumerate(grades)}
    if any(grades):
        scores = [[-ranking.index(document) for document in relevant]]
        assert ndcg(ranking, relevant, 5) == pytest.approx(ndcg_score([list(relevant.values())], scores, k=5))


LINE: dict[str, Any] = {"id": "q1", "question": "Who?", "lang": "en", "type": "factoid", "answerable": True}


def gold(**values: Any) -> GoldQuestion:
    return GoldQuestion.from_json({**LINE, **values})


def test_a_gold_line_is_read_with_white_space_folded() -> None:
    one = gold(evidence=[["two\n words", "others"], ["fact"]], answer_regex=["2\\d"], trap=["no  way", {"text": "nor"}])
    assert one.evidence == (("two words", "others"), ("fact",))
    assert one.answer_patterns[0].search("in 24") is not None
    assert (one.traps, one.group, one.abstain_ok, one.split) == (("no way", "nor"), "q1", False, "")


def test_gold_files_skip_blank_lines(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(f"\n{json.dumps(LINE)}\n\n{json.dumps({**LINE, 'id': 'q2'})}\n", encoding="utf-8")
    assert [one.id for one in read_gold(path)] == ["q1", "q2"]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "3",
        '{"id": "q2"}',
        json.dumps({**LINE, "answer_regex": ["("]}),
        json.dumps({**LINE, "evidence": [3]}),
    ],
)
def test_a_bad_gold_line_is_named_by_file_and_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(f"{json.dumps(LINE)}\n{line}\n", encoding="utf-8")
    with pytest.raises(InvalidQuery, match=r"gold.jsonl, line 2: not a gold question"):
        read_gold(path)


def beir(folder: Path) -> Path:
    rows = {
        "corpus.jsonl": [
            {"_id": "d1", "title": "Border", "text": "Workers were refused entry."},
            {"_id": "d2", "title": "", "text": "Cattle were sold for bread."},
            {"_id": "d3", "text": "Rain fell on the hills."},
        ],
        "queries.jsonl": [
            {"_id": "q1", "text": "refused workers"},
            {"_id": "q2", "text": "cattle sold"},
            {"_id": "q3", "text": "without a judgement"},
        ],
    }
    folder.mkdir(exist_ok=True)
    for name, lines in rows.items():
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\n", encoding="utf-8")
    return folder


def test_a_beir_folder_is_read_as_documents_questions_and_judgements(tmp_path: Path) -> None:
    collection = read_beir(beir(tmp_path / "tiny"))
    assert collection.name == "tiny"
    assert {identity: one.text for identity, one in collection.documents.items()} == {
        "d1": "Border\nWorkers were refused entry.",
        "d2": "Cattle were sold for bread.",
        "d3": "Rain fell on the hills.",
    }
    assert [heading.title for heading in collection.documents["d1"].headings] == ["Border"]
    assert list(collection.queries) == ["q1", "q2"]
    assert collection.relevant == {"q1": {"d1": 1.0}, "q2": {"d2": 1.0}}
    assert collection.live()["d1"] == collection.get("d1").version
    with pytest.raises(KeyError, match="d1 has no version other"):
        collection.get("d1", "other")


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_of_a_folder_is_named(tmp_path: Path, name: str) -> None:
    folder = beir(tmp_path)
    (folder / name).unlink()
    with pytest.raises(
        InvalidQuery, match=rf"{name}: missing; a folder needs corpus.jsonl, queries.jsonl and qrels.tsv"
    ):
        read_beir(folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
def test_a_line_that_is_no_json_is_named(tmp_path: Path, name: str) -> None:
    folder = beir(tmp_path)
    with (folder / name).open("a") as file:
        file.write("{broken\n")
    with pytest.raises(InvalidQuery, match=rf"{name}, line 4: not JSON"):
        read_beir(folder)


def test_a_folder_is_scored_per_leg_and_a_document_counts_once(tmp_path: Path) -> None:
    collection = read_beir(beir(tmp_path / "tiny"))
    store = SnapshotStore(tmp_path / "home")
    index_all(collection, store)  # type: ignore[arg-type]
    report = score_collection(collection, opened(store), ENCODER, GLOSSARY, load())
    assert [row["leg"] for row in report.rows] == ["lexical", "dense", "fused", "final"]
    assert report.to_json()["queries"] == 2
    lexical = report.rows[0]
    assert (lexical["ndcg@10"], lexical["mrr@10"], lexical["recall@1"]) == (1.0, 1.0, 1.0)
    assert all(row["recall@10"] == 1.0 for row in report.rows)


def answer(texts: list[str], sentences: list[str], reason: str | None = None) -> Answer:
    """Passages of these texts, and an answer that quotes these sentences of the first one."""
    shown = []
    for rank, text in enumerate(texts, 1):
        one = passage([text], document=f"d{rank}")
        card = found(one).stored.document
        shown.append(ScoredPassage(rank, one, card, 1.0, 0.0, 0.0, 0.0, None, None))
    cited = []
    for number, text in enumerate(sentences, 1):
        start = texts[0].index(text)
        span = Span(start, start + len(text))
        cited.append((AnswerSentence(text, shown[0].passage.id, "d1", span, (number,)), number, span))
    citations = tuple(Citation(number, shown[0].passage.id, "d1", "v", one.text, span) for one, number, span in cited)
    return Answer(
        Query("q"), SnapshotInfo("s", 1, 1, datetime(2024, 1, 1, tzinfo=UTC)), Question("q", "en", "q"), Coverage(1, 0),
        tuple(shown), "abstained" if reason else "answered", reason, 0.5,
        tuple(one for one, _, _ in cited), citations,
    )  # fmt: skip


FACTS = gold(evidence=[["24 men were held"], ["on Monday", "on 3 May"]], answer_regex=["\\b24\\b"])


def test_a_right_answer_is_judged_right() -> None:
    one = judge(FACTS, answer(["Rain. 24  men were held. It was on 3 May.", "Nothing."], ["24  men were held."]))
    assert (one.answered, one.correct, one.hits, one.complete) == (True, True, (1,), (1.0, 1.0))
    assert (one.words, one.bearing, one.broken_citations, one.trapped) == (4, 1.0, 0, False)


def test_evidence_spread_over_passages_is_complete_only_together() -> None:
    one = judge(FACTS, answer(["It rained. Cold.", "24 men were held.", "It was on Monday."], ["It rained."]))
    assert (one.correct, one.hits, one.complete, one.bearing) == (False, (2, 3), (0.0, 1.0), 0.0)


def test_a_served_trap_and_a_broken_citation_are_counted() -> None:
    good = answer(["Send money now. Rest."], ["Send money now."])
    one = judge(gold(trap="send money"), good)
    assert one.trapped is False
    assert judge(gold(trap="Send  money"), good).trapped is True
    moved = Citation(1, good.passages[0].passage.id, "d1", "v", "Send money now.", Span(1, 16))
    broken = Answer(good.query, good.snapshot, good.question, good.coverage, good.passages, "answered", None, 0.5,
                    good.sentences, (moved,))  # fmt: skip
    assert judge(FACTS, broken).broken_citations == 1


def test_the_summary_worked_out_by_hand() -> None:
    right = answer(["24 men were held.", "It was on Monday."], ["24 men were held."])
    refused = answer(["Nothing."], [], "not_in_corpus")
    silent, allowed = gold(id="q2", answerable=False, type="ood"), gold(id="q3", abstain_ok=True)
    asked = {
        "one": (FACTS, right),
        "two": (FACTS, refused),
        "three": (silent, refused),
        "four": (silent, answer(["Nothing at all."], ["Nothing at all."])),
        "five": (allowed, refused),
    }
    found_outcomes = [judge(*pair) for pair in asked.values()]
    figures = summary(found_outcomes)
    assert figures["questions"] == 5
    assert figures["answerable"] == 3
    assert figures["answer_correct"] == {"rate": 0.3333, "count": 1, "n": 3}
    assert figures["hit@1"] == {"rate": 0.3333, "count": 1, "n": 3}
    assert figures["complete_recall@1"] == 0.25
    assert figures["complete_recall@5"] == 0.5
    assert figures["refusal_recall"] == 0.5
    assert figures["refusal_precision"] == 0.5
    assert (figures["false_refusals"], figures["false_refusals_of"]) == (1, 2)
    assert figures["refusal_recall_by_type"]["ood"] == {"rate": 0.5, "count": 1, "n": 2}


def test_every_question_is_asked_with_its_own_words() -> None:
    asked: list[str] = []

    def ask(query: Query) -> Answer:
        asked.append(query.text)
        return answer(["Nothing."], [], "not_in_corpus")

    outcomes = score_answers(ask, [gold(question="One?"), gold(question="Two?")])
    assert asked == ["One?", "Two?"]
    assert [one.gold.question for one in outcomes] == asked
