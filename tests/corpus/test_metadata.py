from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Dated, Record
from corpus.errors import InvalidMetadata
from corpus.metadata import date_interval, parse_front_matter, parse_metadata, record_from_json, record_to_json

FULL = """---
id: 2011-x.ru
title: "A: title"
author: ["Lola Olimova", "FIDH"]
publisher: IWPR
published: 2011-08-25
published_basis: stated
as_of: 2017-12
url: https://example.org/a?b=c
url_alt:
source_type: news
lang: ru
source_lang: en
country: [Tajikistan]
topics: [deportation, anything-else]
summary: 'One
  sentence.'
digest: true
edition: RCA
translation_of: 2011-x
---
Body.
"""


def test_reads_a_full_front_matter() -> None:
    found, body = parse_front_matter(FULL, "a.md")
    metadata = parse_metadata(found, "a.md")
    assert body.strip() == "Body."
    assert (metadata.id, metadata.language) == ("2011-x.ru", "ru")
    assert metadata.record == Record(
        title="A: title",
        author=("Lola Olimova", "FIDH"),
        publisher="IWPR",
        url="https://example.org/a?b=c",
        source_type="news",
        source_language="en",
        country=("Tajikistan",),
        topics=("deportation", "anything-else"),
        summary="One sentence.",
        edition="RCA",
        digest=True,
        translation_of="2011-x",
        published=Dated("2011-08-25", "stated"),
        modified=Dated("2017-12", "stated"),
    )


@pytest.mark.parametrize(
    "text",
    ["No front matter.", "", "---\n\nA rule, text.\n---\n", "text\n---\nid: a\n---\n", "---\nOnce upon a time\n---\n"],
)
def test_text_without_front_matter_stays_whole(text: str) -> None:
    assert parse_front_matter(text, "a.md") == ({}, text)


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    assert parse_front_matter("\ufeff---\r\ntitle: A\r\n---\r\nB", "a.md") == ({"title": "A"}, "\nB")


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("---\ntitle: A\nno end", "no closing '---'"),
        ("---\ntitle: [A\n---\n", "no `key: value` YAML"),
        ("---\ntitle: A\ntitle: B\n---\n", "'title' stands twice"),
        ("---\n# only\n- a list\n---\n", "holds no keys"),
        ("---\ntitle: " + "[" * 1000 + "\n---\n", "no `key: value` YAML"),
        ("---\ntitle: !!python/object/apply:os.getcwd []\n---\n", ""),
    ],
)
def test_broken_front_matter_is_refused_by_name(text: str, cause: str) -> None:
    with pytest.raises(InvalidMetadata, match=r"^a\.md: ") as caught:
        parse_metadata(parse_front_matter(text, "a.md")[0], "a.md")
    assert cause in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "allowed"),
    [
        ("tittle", "A", "allowed: accessed, as_of, author"),
        ("published", "25 August 2011", "2011, 2011-08 or 2011-08-25"),
        ("published", "2011-13", "2011, 2011-08 or 2011-08-25"),
        ("published", "2011-02-30", "2011, 2011-08 or 2011-08-25"),
        ("as_of", "yesterday", "2011, 2011-08 or 2011-08-25"),
        ("published_basis", "guessed", "one of stated, given, inferred, unknown"),
        ("published_basis", "stated", "a `published` date"),
        ("source_type", "blog", "one of news, analysis, report, press-release, academic, statement"),
        ("lang", "uz", "one of en, ru, tg, und"),
        ("source_lang", "Russian", "a code such as en, ru, tg"),
        ("url", "example.org", "begins with http:// or https://"),
        ("url", "javascript:alert(1)", "begins with http:// or https://"),
        ("id", "a@b:c", "letters, digits"),
        ("id", "../../etc", "letters, digits"),
        ("translation_of", "a b", "the id of a document"),
        ("digest", "yes", "one of true, false"),
        ("author", ["A", ["B"]], "a list of texts"),
        ("topics", {"a": "b"}, "one text"),
        ("title", ["A"], "one text"),
        ("title", True, "one text"),
    ],
)
def test_a_wrong_value_is_refused_with_document_key_value_and_what_is_allowed(
    key: str, value: object, allowed: str
) -> None:
    with pytest.raises(InvalidMetadata) as caught:
        parse_metadata({key: value}, "a.md")
    message = str(caught.value)
    assert message.startswith("a.md: ")
    assert key in message
    assert allowed in message


def test_topics_are_checked_only_against_a_vocabulary() -> None:
    assert parse_metadata({"topics": ["free"]}, "a.md").record.topics == ("free",)
    with pytest.raises(InvalidMetadata, match=r"a\.md: topics: .*free.*deportation"):
        parse_metadata({"topics": ["free"]}, "a.md", topics=("deportation",))


def test_values_that_json_gives_are_taken_as_they_are() -> None:
    given = {"published": 2011, "digest": False, "author": "FIDH", "accessed": date(2026, 11, 22)}
    record = parse_metadata(given, "a").record
    assert record.published == Dated("2011", "given")
    assert (record.author, record.digest) == (("FIDH",), False)
    assert record.accessed == Dated("2026-11-22", "stated")


def test_invisible_characters_do_not_enter_the_record() -> None:
    given = {"title": "A\x00\ud800\u202e b", "author": ["C\u200b", "\u200b"], "url": "https://a.b/\ud800"}
    record = parse_metadata(given, "a").record
    assert (record.title, record.author, record.url) == ("A b", ("C",), "https://a.b/")


@pytest.mark.parametrize("nothing", ["", "null", "~", None])
def test_an_empty_value_is_no_value(nothing: object) -> None:
    given = dict.fromkeys(["published", "author", "url", "source_type", "lang", "id", "topics"], nothing)
    assert parse_metadata(given, "a") == parse_metadata({}, "a")


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2011", 20110101, 20111231),
        ("2011-08", 20110801, 20110831),
        ("2012-02", 20120201, 20120229),
        ("1900-02", 19000201, 19000228),
        ("2011-08-25", 20110825, 20110825),
    ],
)
def test_a_date_covers_the_days_that_it_may_mean(value: str, first: int, last: int) -> None:
    assert date_interval(value) == (first, last)


@pytest.mark.parametrize(
    "value",
    ["", "11", "2011-8", "2011-00", "2011-13", "2011-08-32", "2011-08-25T00:00", "٢٠١١", "0000", " 2011", "2011\n"],
)
def test_anything_else_is_no_date(value: str) -> None:
    with pytest.raises(ValueError, match="write 2011, 2011-08 or 2011-08-25"):
        date_interval(value)


WORDS = st.text(max_size=6)
DATES = st.builds(Dated, st.sampled_from(["2011", "2011-08", "2011-08-25"]), st.sampled_from(["stated", "inferred"]))
RECORDS = st.builds(
    Record,
    title=WORDS,
    author=st.lists(WORDS, max_size=3).map(tuple),
    publisher=WORDS,
    topics=st.lists(WORDS, max_size=3).map(tuple),
    digest=st.booleans(),
    published=st.none() | DATES,
    modified=st.none() | DATES,
)


@given(RECORDS)
def test_a_record_survives_json(record: Record) -> None:
    assert record_from_json(record_to_json(record)) == record


@pytest.mark.parametrize("text", ["[]", '{"tittle": "A"}', "{"])
def test_json_that_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (json's own words differ)
        record_from_json(text)
