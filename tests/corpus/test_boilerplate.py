from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.blocks import PAGES, judge, load, summary
from corpus.boilerplate import find_boilerplate
from corpus.document import Span
from corpus.ingest import library_files
from corpus.reading import read_bytes

ROOT = Path(__file__).parents[2]
BODY = (
    "Hundreds of seasonal workers came back to the valley in September, several weeks earlier than in other years.\n\n"
    "Bus drivers on the route said that almost every seat was taken on the way south, and none on the way north.\n\n"
)


def _hidden(text: str) -> list[str]:
    return [one.span.slice(text) for one in find_boilerplate(text)]


@pytest.mark.parametrize(
    "line",
    [
        "Read 8059 times", "Просмотров: 2 541", "Тамошо: 845", "Share on Facebook", "Поделиться ВКонтакте",
        "Мубодила кунед", "Home > News > Valley", "Главная » Новости » Общество", "© 2016 Valley Courier",
        "При использовании материалов ссылка обязательна", "Ҳамаи ҳуқуқҳо ҳифз шудаанд", "Subscribe to our newsletter",
        "Нашли ошибку? Выделите текст и нажмите Ctrl+Enter", "Advertisement", "Read also: Prices rise again",
        "Инчунин хонед: Роҳи нав", "Tel. +7 495 000 00 00", "Download PDF (1.2 MB)", "Leave a comment",
        "More from Valley Courier: Bridge reopens The last ferry north", "Другие новости: Мост открыт Цены выросли",
        "Хабарҳои дигар: Пули нав Ҳавои фардо",
    ],
)  # fmt: skip
def test_furniture_is_found_wherever_it_stands(line: str) -> None:
    assert _hidden(f"{line}\n\n{BODY}") == [line]
    assert _hidden(f"{BODY}{line}") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Author Anton Chekhov", "Publication Date 17 May 2012", "Citation / Document Symbol XYZ Issue 12",
        "By Jane Austen (the 07/05/2019 issue of the Quarterly)", "Last modified on Monday, 3 June 2019",
        "Published in Analytical Articles", "Source : Радио Озоди", "Автор: Антон Чехов", "Санаи нашр: 18.04.2022",
        "Seasonal workers return earlier than planned", "Tuesday, 07 May 2019",
        "More from the north than from the south: a survey of the buses",
        "More from Valley farms: they sold all of it in May.",
    ],
)  # fmt: skip
def test_record_lines_and_titles_stay(line: str) -> None:
    assert _hidden(f"{line}\n\n{BODY}") == []


def test_a_counter_beside_a_date_goes_alone() -> None:
    text = f"{BODY}Read 8059 times Last modified on Wednesday, 25 September 2013"
    assert _hidden(text) == ["Read 8059 times"]


@pytest.mark.parametrize(
    ("line", "counter"),
    [
        ("3 мая 2016, 12:30 | Автор: Антон Чехов | Просмотров: 1874", " | Просмотров: 1874"),
        ("3 May 2016 | 2,341 views | Dushanbe", " | 2,341 views"),
        ("Jane Austen · 3 May 2016 · 5 min read", " · 5 min read"),
    ],
)
def test_a_counter_in_a_byline_goes_alone(line: str, counter: str) -> None:
    assert _hidden(f"A title of five words\n\n{line}\n\n{BODY}") == [counter]


@pytest.mark.parametrize(
    "contact",
    [
        "Contact: info@example.org",
        "E-mail: a@example.org, tel.: +992 37 221 00 00.",
        "Тел. для справок: +992 37 221 00 00",
    ],
)
def test_contacts_behind_the_text_go_alone(contact: str) -> None:
    assert _hidden(f"A title of five words\n\n{BODY.strip()} {contact}") == [contact]
    assert _hidden(f"A title of five words\n\n{BODY.strip()} Ask for your contact: it is free.") == []


def test_speakers_and_what_announces_a_list_stay() -> None:
    talk = f"Jane Austen: {BODY}Anton Chekhov: And now?\n\nJane Austen: We wait.\n\nAnton Chekhov: For whom?\n\n"
    assert _hidden(f"Anton Chekhov: {BODY}{talk}Jane Austen: For them") == []
    assert _hidden(f"{BODY}We ask:\n\nthe city to open a post\n\nthe valley to mend its road\n\nall to wait") == []


def test_comments_go_to_the_end_and_references_stay() -> None:
    text = f"{BODY}References\nEliot, G. 2015. The price of a ticket.\n\nComments (1)\nguest: he was there too."
    assert _hidden(text) == ["Comments (1)", "guest: he was there too."]


def test_no_digest_of_the_library_loses_a_word() -> None:
    found = {draft.id: find_boilerplate(draft.text) for _, draft in library_files()}
    assert {name: hidden for name, hidden in found.items() if hidden} == {}


@given(st.text(max_size=400), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60)), max_size=3))
def test_what_is_dropped_lies_in_the_text(text: str, known: list[tuple[int, int]]) -> None:
    spans = [Span(min(start, len(text)), min(start + size, len(text))) for start, size in known]
    found = find_boilerplate(text, spans)
    assert all(0 <= one.span.start <= one.span.end <= len(text) for one in found)
    assert {one.span for one in found} >= set(spans)


def test_the_pages_in_three_languages_reach_the_figures_of_the_docs() -> None:
    figures = summary([judge(page) for page in load(ROOT / PAGES)])
    assert figures["pages"] >= 40
    assert figures["precision"] >= 0.97
    assert figures["recall"] >= 0.95
    assert figures["dates and basis"] >= 0.95


@pytest.mark.parametrize(
    ("text", "published"),
    [
        (f"Press Release\n\nA title of five words\n\nParis, Dushanbe, 23 November 2011 – {BODY}", "2011-11-23"),
        (f"A title of five words\n\n{BODY}This year 412 came, against 160 in 2015.", "2015"),
        (f"A title of five words\n\n{BODY}Staff publications\nOped, In the valley, May 2023.", None),
        (f"A title of five words\n\n{BODY}The camp is to be closed by 2042.", None),
    ],
)
def test_a_date_is_stated_or_inferred_and_never_taken_from_furniture(text: str, published: str | None) -> None:
    record = read_bytes(text.encode(), "a.txt").record
    assert (record.published.value if record.published else None) == published


def test_given_metadata_win_and_say_so() -> None:
    text = f"A title of five words\n\n3 May 2016\n\n{BODY}".encode()
    draft = read_bytes(text, "a.txt", given={"published": "2016-05-04", "title": "Another"})
    assert draft.record.published is not None
    assert (draft.record.published.value, draft.record.published.basis) == ("2016-05-04", "given")
    assert draft.record.title == "Another"
    assert {one.field: one.how for one in draft.findings}["published"] == "given"
