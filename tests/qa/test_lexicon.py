"""Common words as the other languages call them: what the table holds, and what a question takes from it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from corpus.glossary import LANGUAGES, Entry
from qa.answer import Query
from qa.lexicon import Lexicon, shipped_lexicon
from qa.question import Asked, Context, QuestionPolicy, understand
from qa.vocabulary import Vocabulary
from tests.index.samples import built, document, opened
from tests.qa.samples import GLOSSARY

_TABLE = Lexicon(
    [
        Entry(en=("money", "cash"), ru=("деньги", "денег"), tg=("пул",)),
        Entry(en=("bribe",), ru=("взятка",), tg=("пора",)),
        Entry(en=("entry ban",), ru=("запрет на въезд",)),
        Entry(en=("visa",), ru=("патент",)),
    ]
)


def _rows() -> list[dict[str, str]]:
    lines = (files("qa") / "lexicon.tsv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_row_of_the_table_has_two_languages_each_in_its_own_letters() -> None:
    letters = {"en": "[А-Яа-яёҳқғӣӯҷ]", "ru": "[A-Za-z]", "tg": "[A-Za-z]"}
    for row in _rows():
        assert list(row) == list(LANGUAGES)
        assert sum(bool(cell) for cell in row.values()) >= 2, row
        for language, cell in row.items():
            assert not re.search(letters[language], cell), row
            spelled = cell.split(", ") if cell else []
            assert all(word == word.strip() != "" for word in spelled), row
            assert len(set(spelled)) == len(spelled), row


def test_words_are_found_in_any_inflected_form_and_phrases_before_their_words() -> None:
    (money, ban) = _TABLE.translate("Каким деньгам мешает запрет на въезд?", "ru")
    assert (money.found, list(money.terms)) == ("деньгам", ["money", "cash", "пул"])
    assert (ban.found, list(ban.terms)) == ("запрет на въезд", ["entry ban"])
    assert ban.terms["entry ban"] == {"entri", "ban"}


def test_the_meanings_of_one_word_come_together() -> None:
    table = Lexicon([Entry(en=("detain",), ru=("задержать",)), Entry(en=("delay",), ru=("задержать",))])
    (one,) = table.translate("Кого задержали?", "ru")
    assert (one.found, list(one.terms)) == ("задержали", ["detain", "delay"])


@pytest.mark.parametrize(
    ("text", "language"), [("Пора домой", "ru"), ("пора", "en"), ("money", "ru"), ("слово", "und")]
)
def test_a_word_of_another_language_is_not_taken_for_one_of_this(text: str, language: str) -> None:
    assert not list(_TABLE.translate(text, language))


Asking = Callable[..., Asked]


@pytest.fixture
def ask(tmp_path: Path) -> Asking:
    _, store = built(tmp_path, [document("a", "The migrants sent money home. A patent costs much.")])
    vocabulary = Vocabulary(opened(store))

    def asked(text: str, policy: QuestionPolicy | None = None) -> Asked:
        context = Context(vocabulary, policy=policy or QuestionPolicy(), lexicon=_TABLE)
        return understand(Query(text), GLOSSARY, context)

    return asked


def test_a_question_is_also_searched_for_in_the_words_that_passages_hold(ask: Asking) -> None:
    asked = ask("Сколько денег отправили домой?")
    assert [(one.found, one.aliases) for one in asked.question.expansions] == [("денег", ("money",))]
    assert asked.terms["money"] == 0.5
    assert "cash" not in asked.terms
    assert "пул" not in asked.terms
    assert any(one.word == "денег" and "money" in one.terms and not one.is_name for one in asked.concepts)


def test_what_the_glossary_knows_is_left_to_it(ask: Asking) -> None:
    (one,) = ask("Сколько стоит патент?").question.expansions
    assert one.aliases == ("patent", "work permit")


@pytest.mark.parametrize("typed", ["dengi vzyatka", "ltymub dpznrf"])
def test_words_of_the_table_are_known_where_a_question_is_mistyped(typed: str, ask: Asking) -> None:
    assert ask(typed).question.standalone == "деньги взятка"
    assert ask(typed, QuestionPolicy(translations=False)).question.standalone == typed


def test_without_translations_nothing_is_added(ask: Asking) -> None:
    assert not ask("Сколько денег?", QuestionPolicy(translations=False)).question.expansions


def test_the_shipped_table_is_read_once() -> None:
    assert shipped_lexicon() is shipped_lexicon()
    (one,) = shipped_lexicon().translate("депортация", "ru")
    assert "deportation" in one.terms
