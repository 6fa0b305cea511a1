"""Which names do the passages of a segment hold? A list beside the other files, for finding misspelt ones.

A name is a word that most passages write with a capital inside a sentence. Nothing else is known of it: no kind, no
person. Passages are counted as written; what was deleted since is told by `PassageIndex.idf`, not here.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from corpus.document import Passage

from .lexical_bm25 import LexicalSegment, term_hashes
from .ports import Name
from .sound import RULES, sounds
from .tokenize import term, words

FILE = f"names-{RULES}.tsv"
_SHORTEST = 3  # letters; shorter ones sound like too much else
_MOSTLY = 0.5  # share of the passages holding the word that write it with a capital
# A word with a capital, and what stands before it when another word of the same sentence precedes. Two patterns: one
# that begins with letters finds its places five times as fast as one that begins by looking back.
_CAPITAL = re.compile(r"[^\W\d_a-zа-яёғӣқӯҳҷ][^\W\d_]*[’']?[^\W\d_]+")
_INSIDE = re.compile(r"(?<=[^\W\d_]\s)|(?<=[^\W\d_]-)|(?<=[,;:–—]\s)|(?<=[^\W\d_]\s[«“\"(])")


class NameCounter:
    """Is shown the passages of a segment one by one, then writes the file."""

    def __init__(self) -> None:
        self._spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, passages: Iterable[Passage]) -> None:
        for passage in passages:
            for written in set(_capitals_inside(passage.text)):
                for word in words(written):
                    found = term(word, passage.language)
                    if found and len(word) >= _SHORTEST and not word[0].isdigit():
                        self._spellings[found][written] += 1

    def write(self, folder: Path, lexical: LexicalSegment) -> None:
        """One line a name, in the order of the terms. Raises OSError."""
        names = self.names(lambda found: len(lexical.postings(term_hashes([found])[0]).rows))
        lines = ("\t".join(map(str, (one.term, one.written, *one.sounds))) for one in names)
        (folder / FILE).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def names(self, holding: Callable[[str], int]) -> Iterator[Name]:
        """By term; `holding` tells how many of the passages shown hold a term."""
        for found, spellings in sorted(self._spellings.items()):
            if spellings.total() > _MOSTLY * holding(found):
                written = max(spellings, key=lambda one: (spellings[one], one))
                yield Name(found, written, sounds(written))


def _capitals_inside(text: str) -> Iterator[str]:
    return (found.group() for found in _CAPITAL.finditer(text) if _INSIDE.match(text, found.start()))


def read_names(folder: Path) -> list[Name]:
    """The names of a segment; none in a segment written before there was such a file."""
    path = folder / FILE
    if not path.exists():
        return []
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [Name(found, written, tuple(heard)) for found, written, *heard in rows]
