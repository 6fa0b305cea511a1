"""What is asked? The standalone form and its language, names in other spellings, the time and the kind of answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from corpus.events import Events
from corpus.glossary import Entry, Glossary
from corpus.language import detect
from index.tokenize import name_stem, query_terms, query_words, term, words

from .answer import Expansion, Query, Question
from .asking import Kind, asks_for_a_rule, kind_of, without_asking
from .attribution import Attribution, attributed
from .followup import standalone
from .lexicon import Lexicon, shipped_lexicon
from .mistyped import mend
from .names import respelt
from .timeframe import Timeframe, timeframes, without_the_present
from .vocabulary import Vocabulary

# A name in another spelling, or a word in another language, counts half of the word as typed: docs/evaluation.md.
ALIAS_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class QuestionPolicy:
    """The parts of understanding. Each can be switched off, so that an evaluation shows what it is worth."""

    aliases: bool = True
    names: bool = True
    translations: bool = True
    followups: bool = True
    typing: bool = True
    times: bool = True
    sources: bool = True


@cache
def shipped_events() -> Events:
    return Events.load(stem=name_stem)


@dataclass(frozen=True, slots=True)
class Context:
    """What a question is read against: the corpus's own words, and the day (unknown: "last year" means nothing)."""

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    today: date | None = None
    policy: QuestionPolicy = field(default_factory=QuestionPolicy)
    events: Events = field(default_factory=shipped_events)
    lexicon: Lexicon = field(default_factory=shipped_lexicon)


@dataclass(frozen=True, slots=True)
class Concept:
    """One word of the question and every index term that it may stand under in a document."""

    word: str
    terms: frozenset[str]
    is_name: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The question ready for searching. `terms` are all index terms with their weights; `sought` is the standalone
    form without the words that tell whose text is asked of, `source`."""

    question: Question
    kind: Kind
    concepts: tuple[Concept, ...]
    terms: dict[str, float]
    sought: str
    source: Attribution | None = None

    @property
    def understood(self) -> bool:
        return bool(words(self.question.standalone))

    @property
    def times(self) -> tuple[Timeframe, ...]:
        return self.question.times


@dataclass(frozen=True, slots=True)
class _Spelling:
    """Words of the question that were found elsewhere under `terms`, which count `weight` of the words themselves."""

    shown: Expansion
    terms: frozenset[str]
    weight: float
    is_name: bool


def open_glossary(path: Path | None = None) -> Glossary:
    """The shipped table of names, or the person's own, found in any inflected form. Raises InvalidMetadata."""
    return Glossary.load(path, stem=name_stem)


def understand(query: Query, glossary: Glossary, context: Context | None = None) -> Asked:
    """Without a context only the glossary is known: nothing is mended and no name is looked for."""
    context = context or Context()
    turn, text = _standing_alone(query, glossary, context)
    times = timeframes(text, context.today, context.events) if context.policy.times else ()
    if asks_for_a_rule(text) and kind_of(text) not in ("count", "when"):  # the price of this year is no other year's
        text = without_the_present(text, times, context.today)
    language = _language(turn, text)
    plain, source = attributed(text) if context.policy.sources else (text, None)
    sought = without_asking(plain)
    spellings = [
        *_from_glossary(sought, language, glossary, context),
        *_from_names(sought, language, glossary, context),
    ]
    spellings += _from_lexicon(sought, language, spellings, context)
    question = Question(query.text, language, text, tuple(one.shown for one in spellings), times)
    return Asked(question, kind_of(plain), *_concepts(sought, language, spellings), plain, source)


def _standing_alone(query: Query, glossary: Glossary, context: Context) -> tuple[str, str]:
    """The question as it was meant to be typed, and the same with what it leaves to the earlier ones."""

    def knows(found: Collection[str], language: str) -> frozenset[str]:
        known = context.vocabulary.known(found, language)
        tables = context.lexicon if context.policy.translations else None
        others = (word for word in found if word not in known)
        return known.union(w for w in others if glossary.expand(w) or (tables and tables.knows(w, language)))

    turns = [turn.strip() for turn in (*query.history, query.text)]
    if context.policy.typing:
        turns = [mend(turn, knows) for turn in turns]
    return turns[-1], standalone(turns[-1], turns[:-1]) if context.policy.followups else turns[-1]


def _language(turn: str, complete: str) -> str:
    """That of the turn; that of what it stands for when it is a mere name or number among earlier questions."""
    own = detect(turn)
    return own if any(not term(word, own) for word in words(turn)) else detect(complete)


def _from_glossary(text: str, language: str, glossary: Glossary, context: Context) -> Iterator[_Spelling]:
    for one in glossary.expand(text) if context.policy.aliases else ():
        if not one.found.isupper() and not query_words(one.found, language):
            continue  # "Who" is not the WHO
        terms = frozenset(_alias_terms(one.entry, glossary))
        yield _Spelling(Expansion(one.found, one.aliases), terms, ALIAS_WEIGHT, is_name=False)


def _from_names(text: str, language: str, glossary: Glossary, context: Context) -> Iterator[_Spelling]:
    """Names as the corpus spells them; one that it does not know as typed counts in full and has its aliases too."""
    settled = {word for one in glossary.expand(text) for word in words(one.found)}
    for one in respelt(text, language, context.vocabulary, settled) if context.policy.names else ():
        written = tuple(dict.fromkeys(name.written for name in one.names))
        entries = [] if one.known else [found.entry for found in glossary.expand(" ".join(written))]
        aliases = dict.fromkeys(alias for entry in entries for alias in entry.aliases)
        terms = {name.term for name in one.names}.union(*(_alias_terms(entry, glossary) for entry in entries))
        weight = ALIAS_WEIGHT if one.known else 1.0
        yield _Spelling(
            Expansion(one.found, tuple({**dict.fromkeys(written), **aliases})), frozenset(terms), weight, True
        )


def _from_lexicon(text: str, language: str, spellings: Collection[_Spelling], context: Context) -> Iterator[_Spelling]:
    """Common words as other languages call them, where passages hold that; what is known as a name is left alone."""
    settled = {word for one in spellings for word in words(one.shown.found)}
    translated = list(context.lexicon.translate(text, language)) if context.policy.translations else []
    held = context.vocabulary.held({term for one in translated for terms in one.terms.values() for term in terms})
    for one in translated:
        aliases = {alias: terms & held for alias, terms in one.terms.items() if terms & held}
        if aliases and query_words(one.found, language) and not settled.issuperset(words(one.found)):
            terms = frozenset[str]().union(*aliases.values())
            yield _Spelling(Expansion(one.found, tuple(aliases)), terms, ALIAS_WEIGHT, is_name=False)


def _concepts(
    text: str, language: str, spellings: Collection[_Spelling]
) -> tuple[tuple[Concept, ...], dict[str, float]]:
    """The words of the question with all they may stand under, and the weight of each term."""
    own = {word: set(found) for word, found in query_words(text, language)}
    weights = {found: 1.0 for several in own.values() for found in several}
    names = set(_capitalised(text))
    for one in spellings:
        for found in sorted(one.terms):
            weights.setdefault(found, one.weight)
        for word in words(one.shown.found):
            own.get(word, set()).update(one.terms)
            names |= {word} if one.is_name else set()
    return tuple(Concept(word, frozenset(found), word in names) for word, found in own.items()), weights


def _alias_terms(entry: Entry, glossary: Glossary) -> set[str]:
    """The index terms of every spelling; of a name of several words those that no other entry holds, if any."""
    shared = _shared_terms(glossary)
    return {term for terms in _terms_of(entry) for term in (terms - shared or terms)}


def _terms_of(entry: Entry) -> Iterator[frozenset[str]]:
    spelled = {"en": entry.en, "ru": entry.ru, "tg": entry.tg}
    return (frozenset(query_terms(alias, language)) for language, aliases in spelled.items() for alias in aliases)


@lru_cache(4)  # a service has one; what it lets go must not stay
def _shared_terms(glossary: Glossary) -> frozenset[str]:
    held = Counter(term for entry in glossary.entries for term in frozenset[str]().union(*_terms_of(entry)))
    return frozenset(term for term, entries in held.items() if entries > 1)


def _capitalised(text: str) -> frozenset[str]:
    """Words written with a capital inside the question: names, most of the time."""
    tokens = re.findall(r"[^\W\d_][\w’'-]+", text)[1:]
    return frozenset(word for token in tokens if token[0].isupper() for word in words(token))
