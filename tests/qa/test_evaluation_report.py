"""Intervals, curves, plots, the gate and the generated document, on outcomes made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, precision_recall_curve, roc_auc_score

from index.ports import Coverage
from qa.answer import Answer, Query, Question, SnapshotInfo
from qa.errors import InvalidQuery
from qa.evaluation import report
from qa.evaluation.ablation import VARIANTS, RememberingEncoder
from qa.evaluation.answering import Outcome, summary
from qa.evaluation.curves import area, brier, calibration_error, judged, refusal_curve, reliability
from qa.evaluation.dataset import GoldQuestion
from qa.evaluation.gate import TOLERANCE, TOLERANCE_OF_SMALL_PARTS, falls
from qa.evaluation.intervals import Interval, interval
from qa.evaluation.measures import MEASURES, measured
from qa.evaluation.plots import EDGE, SIDE, refusal_plot, reliability_plot
from qa.tuned import load
from tests.index.samples import ENCODER

PAIRS = [(0.05, False), (0.2, False), (0.2, True), (0.6, False), (0.8, True), (1.0, True)]
SNAPSHOT = SnapshotInfo("s", 1, 1, datetime(2024, 1, 1, tzinfo=UTC))
CHANCES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=40)


def outcome(kind: str = "factoid", *, group: str = "g", confidence: float = 0.5, **values: Any) -> Outcome:
    """Found at the first place and answered rightly, unless `values` say otherwise."""
    answerable = kind not in {"unanswerable", "ood"}
    line = {"id": f"{kind}-{group}", "question": "Who?", "lang": "en", "type": kind, "answerable": answerable}
    gold = GoldQuestion.from_json(line | {"group": group, "evidence": [["x"]] if answerable else [],
                                          "abstain_ok": kind == "false_premise"})  # fmt: skip
    answer = Answer(Query("q"), SNAPSHOT, Question("q", "en", "q"), Coverage(1, 0), (), confidence=confidence)
    usual = {"answered": True, "reason": None, "hits": (1,), "complete": (1.0, 1.0), "correct": True, "words": 9,
             "bearing": 1.0, "broken_citations": 0, "trapped": False}  # fmt: skip
    return Outcome(gold=gold, answer=answer, **usual | values)  # type: ignore[arg-type]


OUTCOMES = [
    outcome(group="a"),
    outcome(group="a", hits=(3,), correct=False, bearing=0.5),
    outcome(group="b", answered=False, correct=False),
    outcome("false_premise", group="c", answered=False, correct=False),
    outcome("unanswerable", group="d", answered=False),
    outcome("unanswerable", group="e"),
    outcome("ood", group="f", answered=False),
]


def bounds(flags: Sequence[bool], groups: Sequence[str], seed: int = 0) -> Interval:
    found = interval([float(flag) for flag in flags], [1.0] * len(flags), groups, np.random.default_rng(seed))
    assert found is not None
    return found


def test_a_rate_lies_within_its_interval_and_a_seed_repeats_it() -> None:
    flags = [True] * 30 + [False] * 20
    alone = [str(number) for number in range(50)]
    one = bounds(flags, alone)
    assert (one.rate, one.n) == (0.6, 50)
    assert one.low < one.rate < one.high
    assert one == bounds(flags, alone)
    # The normal approximation, an independent formula, gives +- 1.96 sqrt(.6 * .4 / 50).
    assert (one.high - one.low) / 2 == pytest.approx(1.96 * (0.24 / 50) ** 0.5, abs=0.03)


def test_questions_that_stand_or_fall_together_widen_the_interval() -> None:
    flags = [number < 30 for number in range(50)]
    together = bounds(flags, [str(number // 10) for number in range(50)])
    apart = bounds(flags, [str(number) for number in range(50)])
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_a_rate_over_nothing_has_no_interval() -> None:
    assert interval([0.0], [0.0], ["g"], np.random.default_rng(0)) is None
    assert measured([outcome()]).keys().isdisjoint({"refusal recall", "refused, off topic"})


def test_the_measures_are_those_of_the_summary() -> None:
    rates, figures = {name: one.rate for name, one in measured(OUTCOMES).items()}, summary(OUTCOMES)
    assert rates.keys() == MEASURES.keys() - {"broken citations"}  # there are no citations
    assert rates["hit@1"] == pytest.approx(figures["hit@1"]["rate"])
    assert rates["mrr@5"] == pytest.approx(figures["mrr@5"], abs=1e-4)
    assert rates["complete recall@5"] == figures["complete_recall@5"]
    assert rates["answer correct"] == pytest.approx(figures["answer_correct"]["rate"])
    assert rates["sentences with evidence"] == figures["sentences_with_evidence"]
    assert rates["refusal recall"] == pytest.approx(figures["refusal_recall"], abs=1e-4)
    assert rates["refusal precision"] == pytest.approx(figures["refusal_precision"], abs=1e-4)
    assert rates["false refusals"] == pytest.approx(figures["false_refusals"] / figures["false_refusals_of"])
    assert (rates["refused, in domain"], rates["refused, off topic"]) == (0.5, 1.0)


@given(CHANCES)
def test_curves_agree_with_independent_formulas(pairs: list[tuple[float, bool]]) -> None:
    stated, truth = [s for s, _ in pairs], [t for _, t in pairs]
    assert sum(one.n for one in reliability(pairs)) == len(pairs)
    assert 0 <= calibration_error(pairs) <= 1
    assert brier(pairs) == pytest.approx(brier_score_loss(truth, stated))
    if len(set(truth)) == 2:
        assert area(pairs) == pytest.approx(roc_auc_score(truth, stated))
        precision, recall, _ = precision_recall_curve([not t for t in truth], [-s for s in stated])
        mine = {(round(one.precision, 9), round(one.recall, 9)) for one in refusal_curve(pairs)}
        assert mine <= {(round(p, 9), round(r, 9)) for p, r in zip(precision, recall, strict=True)}


def test_a_curve_worked_out_by_hand() -> None:
    assert [(one.threshold, one.precision, one.recall) for one in refusal_curve(PAIRS)] == [
        (0.2, 1.0, 1 / 3), (0.6, 2 / 3, 2 / 3), (0.8, 0.75, 1.0), (1.0, 0.6, 1.0), (1.0, 0.5, 1.0),
    ]  # fmt: skip
    assert refusal_curve([(0.3, True)]) == []


def test_false_premises_are_no_part_of_the_curves() -> None:
    assert judged(OUTCOMES) == [(0.5, one.gold.answerable) for one in OUTCOMES if one.gold.type != "false_premise"]


def test_plots_are_drawings_whose_marks_lie_inside_and_that_come_out_the_same() -> None:
    first = reliability_plot({"train": reliability(PAIRS), "held": reliability(PAIRS[:3])})
    second = refusal_plot({"train": refusal_curve(PAIRS)}, 0.6)
    assert first == reliability_plot({"train": reliability(PAIRS), "held": reliability(PAIRS[:3])})
    for drawing in (first, second):
        root = ElementTree.fromstring(drawing)
        marks = [float(mark.get(side, "0")) for mark in root.iter() for side in ("cx", "cy") if mark.get(side)]
        assert marks
        assert all(EDGE <= mark <= EDGE + SIDE for mark in marks)
        assert "href" not in drawing


def test_the_ring_marks_the_threshold_in_force() -> None:
    ring = ElementTree.fromstring(refusal_plot({"all": refusal_curve(PAIRS)}, 0.6)).find(".//{*}circle")
    assert ring is not None
    assert float(ring.get("cx", "")) == pytest.approx(EDGE + 2 / 3 * SIDE, abs=0.1)
    assert float(ring.get("cy", "")) == pytest.approx(EDGE + (1 - 2 / 3) * SIDE, abs=0.1)


@pytest.mark.parametrize(("part", "tolerance"), [("all", TOLERANCE), ("held", TOLERANCE_OF_SMALL_PARTS)])
def test_the_gate_lets_a_small_loss_pass_and_names_a_large_one(part: str, tolerance: float) -> None:
    baseline = {part: {"hit@5": 0.9, "false refusals": 0.1}}
    assert falls(baseline, {part: {"hit@5": 0.9 - tolerance, "false refusals": 0.1 + tolerance}}) == []
    assert falls(baseline, {part: {"hit@5": 1.0, "false refusals": 0.0}, "new": {"hit@5": 0.0}}) == []
    [hit, false] = falls(baseline, {part: {"hit@5": 0.84, "false refusals": 0.16}})
    assert str(hit) == f"{part}, hit@5: 0.840, was 0.900"
    assert false.measure == "false refusals"


def test_a_figure_that_is_gone_has_fallen() -> None:
    assert len(falls({"held": {"hit@5": 0.9, "false refusals": 0.1}}, {})) == 2


def test_every_outcome_is_right_or_fails_in_one_way() -> None:
    assert [report.failure_of(one) for one in OUTCOMES] == [
        None, report.FAILURES[2], report.FAILURES[0], None, None, report.FAILURES[3], None,
    ]  # fmt: skip
    assert report.failure_of(outcome(correct=False, hits=())) == report.FAILURES[1]
    assert list(report.failing(OUTCOMES)) == list(report.FAILURES)
    assert sum(map(len, report.failing(OUTCOMES).values())) == 3


def test_tables_are_markdown_with_one_width() -> None:
    tables = (
        report.measured_table({"all": measured(OUTCOMES), "few": measured(OUTCOMES[:1])}),
        report.compared_table({"all": {"hit": 0.5}, "less": {"hit": 0.25}, "same": {"hit": 0.5001}}),
        report.ranking_table([{"collection": "c", "documents": 1, "queries": 2,
                               "rows": [{"leg": "final", "ndcg@10": 0.98}]}]),
    )  # fmt: skip
    for text in tables:
        assert len({line.count("|") for line in text.splitlines()}) == 1
    assert "| less | -.250 |\n| same |  |" in tables[1]


def test_a_section_is_replaced_between_its_marks_and_nowhere_else() -> None:
    page = "above\n<!-- begin a -->\nold\n<!-- end a -->\nbelow\n<!-- begin b -->\n<!-- end b -->\n"
    put = report.with_section(page, "a", r"new \1")
    assert put == page.replace("old", r"new \1")
    with pytest.raises(InvalidQuery, match="begin c"):
        report.with_section(page, "c", "new")


def test_a_variant_takes_one_part_away_and_leaves_the_others() -> None:
    policies = load()
    changed = {name: change(policies) for name, change in VARIANTS.items()}
    assert changed.pop("everything") == policies
    assert replace(changed["nothing read"].tokens, reading=policies.tokens.reading) == policies.tokens
    others = [one for name, one in changed.items() if name != "nothing read"]
    assert all(one.plain == policies.plain and one.tokens == policies.tokens for one in others)
    assert all(one != policies for name, one in changed.items() if name != "no times")


def test_a_remembered_question_is_encoded_once() -> None:
    class Counting:
        """Implements Encoder."""

        identity = ENCODER.identity
        texts: tuple[str, ...] = ()

        def encode(self, texts: Sequence[str], role: Any) -> Any:
            self.texts += tuple(texts)
            return ENCODER.encode(texts, role)

    counting = Counting()
    encoder = RememberingEncoder(counting)
    both = encoder.encode(["one", "two"], "query")
    assert np.array_equal(encoder.encode(["two", "one", "one"], "query"), both[[1, 0, 0]])
    assert np.array_equal(both, ENCODER.encode(["one", "two"], "query"))
    assert counting.texts == ("one", "two")
    assert encoder.encode([], "query").shape == (0, ENCODER.identity.dimension)
    encoder.encode(["one"], "passage")
    assert counting.texts == ("one", "two", "one")
