"""The generated sections of docs/evaluation.md: outcomes in, Markdown and drawings out. Asks and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qa.evaluation import report
from qa.evaluation.answering import Outcome, summary
from qa.evaluation.curves import area, brier, calibration_error, judged, refusal_curve, reliability
from qa.evaluation.measures import measured
from qa.evaluation.plots import refusal_plot, reliability_plot
from qa.evaluation.support import read_pairs, support_figures
from qa.question import open_glossary
from qa.writing.support import SupportPolicy

COMPARED = ("mrr@5", "complete recall@5", "answer correct", "refusal recall", "refusal precision")
GUARDS = {
    "as shipped": SupportPolicy(),
    "order .5": SupportPolicy(order=0.5),
    "order .8": SupportPolicy(order=0.8),
    "gap 12": SupportPolicy(gap=12),
    "window 4": SupportPolicy(window=4),
    "no order": SupportPolicy(order=0.0),
}


def parts_of(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """All, each split, each language: the columns of a table and the rows of the baseline."""
    parts = {"all": list(outcomes)}
    for split in ("train", "held"):
        parts[split] = [one for one in outcomes if one.gold.split == split]
    for language in ("en", "ru", "tg"):
        parts[language] = [one for one in outcomes if one.gold.language == language]
    return {name: part for name, part in parts.items() if part}


def rates(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float]]:
    return {
        part: {name: round(one.rate, 4) for name, one in measured(some).items()}
        for part, some in parts_of(outcomes).items()
    }


def golden_section(outcomes: Sequence[Outcome]) -> str:
    parts = {name: measured(part) for name, part in parts_of(outcomes).items()}
    kinds = sorted({one.gold.type for one in outcomes})
    by_kind = []
    for kind in kinds:
        found = measured([one for one in outcomes if one.gold.type == kind])
        names = ("hit@5", "answer correct", "refused, in domain", "refused, off topic")
        shown = [report.short(found[name].rate) if name in found else "" for name in names]
        by_kind.append([kind, str(sum(one.gold.type == kind for one in outcomes)), *shown])
    head = ["type", "n", "hit@5", "answer correct", "refused, in domain", "refused, off topic"]
    return "\n\n".join([report.measured_table(parts), lengths(outcomes), report.table(head, by_kind)])


def lengths(outcomes: Sequence[Outcome]) -> str:
    """The median length of an answer in words, for each part."""
    parts = {name: summary(part) for name, part in parts_of(outcomes).items()}
    return report.table(
        ["", *parts],
        [["median words of an answer", *(f"{figures['answer_words_median']:g}" for figures in parts.values())]],
    )


def refusal_plots(outcomes: Sequence[Outcome], answer_at: float) -> dict[str, str]:
    """The drawings by file name; `answer_at` is the threshold in force."""
    pairs = _splits(outcomes)
    curves = {key: refusal_curve(part) for key, part in pairs.items()}
    return {
        "reliability.svg": reliability_plot({key: reliability(part) for key, part in pairs.items()}),
        "refusals.svg": refusal_plot(curves, answer_at),
    }


def _splits(outcomes: Sequence[Outcome]) -> dict[str, list[tuple[float, bool]]]:
    return {split: judged(part) for split, part in parts_of(outcomes).items() if split in ("train", "held")}


def refusal_section(outcomes: Sequence[Outcome]) -> str:
    pairs = _splits(outcomes)
    rows = [[key, str(len(part)), *map(report.short, (area(part), brier(part), calibration_error(part)))]
            for key, part in pairs.items()]  # fmt: skip
    plots = "![Reliability](images/reliability.svg) ![Refusals](images/refusals.svg)"
    return f"{report.table(['split', 'n', 'area', 'Brier', 'calibration error'], rows)}\n\n{plots}"


def compared(outcomes: Sequence[Outcome]) -> dict[str, float]:
    found = rates(outcomes)
    by_language = {f"mrr@5 {language}": found[language]["mrr@5"] for language in ("en", "ru", "tg")}
    return {**{name: found["all"][name] for name in COMPARED}, **by_language}


def guard_section(pairs_file: Path) -> str:
    pairs, glossary, rows, mistakes = read_pairs(pairs_file), open_glossary(), [], []
    for name, policy in GUARDS.items():
        for split in ("train", "held"):
            found = support_figures([one for one in pairs if one.split == split], glossary, policy)
            kinds = ", ".join(f"{kind} {n}" for kind, n in found["missed"].items())
            kept, through = f"{found['kept']}/{found['supported']}", f"{found['let_through']}/{found['unsupported']}"
            rows.append([name, split, kept, through, kinds])
            if policy == SupportPolicy():
                mistakes += [*found["wrongly_dropped"], *found["wrongly_kept"]]
    head = ["thresholds", "split", "true claims kept", "false claims let through", "of which"]
    return f"{report.table(head, rows)}\n\nMistaken as shipped: {', '.join(mistakes)}."


def cases_page(outcomes: Sequence[Outcome]) -> str:
    lines = [
        "# Golden questions that still fail",
        "",
        "Written by `make eval`; the questions are those of `tests/golden`.",
    ]
    for kind, failed in report.failing(outcomes).items():
        lines += ["", f"## {kind.capitalize()} ({len(failed)})", ""]
        lines += [f"- `{one.gold.id}` ({one.gold.type}, {one.gold.split}) {one.gold.question}" for one in failed]
    return "\n".join(lines) + "\n"
