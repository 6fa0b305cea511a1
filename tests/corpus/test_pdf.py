from __future__ import annotations

import resource
from typing import Any

import pytest

from corpus.errors import UnreadableDocument
from corpus.readers.pdf import read_pdf

LEFT = [
    "The workers of the first column came",
    "from the valley and stayed until the",
    "autumn, when the building site closed",
    "and the buses went back to the south",
    "with every seat taken, as people say.",
]
RIGHT = [
    "The second column tells of the winter",
    "in which nobody left the village, for",
    "the roads were closed and the permits",
    "had run out at the end of the year, as",
    "they did in each of the years before.",
]


def _column(x: float, lines: list[str], top: float = 700) -> list[tuple[float, float, str]]:
    return [(x, top - 12 * index, line) for index, line in enumerate(lines)]


def test_reads_columns_one_after_the_other_even_when_the_file_mixes_their_lines(make_pdf: Any) -> None:
    mixed = [line for pair in zip(_column(50, LEFT), _column(320, RIGHT), strict=True) for line in pair]
    title = (50, 760, "A title that spans the whole width of the page here", 16)
    text = read_pdf(make_pdf([[title, *mixed]]), "a.pdf").text
    assert text.index("people say.") < text.index("The second column")
    assert "came from the valley" in text


def test_joins_divided_words_and_keeps_compounds_that_the_text_knows(make_pdf: Any) -> None:
    lines = [
        "The Tajik-Russian border was patrolled by well-paid migra-",
        "tion officers, who were replaced by others that were well-",
        "paid as well and came from the towns along the river there.",
    ]
    text = read_pdf(make_pdf([_column(50, lines)]), "a.pdf").text
    assert "by well-paid migration officers" in text
    assert "that were well-paid as well" in text


def test_hides_running_heads_and_page_numbers_and_keeps_notes_behind_the_text(make_pdf: Any) -> None:
    places = "river bridge market school garden".split()
    pages = [
        [
            (50, 800, f"Report on seasonal work {number}"),
            *_column(50, [f"At the {place} {row} people told us of the {place}, and of much else." for row in LEFT]),
            (50, 60, f"1 Interview at the {place}, held in the winter.", 7.5),
            (290, 30, str(number)),
        ]
        for number, place in enumerate(places, 1)
    ]
    raw = read_pdf(make_pdf(pages), "a.pdf")
    hidden = [span.slice(raw.text) for span in raw.hidden]
    assert hidden.count("Report on seasonal work 3") == 1
    assert "3" in hidden
    assert "Interview at the market, held in the winter." in raw.text
    assert not any("Interview" in text or "people" in text for text in hidden)


def test_a_sentence_runs_on_over_the_page_border_and_pages_stay_known(make_pdf: Any) -> None:
    one = _column(50, ["The officers said that the people who came in spring had to", "wait for the permits in the"])
    two = _column(50, ["yard of the office, where there were", "neither chairs nor water for them."])
    raw = read_pdf(make_pdf([one, two]), "a.pdf")
    assert "permits in the yard of the office" in raw.text
    assert len(raw.pages) == 2
    assert raw.text[raw.pages[1] :].startswith("yard of the office")


def test_reads_cyrillic_and_tajik_letters(make_pdf: Any) -> None:
    line = "Муҳоҷирони меҳнатӣ ба хона баргаштанд, ҷой нест."
    assert read_pdf(make_pdf([[(50, 700, line)]]), "a.pdf").text == line


def test_takes_title_and_author_from_properties_that_look_like_such(make_pdf: Any) -> None:
    page = _column(50, LEFT)
    good = read_pdf(make_pdf([page], "/Title (Hidden costs) /Author (Mary Shelley)"), "a.pdf").metadata
    junk = read_pdf(make_pdf([page], "/Title (Microsoft Word - final2.doc) /Author (user1)"), "a.pdf").metadata
    assert good == {"title": "Hidden costs", "author": ["Mary Shelley"]}
    assert junk == {}


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data[: len(data) // 2], "breaks off"),
        (lambda _: b"<html></html>", "no PDF in it"),
        (lambda _: b"%PDF-1.4\nnothing\n%%EOF", "cannot be parsed"),
    ],
)
def test_refuses_what_is_no_whole_pdf(make_pdf: Any, spoil: Any, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words):
        read_pdf(spoil(make_pdf([_column(50, LEFT)])), "a.pdf")


def test_names_a_scan_without_text_layer_as_such(make_pdf: Any) -> None:
    with pytest.raises(UnreadableDocument, match="without a text layer; run OCR"):
        read_pdf(make_pdf([[], [], []]), "a.pdf")


@pytest.mark.slow
def test_a_thousand_pages_take_bounded_memory(make_pdf: Any) -> None:
    data = make_pdf([_column(50, LEFT * 8, 800) for _ in range(1000)])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    raw = read_pdf(data, "a.pdf")
    assert len(raw.pages) == 1000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024  # kB
