from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.document import Dated, Record
from corpus.errors import InvalidMetadata
from corpus.events import Events
from qa.answer import Query
from qa.question import Context, QuestionPolicy, shipped_events, understand
from qa.timeframe import Timeframe, tells_which, timeframes, without_the_present
from qa.timeliness import is_set_against, passage_bonus, published_bonus, sentence_bonus, tells_of_another_time
from tests.qa.samples import GLOSSARY

TODAY = date(2026, 11, 22)
OPEN = None

ASKED = [
    ("What happened in 2011?", 20110101, 20111231, "stated"),
    ("What took place on 14 April 2013?", 20130414, 20130414, "stated"),
    ("How many in the first seven months of 2024?", 20240101, 20240731, "stated"),
    ("How many in January-July 2024?", 20240101, 20240731, "stated"),
    ("the first half of 2025", 20250101, 20250630, "stated"),
    ("between 2011 and 2013", 20110101, 20131231, "stated"),
    ("since 2014", 20140101, OPEN, "stated"),
    ("before March 2015", OPEN, 20150331, "stated"),
    ("in the 1990s", 19900101, 19991231, "stated"),
    ("What changed after Crocus?", 20240322, OPEN, "event"),
    ("before the war in Ukraine", OPEN, 20220224, "event"),
    ("after the pandemic", 20230505, OPEN, "event"),
    ("How many were deported last year?", 20250101, 20251231, "relative"),
    ("ten years ago", 20160101, 20161231, "relative"),
    ("Сколько отказов с января по июль 2024 года?", 20240101, 20240731, "stated"),
    ("за первые семь месяцев 2024 года", 20240101, 20240731, "stated"),
    ("в первом полугодии 2025 года", 20250101, 20250630, "stated"),
    ("с 2011 по 2013 год", 20110101, 20131231, "stated"),
    ("в 90-х годах", 19900101, 19991231, "stated"),
    ("Что изменилось после теракта в Крокусе?", 20240322, OPEN, "event"),
    ("до пандемии", OPEN, 20200311, "event"),
    ("лет десять назад", 20150101, 20171231, "relative"),
    ("Сколько выслали в прошлом году?", 20250101, 20251231, "relative"),
    ("Дар ҳафт моҳи аввали соли 2024 чанд нафар?", 20240101, 20240731, "stated"),
    ("дар нимсолаи аввали соли 2025", 20250101, 20250630, "stated"),
    ("пас аз соли 2014", 20140101, OPEN, "stated"),
    ("Баъди ҳамла ба Крокус чӣ тағйир ёфт?", 20240322, OPEN, "event"),
    ("Соли гузашта чанд нафар ихроҷ шуд?", 20250101, 20251231, "relative"),
    ("10 сол пеш", 20160101, 20161231, "relative"),
]


@pytest.mark.parametrize(("text", "first", "last", "basis"), ASKED)
def test_the_time_asked_about(text: str, first: int | None, last: int | None, basis: str) -> None:
    (frame,) = timeframes(text, TODAY, shipped_events())
    assert (frame.first, frame.last, frame.basis) == (first, last, basis)
    assert frame.found in text


@pytest.mark.parametrize("text", ["How many on October 7?", "Who is Rahmon?", "Кто такой Рахмон?", "954 нафар"])
def test_no_time_is_read_where_none_is_named(text: str) -> None:
    assert timeframes(text, TODAY, shipped_events()) == ()


def test_relative_times_mean_nothing_without_a_day() -> None:
    assert timeframes("How many were deported last year?", None, shipped_events()) == ()
    asked = understand(Query("How many last year?"), GLOSSARY, Context(today=TODAY))
    assert [(one.found, one.first) for one in asked.times] == [("last year", 20250101)]
    off = Context(today=TODAY, policy=QuestionPolicy(times=False))
    assert understand(Query("How many last year?"), GLOSSARY, off).times == ()


@settings(deadline=None)
@given(st.text(max_size=80))
def test_a_frame_has_a_bound_and_ends_after_it_begins(text: str) -> None:
    for frame in timeframes(text, TODAY, shipped_events()):
        assert frame.first is not None or frame.last is not None
        assert frame.first is None or frame.last is None or frame.first <= frame.last


YEAR = (Timeframe("in 2011", 20110101, 20111231, "stated"),)


def record(published: str | None) -> Record:
    return Record(published=Dated(published, "stated") if published else None)


@pytest.mark.parametrize(
    ("published", "worth"),
    [("2011-11-12", 1.0), ("2011", 1.0), ("2012-05", 0.5), ("2013", 0.0), ("2010-12-31", 0.0), (None, 0.0)],
)
def test_a_document_is_worth_most_in_its_time(published: str | None, worth: float) -> None:
    assert published_bonus(YEAR, record(published)) == worth


@pytest.mark.parametrize(
    ("published", "text", "worth"),
    [
        ("2011", "In 2011 pilots were freed.", 1.0),
        ("2024", "In 2011 pilots were freed.", 0.5),
        ("2011", "Pilots were freed.", 0.5),
        ("2024", "In 2,011 cases, and 2011.5 more.", 0.0),
    ],
)
def test_a_passage_gains_by_its_words_and_its_date(published: str, text: str, worth: float) -> None:
    assert passage_bonus(YEAR, record(published), text) == worth


@pytest.mark.parametrize(
    ("published", "text", "worth"),
    [
        ("2024", "It was signed on 5 May 2011.", 1.0),
        ("2012-03-01", "Last year pilots were freed.", 1.0),
        ("2012-03-01", "В прошлом году лётчиков освободили.", 1.0),
        ("2012-03-01", "Соли гузашта халабонҳо озод шуданд.", 1.0),
        ("2011", "It was signed in 2008.", -1.0),
        ("2011", "Pilots were freed.", 0.5),
        ("2024", "Pilots were freed.", 0.0),
    ],
)
def test_a_sentence_is_told_by_the_dates_it_holds(published: str, text: str, worth: float) -> None:
    assert sentence_bonus(YEAR, record(published), text) == worth


@pytest.mark.parametrize(
    ("published", "text", "around", "other"),
    [
        ("2012-05-01", "It cost 5 dollars in 2008.", "It cost 5 dollars in 2008. Trade grew.", True),
        ("2012-05-01", "It cost 5 dollars in 2008.", "It cost 5 dollars in 2008. In 2011 trade grew.", False),
        ("2012-05-01", "It cost 5 dollars in 2011.", "It cost 5 dollars in 2011.", False),
        ("2012-05-01", "It cost 5 dollars.", "It cost 5 dollars.", False),  # undated: it may be of any time
        ("2010-05-01", "It cost 5 dollars.", "It cost 5 dollars.", True),  # nobody knew it yet
        ("2010-05-01", "It will cost 5 dollars.", "Prices rise from May 2011. It will cost 5 dollars.", False),
        ("2011-02-10", "It cost 5 in 2008, BBC wrote in February 2011.", "", True),  # that dates the report
        ("2011-02-10", "It cost 5, BBC wrote in February 2011.", "", False),
        (None, "It cost 5 dollars in 2008.", "It cost 5 dollars in 2008.", True),
        (None, "It cost 5 dollars.", "It cost 5 dollars.", False),
    ],
)
def test_what_dates_things_in_other_times_only_does_not_tell_of_the_one_asked_for(
    published: str | None, text: str, around: str, other: bool
) -> None:
    assert tells_of_another_time(YEAR, record(published), text, around, sourced=False) is other


def test_the_time_of_the_source_asked_of_may_be_that_of_its_report() -> None:
    told = (YEAR, record("2011-02-10"), "It cost 5 dollars in 2008.", "It cost 5 dollars in 2008.")
    assert tells_of_another_time(*told, sourced=False)
    assert not tells_of_another_time(*told, sourced=True)


def test_a_report_of_just_the_day_asked_for_is_of_that_day() -> None:
    day = (Timeframe("10 February 2011", 20110210, 20110210, "stated"),)
    text = "It cost 5 in 2008, BBC wrote on 10 February 2011."
    assert not tells_of_another_time(day, record("2011-02-10"), text, text, sourced=False)


@pytest.mark.parametrize("frames", [(), (Timeframe("last year", 20250101, 20251231, "relative"),)])
def test_no_text_is_of_another_time_where_none_is_stated(frames: tuple[Timeframe, ...]) -> None:
    assert not tells_of_another_time(frames, record("2010"), "It cost 5 in 2008.", "", sourced=False)


def test_without_a_time_asked_for_nothing_is_gained_or_lost() -> None:
    assert passage_bonus((), record("2011"), "In 2011.") == sentence_bonus((), record("2011"), "In 2011.") == 0.0


def test_an_open_frame_has_no_end() -> None:
    assert published_bonus((Timeframe("since 2014", 20140101, None, "stated"),), record("2025")) == 1.0
    assert published_bonus((Timeframe("before 2014", None, 20141231, "stated"),), record("1995")) == 1.0


@pytest.mark.parametrize(
    "content", ["{}", "[{}]", '[{"from": "2024-13-01", "to": "", "en": ["A", "B"]}]', '[{"from": "2024", "to": ""}]']
)
def test_a_broken_table_of_events_is_refused_by_name(content: str, tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidMetadata, match=r"events\.json"):
        Events.load(path)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("In 2010–2014 about 5 left.", False),
        ("Since 2008 it costs 5.", False),
        ("They may stay until 2042.", False),
        ("In the 1990s many left.", True),
        ("It cost 5, more than in 2008.", False),  # set against another year
        ("2000 Tajiks left.", False),
        ("It cost $2000 there.", False),
        ("It cost 5 in 2008.", True),
    ],
)
def test_ranges_open_times_and_amounts_are_no_other_year(text: str, other: bool) -> None:
    assert tells_of_another_time(YEAR, record("2012-05-01"), text, text, sourced=False) is other


def test_a_report_of_the_month_asked_for_is_of_that_month() -> None:
    month = (Timeframe("February 2011", 20110201, 20110228, "stated"),)
    text = "It cost 5 in 2008, BBC wrote on 10 February 2011."
    assert not tells_of_another_time(month, record("2011-02-10"), text, text, sourced=False)


def test_what_comes_after_an_event_may_have_begun_before_its_end() -> None:
    after = (Timeframe("after the pandemic", 20230505, None, "event"),)
    assert not tells_of_another_time(after, record("2022"), "It rose in 2021.", "", sourced=False)


@pytest.mark.parametrize(
    ("text", "which"),
    [
        ("Who signed the 2013 agreement?", True),
        ("What did the May 2013 law change?", True),
        ("Что изменило соглашение 2013 года?", True),
        ("Қонуни соли 2013 чиро тағйир дод?", True),
        ("How many left in the spring of 2013?", False),
        ("Сколько уехало в феврале 2013 года?", False),
        ("How high was the toll in 2013?", False),
    ],
)
def test_a_time_may_tell_which_thing_is_meant(text: str, which: bool) -> None:
    (frame,) = timeframes(text, None, Events({}))
    assert tells_which(frame, text) is which


def test_a_range_is_of_each_of_its_years() -> None:
    assert sentence_bonus(YEAR, record("2015"), "In 2010–2014 about 5 left.") == 1.0


@pytest.mark.parametrize(
    ("text", "against"),
    [
        ("143 thousand were refused, a spike from 2011.", True),
        ("143 thousand were refused, more than in 2011.", True),
        ("Refused: 143 thousand, far above the 2011 level.", True),
        ("Отказов на 20 процентов больше, чем в 2011 году.", True),
        ("Отказов на 5 процентов больше уровня 2011 года.", True),
        ("Рақам аз соли 2011 хеле зиёд аст.", True),
        ("A rise from 2011 to 2013 followed.", False),
        ("A rise from 2011 on followed.", False),
        ("Under the 2011 agreement they may stay.", False),
        ("Число выросло к 2011 году на 5 процентов.", False),
        ("Аз соли 2011 зиёда аз 5 ҳазор нафар рафтанд.", False),
        ("Аз соли 2011 беш аз 5 ҳазор нафар рафтанд.", False),
        ("143 thousand were refused in 2011, more than in 2010.", False),
        ("Refusals rose in 2011.", False),
    ],
)
def test_a_year_that_is_only_compared_with_is_another(text: str, against: bool) -> None:
    assert is_set_against(YEAR, text) is against
    assert tells_of_another_time(YEAR, record("2012-05-01"), text, text, sourced=False) is against


def test_what_is_compared_with_a_year_counts_for_its_own() -> None:
    own = (Timeframe("January-July 2012", 20120101, 20120731, "stated"),)
    text = "143 thousand were refused from January to July, a spike from 2011."
    assert not tells_of_another_time(own, record("2012-09-01"), text, text, sourced=False)


@pytest.mark.parametrize("span", [(20100101, None), (20100101, 20121231)])
def test_a_time_beyond_the_year_compared_with_holds_what_is_told(span: tuple[int, int | None]) -> None:
    text = "93 thousand were expelled from January to July, a rise on 2011."
    assert not tells_of_another_time((Timeframe("", *span, "stated"),), record("2012-09-01"), text, text, sourced=False)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Can police expel a migrant without a court in 2026?", "Can police expel a migrant without a court?"),
        ("Можно ли работать без патента в ноябре 2026 года?", "Можно ли работать без патента?"),
        ("В 2026 году можно ли въехать?", "можно ли въехать?"),
        ("Соли 2026 рафтан мумкин аст?", "рафтан мумкин аст?"),
        ("Could one enter in 2024?", "Could one enter in 2024?"),
        ("Можно ли въехать в 2026-м году?", "Можно ли въехать?"),
        ("Can I be expelled under the 2026 law?", "Can I be expelled under the 2026 law?"),
        ("From 2026, can children go to school?", "From 2026, can children go to school?"),
        ("Can I go back after 2025?", "Can I go back after 2025?"),
    ],
)
def test_a_rule_is_asked_for_as_it_stands_now(text: str, asked: str) -> None:
    assert without_the_present(text, timeframes(text, TODAY, Events({})), TODAY) == asked
    assert without_the_present(text, timeframes(text, None, Events({})), None) == text


def test_the_present_is_left_out_of_rules_only_and_its_time_still_counts() -> None:
    context = Context(today=TODAY)
    rule = understand(Query("Can police expel a migrant in 2026?"), GLOSSARY, context)
    assert rule.question.standalone == rule.sought == "Can police expel a migrant?"
    assert [time.found for time in rule.times] == ["2026"]
    for text in ("How many were expelled in 2026?", "Сколько стоит оформить патент в 2026 году?"):
        assert understand(Query(text), GLOSSARY, context).question.standalone == text
