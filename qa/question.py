"""What is asked? Language, the standalone form of a follow-up, names in other spellings, the kind of answer wanted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.glossary import Entry, Glossary
from corpus.language import detect
from index.tokenize import name_stem, query_terms, query_words, words

from .answer import Expansion, Query, Question

Kind = Literal["count", "when", "who", "where", "why", "other"]

ALIAS_WEIGHT = 0.5  # see docs/evaluation.md: a name in another spelling counts half of the name as typed

# Openings that ask for a kind of answer, in three languages (Tajik also as typed without its own letters).
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "count",
        re.compile(
            r"\bhow (?:many|much|long|old|large|big)\b|\bwhat (?:share|percentage|number|proportion|amount)\b|"
            r"\bскольк\w*\b|\bкак(?:ая|ую|ова) (?:доля|долю|сумма|численность)\b|\bчанд\w*\b|\bкаким срок",
            re.I,
        ),
    ),
    (
        "when",
        re.compile(r"\bwhen\b|\bwhat (?:year|date|day|month)\b|\bкогда\b|\bв каком (?:году|месяце)\b|\bкай\b", re.I),
    ),
    (
        "who",
        re.compile(r"\bwho(?:m|se)?\b|\bкто\b|\bкого\b|\bкому\b|\bкем\b|\bчь[яиёе]\b|\bчей\b|\bкӣ\b|\bкист\w*\b", re.I),
    ),
    ("where", re.compile(r"\bwhere\b|\bгде\b|\bкуда\b|\bоткуда\b|\bкуҷо\b|\bкучо\b", re.I)),
    ("why", re.compile(r"\bwhy\b|\bпочему\b|\bзачем\b|\bиз-за чего\b|\bчаро\b|\bаз чӣ сабаб\b", re.I)),
)


@dataclass(frozen=True, slots=True)
class Concept:
    """One word of the question and every index term that it may stand under in a document."""

    word: str
    terms: frozenset[str]
    is_name: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The question ready for searching. `terms` are all index terms with their weights."""

    question: Question
    kind: Kind
    concepts: tuple[Concept, ...]
    terms: dict[str, float]

    @property
    def understood(self) -> bool:
        return bool(words(self.question.standalone))


def open_glossary(path: Path | None = None) -> Glossary:
    """The shipped table of names, or the person's own, found in any inflected form. Raises InvalidMetadata."""
    return Glossary.load(path, stem=name_stem)


def understand(query: Query, glossary: Glossary) -> Asked:
    standalone = query.text.strip()
    language = detect(standalone)
    expansions = glossary.expand(standalone)
    terms: dict[str, float] = {}
    spellings: dict[str, set[str]] = {}
    for word, own in query_words(standalone, language):
        terms.update(dict.fromkeys(own, 1.0))
        spellings[word] = set(own)
    for expansion in expansions:
        others = _alias_terms(expansion.entry)
        for term in sorted(others):
            terms.setdefault(term, ALIAS_WEIGHT)
        for word in words(expansion.found):
            spellings.get(word, set()).update(others)
    names = _capitalised(standalone)
    concepts = tuple(Concept(word, frozenset(own), word in names) for word, own in spellings.items())
    shown = tuple(Expansion(one.found, one.aliases) for one in expansions)
    return Asked(Question(query.text, language, standalone, shown), kind_of(standalone), concepts, terms)


def _alias_terms(entry: Entry) -> set[str]:
    """The index terms of every spelling of a glossary entry."""
    spelled = {"en": entry.en, "ru": entry.ru, "tg": entry.tg}
    return {term for language, aliases in spelled.items() for alias in aliases for term in query_terms(alias, language)}


def _capitalised(text: str) -> frozenset[str]:
    """Words written with a capital inside the question: names, most of the time."""
    tokens = re.findall(r"[^\W\d_][\w’'-]+", text)[1:]
    return frozenset(word for token in tokens if token[0].isupper() for word in words(token))


def kind_of(text: str) -> Kind:
    """The kind of answer asked for; the first pattern that fits, "other" when none does."""
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), "other")
