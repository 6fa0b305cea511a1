from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dates import MONTHS, find_dates, first_date, labelled_date, may_name_month
from corpus.document import Dated
from corpus.relative_dates import event_dates


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Thursday, 25 August 2011", "2011-08-25"),
        ("August 25th, 2011", "2011-08-25"),
        ("25 августа 2011 г.", "2011-08-25"),
        ("25-уми августи соли 2011", "2011-08-25"),
        ("25.08.2011, 14:05", "2011-08-25"),
        ("2011-08-25T10:00:00Z", "2011-08-25"),
        ("2011/08", "2011-08"),
        ("in August 2011", "2011-08"),
        ("августи соли 2011", "2011-08"),
        ("25/08/2011", "2011-08-25"),
        ("04/09/2013", "2013"),
        ("January 34, 2023", ""),
        ("31 April 2020", ""),
        ("2013%", ""),
        ("2,011 people", ""),
        ("Просмотров: 1874", ""),
        ("Views: 1874", ""),
        ("штраф 2000 рублей", ""),
        ("some 1950 people", ""),
        ("In 2015 people left", "2015"),
        ("in constant 2010 dollars", "2010"),
        ("", ""),
    ],
)
def test_a_date_is_as_exact_as_it_is_written(text: str, value: str) -> None:
    assert first_date(text) == value


@given(st.text(alphabet="0123456789 .,/-январяAugustсоли", max_size=80))
def test_dates_lie_in_the_text_in_order_and_never_overlap(text: str) -> None:
    spans = [found.span for found in find_dates(text)]
    assert spans == sorted(spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))
    assert not spans or spans[-1].end <= len(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("25 août 2011", "2011-08-25"), ("25. Dezember 2019", "2019-12-25"), ("25 nil 2011", "2011"), ("2011", "2011")],
)
def test_a_labelled_date_may_be_in_a_further_language(text: str, value: str) -> None:
    assert labelled_date(text) == value


DAY = Dated("2024-10-08", "stated")


@pytest.mark.parametrize(
    ("text", "published", "values"),
    [
        ("asked in May of this year", DAY, ["2024-05"]),
        ("in May of this year", Dated("2023", "inferred"), ["2023-05"]),
        ("in Moscow on October 7.", DAY, ["2024-10-07"]),
        ("on November 30.", DAY, ["2023-11-30"]),
        ("on October 7.", Dated("2024", "inferred"), []),
        ("on October 7.", None, []),
        ("on October 7.", Dated("2024", "unknown"), []),
        ("в прошлом году", DAY, ["2023"]),
        ("в мае этого года", DAY, ["2024-05"]),
        ("12 октября прошлого года", DAY, ["2023-10-12"]),
        ("соли гузашта", DAY, ["2023"]),
        ("майи соли ҷорӣ", DAY, ["2024-05"]),
        ("имсол", DAY, ["2024"]),
        ("last month", Dated("2024-01-10", "stated"), ["2023-12"]),
        ("on Monday", DAY, ["2024-10-07"]),
        ("вчера", DAY, ["2024-10-07"]),
        ("вчера", Dated("2024-10", "stated"), []),
        ("on 3 May 2019 and last year", DAY, ["2019-05-03", "2023"]),
        ("As of mid-January 1,930 people had applied", DAY, []),
        ("In January 15 people drowned", DAY, []),
        ("On January 15 people came back", DAY, ["2024-01-15"]),
        ("в январе 15 тысяч человек", DAY, []),
    ],
)
def test_relative_dates_go_as_far_as_the_document_date_allows(
    text: str, published: Dated | None, values: list[str]
) -> None:
    assert [event.value for event in event_dates(text, published)] == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("From March 1, labour migrants in the capital will have to register.", "2025-03-01"),
        ("Есть новость: с 1 марта срок, в течение которого патент не нужен, сократится.", "2025-03-01"),
        ("Мигранты с 1 марта смогут работать без патента.", "2025-03-01"),
        ("Новые правила вступят в силу с 1 августа.", "2025-08-01"),
        ("The office will be opened on August 1.", "2025-08-01"),
        ("Аз 1 март қонун эътибор пайдо хоҳад кард.", "2025-03-01"),
        ("From September 15, drivers will need a permit.", "2024-09-15"),
        ("That rule has applied since April 1, and will stay.", "2024-04-01"),
        ("The march, which began on March 7, will go on.", "2024-03-07"),
        ("Жалоба, поданная 1 марта, будет рассмотрена.", "2024-03-01"),
        ("Judges will hear the appeal filed on March 1.", "2024-03-01"),
        ("Those held on March 5 will be tried.", "2024-03-05"),
    ],
)
def test_a_day_that_a_sentence_announces_lies_ahead(text: str, value: str) -> None:
    assert [event.value for event in event_dates(text, DAY)] == [value]


def test_written_dates_are_stated_and_resolved_ones_inferred() -> None:
    found = event_dates("On 3 May 2019 and in May of this year.", DAY)
    assert [event.basis for event in found] == ["stated", "inferred"]


@pytest.mark.parametrize("word", MONTHS)
def test_no_word_of_a_month_is_overlooked(word: str) -> None:
    assert may_name_month(word)
    assert may_name_month(f"({word.upper()}.)")
    assert find_dates(f"3 {word} 2011") == find_dates(f"3 {word.title()} 2011") != []
