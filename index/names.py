"""Which names do the passages of a segment hold? A list beside the other files, for finding misspelt ones.

A name is a word that most passages write with a capital inside a sentence, or at its beginning before another word with
a capital ("Malokhat Kholikzoda said"), an age ("Nekrouz, 23, drives") or a note that it is no real one ("Laziz (a
changed name)"); those that only begin sentences with it tell nothing and do not count. Nothing else is known of it: no
kind, no person. Passages are counted as written; what was deleted since is told by
`PassageIndex.idf`, not here.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

import numpy as np

from corpus.document import Passage

from .lexical_bm25 import LexicalSegment, term_hashes
from .ports import Name
from .sound import RULES, sounds
from .tokenize import term, words

FILE = f"sounds-{RULES}.tsv"
_OLDER = f"names-{RULES}.tsv"  # written before 0.2: a name a line, by its term
_SHORTEST = 3  # letters; shorter ones sound like too much else
_MOSTLY = 0.5  # share of the passages holding the word that write it with a capital
# A word with a capital, and what stands before it when another word of the same sentence precedes. Two patterns: one
# that begins with letters finds its places five times as fast as one that begins by looking back.
_CAPITAL = re.compile(r"[^\W\d_a-zа-яёғӣқӯҳҷ][^\W\d_]*[’']?[^\W\d_]+")
_INSIDE = re.compile(
    r"(?<=[^\W\d_]\s)|(?<=[^\W\d_]-)|(?<=[,;:–—]\s)|(?<=[^\W\d_]\s[«“\"(])|(?<=\b[^\W\d_a-zа-яёғӣқӯҳҷ]\.\s)"
)
_NEXT = re.compile(
    r"\s(?:[^\W\d_a-zа-яёғӣқӯҳҷ]\.\s)*[^\W\d_a-zа-яёғӣқӯҳҷ]\w|"
    r",\s[1-9]\d(?:,|\sлет\b|\sгода?\b|\sсола\b)|\s\([1-9]\d\)|\s\([^)]{0,20}\b(?:name|имя|имени|ном)\b"
)


class NameCounter:
    """Is shown the passages of a segment one by one, then writes the file."""

    def __init__(self) -> None:
        self._spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._begun: Counter[str] = Counter()  # passages that hold the term at the beginning of sentences only

    def add(self, passages: Iterable[Passage]) -> None:
        for passage in passages:
            inside, begun = _capitals(passage.text)
            found = {written: set(_terms(written, passage.language)) for written in (*inside, *begun)}
            for written in inside:
                for one in found[written]:
                    self._spellings[one][written] += 1
            held = set[str]().union(*(found[written] for written in inside))
            self._begun.update(set[str]().union(*(found[written] for written in begun)) - held)

    def write(self, folder: Path, lexical: LexicalSegment) -> None:
        """The names by their sounds. Raises OSError."""
        names = self.names(lambda found: len(lexical.postings(term_hashes([found])[0]).rows))
        write_names(folder, names)

    def names(self, holding: Callable[[str], int]) -> Iterator[Name]:
        """By term; `holding` tells how many of the passages shown hold a term."""
        for found, spellings in sorted(self._spellings.items()):
            if spellings.total() > _MOSTLY * (holding(found) - self._begun[found]):
                written = max(spellings, key=lambda one: (spellings[one], one))
                yield Name(found, written, sounds(written))


def _capitals(text: str) -> tuple[set[str], set[str]]:
    """Words with a capital inside sentences, and those that only begin one: nowhere else, and nowhere written small."""
    inside, begun = set[str](), set[str]()
    for found in _CAPITAL.finditer(text):
        named = _INSIDE.match(text, found.start()) or _NEXT.match(text, found.end())
        (inside if named else begun).add(found.group())
    return inside, {written for written in begun - inside if written.lower() not in text}


def _terms(written: str, language: str) -> Iterator[str]:
    for word in words(written):
        found = term(word, language)
        if found and len(word) >= _SHORTEST and not word[0].isdigit():
            yield found


Heard = dict[str, list[Name]]  # names by one of their sounds


def heard(names: Iterable[Name]) -> dict[str, Heard]:
    """Names by their sounds, and these by first letter and length: `alike` sounds stand near each other."""
    found: defaultdict[str, Heard] = defaultdict(dict)
    for name in names:
        for sound in filter(None, name.sounds):
            found[place_of(sound[0], len(sound))].setdefault(sound, []).append(name)
    return found


def place_of(first: str, length: int) -> str:
    return f"{first}{length}"


def write_names(folder: Path, names: Iterable[Name]) -> None:
    """A line of JSON tells where the names of each place begin and end after it; then a line a name and sound."""
    begins, parts, end = dict[str, tuple[int, int]](), list[bytes](), 0
    for place, own in sorted(heard(names).items()):
        lines = ("\t".join((sound, one.term, one.written, *one.sounds)) for sound in sorted(own) for one in own[sound])
        parts.append("".join(f"{line}\n" for line in lines).encode())
        begins[place] = (end, end := end + len(parts[-1]))
    (folder / FILE).write_bytes(b"".join([json.dumps(begins).encode(), b"\n", *parts]))


class NameTable:
    """The names of a segment, memory-mapped: only those that are asked for are read, and kept. Thread safe."""

    def __init__(self, folder: Path) -> None:
        """Those of a segment written before there were such files are none."""
        self._kept: dict[str, Heard] = {}
        self._begins: dict[str, tuple[int, int]] = {}
        if (folder / FILE).exists():
            self._bytes = np.asarray(np.memmap(folder / FILE, dtype=np.uint8, mode="r"))
            first = int(np.argmax(self._bytes == ord("\n"))) + 1
            self._begins = json.loads(self._bytes[:first].tobytes())
            self._bytes = self._bytes[first:]
        elif (folder / _OLDER).exists():
            rows = (line.split("\t") for line in (folder / _OLDER).read_text(encoding="utf-8").splitlines())
            self._kept = heard(Name(found, written, tuple(sounds)) for found, written, *sounds in rows)

    def sounding(self, first: str, length: int) -> Heard:
        """The names with a sound of `length` letters that begins with `first`, by that sound."""
        place = place_of(first, length)
        found = self._kept.get(place)
        if found is None:
            found = self._kept[place] = self._read(*self._begins.get(place, (0, 0)))
        return found

    def _read(self, begin: int, end: int) -> Heard:
        lines = self._bytes[begin:end].tobytes().decode().splitlines() if end else []
        rows = (line.split("\t") for line in lines)
        return {sound: [Name(found, written, tuple(own)) for _, found, written, *own in same]
                for sound, same in groupby(rows, key=lambda row: row[0])}  # fmt: skip
