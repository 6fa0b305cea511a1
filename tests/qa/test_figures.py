"""Figures in one form, however they are written."""

from __future__ import annotations

import pytest

from qa.figures import figures


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("65,000 people", [65_000]),
        ("65 000 человек", [65_000]),
        ("65 thousand people", [65_000]),
        ("65 тыс. человек", [65_000]),
        ("65 тысяч человек", [65_000]),
        ("65 ҳазор нафар", [65_000]),
        ("3,3 млн рабочих", [3_300_000]),
        ("3.3 million workers", [3_300_000]),
        ("1,2 миллиард доллар", [1_200_000_000]),
        ("two million", [2_000_000]),
        ("from three to five years", [3, 5]),
        ("двое из пяти", [2, 5]),
        ("панҷ нафар", [5]),
        ("one of them", []),
        ("nobody", []),
        ("5\u00b9 workers\u00b2", [5]),
        ("\u00b9", []),
    ],
)
def test_a_number_has_one_value_however_it_is_written(text: str, values: list[float]) -> None:
    assert [one.value for one in figures(text)] == values


@pytest.mark.parametrize("text", ["47%", "47 %", "47 percent", "47 per cent", "47 процентов", "47 фоиз", "47 дарсад"])
def test_a_share_is_no_count(text: str) -> None:
    assert [one.key for one in figures(text)] == [("percent", 47)]


@pytest.mark.parametrize(
    ("text", "month"),
    [("in May 2024", 5), ("в мае 2024 года", 5), ("моҳи майи соли 2024", 5), ("22 марта", 3), ("22 March", 3)],
)
def test_months_are_figures(text: str, month: int) -> None:
    assert ("month", month) in [one.key for one in figures(text)]


def test_a_verb_is_no_month() -> None:
    assert list(figures("they may march")) == []


def test_a_figure_covers_its_magnitude_and_its_percent_sign() -> None:
    text = "about 65 thousand, or 47 percent of them"
    assert [text[one.start : one.end] for one in figures(text)] == ["65 thousand", "47 percent"]
