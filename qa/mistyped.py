"""What was meant by a question typed in Latin letters or on the wrong keyboard layout? Pure but for what it is given.

The corpus decides: nothing is done while most of the words are known as typed, and a reading is taken only when it
makes most of the words known. So English, and languages that are none of ours, stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache

from index.stopwords import ENGLISH, RUSSIAN, TAJIK

from .romanised import readings

Knows = Callable[[Collection[str], str], frozenset[str]]
"""Those of the words, of a language, that the corpus holds or that are function words."""

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ`][^\W\d_]+)*['’ʼ`]?")
_CHUNK = re.compile(r"\S+")
_LATIN, _CYRILLIC = re.compile("[A-Za-z]"), re.compile("[\u0400-\u04ff]")
_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`-="
_SHIFTED = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
# The Russian layout, and the Tajik standard layout as Linux has it (xkb symbols "tj").
_LETTERS = {"ru": "йцукенгшщзхъфывапролджэячсмитьбюё-=", "tg": "йқукенгшҳзхъфҷвапролджэячсмитӣбюёғӯ"}
_TYPED_LATIN = {
    language: str.maketrans(_KEYS + _SHIFTED, letters + letters.upper()[: len(_SHIFTED)])
    for language, letters in _LETTERS.items()
}
_TYPED_CYRILLIC = str.maketrans(
    _LETTERS["tg"] + _LETTERS["ru"] + (_LETTERS["tg"][:33] + _LETTERS["ru"][:33]).upper(),
    _KEYS * 2 + _SHIFTED * 2,
)


def mend(text: str, knows: Knows) -> str:
    """`text` as it was meant; the very same text when it is understood as it stands or by no reading."""
    typed = _share(text, "en" if _LATIN.search(text) else "ru", knows)
    if typed > 0.5 or not _english_only().isdisjoint(word.lower() for word in _WORD.findall(text)):
        return text
    readable = [(_share(reading, language, knows), reading) for language, reading in _all_readings(text, knows)]
    best, reading = max(readable, key=lambda pair: pair[0], default=(0.0, text))
    return reading if best > typed and best >= 0.5 else text


@cache
def _english_only() -> frozenset[str]:
    """English function words that are no Russian or Tajik word in Latin letters, as "was" (вас) and "in" (ин) are."""
    others = RUSSIAN | TAJIK
    return frozenset(word for word in ENGLISH if others.isdisjoint(readings(word, "ru") + readings(word, "tg")))


def _share(text: str, language: str, knows: Knows) -> float:
    """The share of the words of `text` that are known; 0 without words."""
    found = _WORD.findall(text)
    known = knows(set(found), language)
    return sum(word in known for word in found) / len(found) if found else 0.0


def _all_readings(text: str, knows: Knows) -> Iterator[tuple[str, str]]:
    if _LATIN.search(text) and not _CYRILLIC.search(text):
        for language in ("ru", "tg"):
            yield language, _from_latin(text, language, knows)
            yield language, _other_layout(text, language, _TYPED_LATIN[language], knows)
    elif _CYRILLIC.search(text) and not _LATIN.search(text):
        yield "en", _other_layout(text, "en", _TYPED_CYRILLIC, knows)


def _from_latin(text: str, language: str, knows: Knows) -> str:
    """Each word in Cyrillic: its likeliest reading that is known, else the likeliest; what only Latin knows stays."""
    options = {word: readings(word, language) for word in _WORD.findall(text)}
    known = knows({one for several in options.values() for one in several}, language)
    as_typed = knows(set(options), "en")

    def read(match: re.Match[str]) -> str:
        word = match.group()
        fitting = [one for one in options[word] if one in known]
        return word if word in as_typed and not fitting else (fitting or options[word])[0]

    return _WORD.sub(read, text)


def _other_layout(text: str, language: str, keys: dict[int, int], knows: Knows) -> str:
    """The keys that were pressed, on another layout. A mark at a word's end may be a letter there: known words win."""
    options = {chunk: _pressed(chunk, keys) for chunk in _CHUNK.findall(text)}
    known = knows({_bare(one) for several in options.values() for one in several}, language)

    def read(match: re.Match[str]) -> str:
        several = options[match.group()]
        return next((one for one in several if _bare(one) in known), several[0])

    return _CHUNK.sub(read, text)


def _pressed(chunk: str, keys: dict[int, int]) -> list[str]:
    """With the marks at the end kept as marks, then with them read as letters."""
    core = chunk.rstrip("?!,.")
    kept = core.translate(keys) + chunk[len(core) :]
    end = chunk.rstrip("?!")
    return list(dict.fromkeys([kept, end.translate(keys) + chunk[len(end) :]]))


def _bare(chunk: str) -> str:
    return chunk.strip("?!,.")
