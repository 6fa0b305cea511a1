"""Accounts: how each fact is known, what was dropped, which dates the sentences speak of."""

from __future__ import annotations

import pytest

from corpus.account import Fact, account_from_json, account_to_json, dated_sentences, facts_of, kept_characters
from corpus.boilerplate import Dropped
from corpus.document import Dated, Document, Record, Span
from corpus.findings import Finding


def test_an_account_comes_back_from_json_as_it_went_in() -> None:
    dropped = (Dropped(Span(3, 9), "navigation"), Dropped(Span(20, 31), "қайд"))
    account = account_from_json(account_to_json(dropped, [Finding("title", "A", "given")]), '{"etag": "x"}')
    assert (account.dropped, account.how, account.headers) == (dropped, {"title": "given"}, {"etag": "x"})


def test_what_an_older_program_stored_has_an_empty_account() -> None:
    account = account_from_json("{}", "{}")
    assert (account.dropped, account.how, account.headers) == ((), {}, {})


@pytest.mark.parametrize(
    ("how", "basis"),
    [("given", "given"), ("line “Publisher”", "stated"), ("the outlet to which the text was told", "inferred")],
)
def test_the_basis_of_a_fact_follows_from_how_it_is_known(how: str, basis: str) -> None:
    facts = facts_of(Record(publisher="FIDH"), "en", {"publisher": how})
    assert next(fact for fact in facts if fact.field == "publisher") == Fact("publisher", "FIDH", basis, how)  # type: ignore[arg-type]


def test_a_date_brings_its_own_basis_and_an_empty_field_is_unknown() -> None:
    facts = {fact.field: fact for fact in facts_of(Record(published=Dated("2023", "inferred")), "ru", {})}
    assert facts["published"].basis == "inferred"
    assert facts["author"] == Fact("author", "", "unknown")
    assert (facts["language"].value, facts["language"].basis) == ("ru", "inferred")


def test_a_language_that_was_given_is_not_inferred() -> None:
    assert facts_of(Record(), "tg", {"language": "given"})[-1].basis == "given"


def test_kept_characters_are_those_outside_the_hidden_stretches() -> None:
    assert kept_characters("0123456789", (Span(0, 2), Span(9, 10))) == 7


TEXT = "Share this on 1 May 2001.\n\nA raid took place on October 7. It was the second since 3 May 2010."


@pytest.mark.parametrize(
    ("published", "values"),
    [
        (Dated("2013-11-02", "stated"), [("2013-10-07", "inferred"), ("2010-05-03", "stated")]),
        (None, [("2010-05-03", "stated")]),
    ],
)
def test_dates_of_sentences_are_placed_in_the_text_and_never_guessed(
    published: Dated | None, values: list[tuple[str, str]]
) -> None:
    document = Document("a", "0", "a", "en", TEXT, Record(published=published), hidden=(Span(0, 25),))
    found = list(dated_sentences(document))
    assert [(date.value, date.basis) for _, date in found] == values
    assert all(sentence.start <= date.span.start and date.span.end <= sentence.end for sentence, date in found)
    assert found[-1][1].span.slice(TEXT) == "3 May 2010"
