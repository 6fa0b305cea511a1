"""Which words does a text hold, for the lexical leg? The same function at build and at query time.

Latin words are stemmed as English; Cyrillic ones as Tajik or Russian by the language of the text. A question
is analyzed under every language it may be in, since a short one is easily mistaken and names are shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

from .stopwords import ENGLISH, RUSSIAN, TAJIK
from .tajik import fold, stem_tajik

ANALYZER = f"muhojir-3+snowball-{Stemmer.version()}"

# Grouped digits ("143,000", "143 000") are one number; so are decimals; acronyms lose their dots.
_WORD = re.compile(
    r"(?<![\d.,])\d{1,3}(?:[ ,.’']\d{3})+(?![\d])|\d+(?:[.,]\d+)?|(?:[^\W\d_]\.){2,}|[^\W_]+(?:['’ʼ][^\W_]+)?"
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_GROUP = re.compile(r"[ ,.’']")
_MAX_WORD = 64  # characters; longer runs are base64, long links or noise and would only bloat the index
_STEMMERS = {"en": Stemmer.Stemmer("english"), "ru": Stemmer.Stemmer("russian")}
_TAJIK_FOLDED = frozenset(fold(word) for word in TAJIK)


def words(text: str) -> list[str]:
    """The words of `text` in order, case-folded, ё as е, grouped digits joined."""
    return [_normal(match) for match in _WORD.findall(text)]


def word_places(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of `text` as `words` gives them, each with its start and end."""
    for match in _WORD.finditer(text):
        yield _normal(match.group()), match.start(), match.end()


def _normal(word: str) -> str:
    if word.isalpha():  # nearly all are
        return word.casefold().replace("ё", "е")[:_MAX_WORD]
    if word[0].isdigit():
        return _GROUP.sub("", word) if _GROUP.search(word) and len(word) > 4 else word.replace(",", ".")
    return word.replace(".", "").casefold().replace("ё", "е")[:_MAX_WORD]


@lru_cache(maxsize=50_000)  # the words of a corpus repeat; stemming costs ten times the look-up
def term(word: str, language: str) -> str:
    """The index term of one word, "" for a function word."""
    if word[0].isdigit():
        return word
    if not _CYRILLIC.search(word):
        return "" if word in ENGLISH else stem(word, language)
    is_function_word = fold(word) in _TAJIK_FOLDED if language == "tg" else word in RUSSIAN
    return "" if is_function_word else stem(word, language)


def stem(word: str, language: str) -> str:
    """The stem of a case-folded word of `language`, function words too; Latin words are English."""
    if not _CYRILLIC.search(word):
        return word if word[0].isdigit() else _stem(word, "en")
    return stem_tajik(fold(word)) if language == "tg" else _stem(fold(word), "ru")


def _stem(word: str, language: str) -> str:
    return str(_STEMMERS[language].stemWord(word.replace("’", "'").replace("ʼ", "'")))


@lru_cache(maxsize=50_000)
def name_stem(word: str) -> str:
    """One stem for a case-folded word whatever its language: both Cyrillic stemmers, one after the other.

    For matching names and terms of a table, where a collision costs little; never for the index.
    """
    if word[0].isdigit() or not _CYRILLIC.search(word):
        return _stem(word, "en")
    return stem_tajik(_stem(fold(word), "ru"))


def terms(text: str, language: str) -> list[str]:
    """The index terms of a passage, in order, function words left out."""
    return [found for word in _WORD.findall(text) if (found := _written_term(word, language))]


@lru_cache(maxsize=4_000)  # a small corpus shows the same sentences to many questions; a few kB each
def held_terms(text: str, language: str) -> frozenset[str]:
    """The index terms that a sentence holds."""
    return frozenset(terms(text, language))


def term_places(text: str, language: str) -> Iterator[tuple[str, int, int]]:
    """The index term of each word of `text`, "" for a function word, with the word's start and end."""
    for match in _WORD.finditer(text):
        yield _written_term(match.group(), language), match.start(), match.end()


@lru_cache(maxsize=50_000)
def _written_term(written: str, language: str) -> str:
    return term(_normal(written), language)


def query_words(text: str, language: str) -> list[tuple[str, tuple[str, ...]]]:
    """The distinct words of a question with the terms each may stand under; function words left out.

    A Cyrillic word gives its Russian and its Tajik stem, that of `language` first.
    """
    found: dict[str, tuple[str, ...]] = {}
    for word in words(text):
        first = term(word, language)
        if not first:
            continue
        other = term(word, "ru" if language == "tg" else "tg") if _CYRILLIC.search(word) else ""
        found[word] = (first, other) if other and other != first else (first,)
    return list(found.items())


def query_terms(text: str, language: str) -> list[str]:
    """The distinct terms of a question, in order."""
    return list(dict.fromkeys(term for _, terms in query_words(text, language) for term in terms))
