"""Which words of a question are names that the corpus spells otherwise, in this script or the other? Pure.

A common word is never touched: a word must be written with a capital or be unknown to the corpus, and what stands for
it must be a name that live passages hold. A known name gains spellings of the very same sound only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.ports import Name
from index.sound import sound
from index.tokenize import query_words, words

from .vocabulary import Vocabulary

_TOKEN = re.compile(r"[^\W\d_]+")
_SHORTEST = 4  # letters of a sound; shorter ones ("Rus", "But") are shared by too many words
# The same of unknown words written small, which may be any words; longer ones may hold a slip. On the golden
# questions shorter limits gave "матери" -> Moshiri, "academic" -> Academy.
_SHORTEST_SMALL, _LONG_SMALL = 5, 9


@dataclass(frozen=True, slots=True)
class Respelt:
    """`found`: the question's own word (two where a name was written apart); `known`: passages hold it as typed."""

    found: str
    names: tuple[Name, ...]
    known: bool


def respelt(text: str, language: str, vocabulary: Vocabulary, settled: Collection[str]) -> list[Respelt]:
    """The names of `text` in the corpus's spellings; words among `settled` (as `words` gives them) are passed over."""
    tokens = [match for match in _TOKEN.finditer(text) if not _is_settled(match.group(), language, settled)]
    known = vocabulary.known({token.group() for token in tokens}, language)
    found = [one for token in tokens for one in _one(token, token.group() in known, vocabulary)]
    done = {one.found for one in found} | known
    return found + [one for one in _joined(text, tokens, vocabulary) if not set(one.found.split()) <= done]


def _is_settled(word: str, language: str, settled: Collection[str]) -> bool:
    return not query_words(word, language) or any(part in settled for part in words(word))


def _one(token: re.Match[str], known: bool, vocabulary: Vocabulary) -> Iterator[Respelt]:
    word, heard = token.group(), sound(token.group())
    capital = word[0].isupper() and token.start() > 0
    if (known and not capital) or len(heard) < (_SHORTEST if capital else _SHORTEST_SMALL):
        return
    slips = not known and (capital or len(heard) >= _LONG_SMALL)
    same = set(words(word))
    alike = vocabulary.alike(word, slips)
    names = tuple(
        name for name in alike if name.written.isupper() == word.isupper() and name.written.casefold() not in same
    )
    if names:
        yield Respelt(word, names, known)


def _joined(text: str, tokens: list[re.Match[str]], vocabulary: Vocabulary) -> Iterator[Respelt]:
    """Names written in two words that the corpus writes in one: "Umar Ali"."""
    for one, two in pairwise(tokens):
        first, second = one.group(), two.group()
        apart = text[one.end() : two.start()] in (" ", "-") and first[0].isupper() and second[0].isupper()
        if apart and len(sound(first + second)) >= _SHORTEST_SMALL:
            names = vocabulary.alike(first + second.lower(), slips=False)
            if names:
                yield Respelt(text[one.start() : two.end()], names, known=False)
