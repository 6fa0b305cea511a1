"""The best sentence is read once more beside the question: does it answer? If in doubt, do those behind it? Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.ports import Reader

from .answer_type import names_another
from .asking import asks_for_a_name, asks_for_a_rule
from .extract import Sentence
from .neighbours import leans
from .question import Asked
from .timeframe import Timeframe, tells_which
from .timeliness import is_set_against, tells_of_another_time

READ = 3  # sentences at most without doubt; each costs .3 ms a token without VNNI
READ_IN_DOUBT = 6  # at most, where the best of these leaves an answer open
DOUBTFUL = -2.0  # log odds of the best up to which it does
LEAD = 1.2  # of what was read over the next, log odds weighed in, from which that is not read
DENIED = -4.0  # log odds of what need not be read to be denied: the least that a reader gives
CERTAIN = -3.9  # log odds of the best read up to which there is no answer: 152 questions without, none of 727 with one
NONE = -3.0  # the same where READ_IN_DOUBT were read
HOPELESS = -0.5  # log odds of an answer before anything is read, below which only the first is
TITLE, TOLD, LEAST = 80, 260, 40  # characters of a title, of a sentence with what stands before it, and of the latter
_POINTS_BACK = re.compile(
    r"\b(?:he|she|it|its|they|their|them|his|her|him|this|that|these|those|such|there|then|another|others?|both|latter|"
    r"former|same|он|она|они|оно|его|её|ее|их|ему|ей|им|них|него|неё|это|этого|этом|эту|эти|этих|этот|такие|такой|"
    r"также|там|тогда|том|оба|тот|та|ещё|еще|ӯ|вай|онҳо|ин|инчунин|аммо|ҳамин|чунин|дигар)\b",
    re.I,
)
_NAME = re.compile(r"(?<=[\s(«\"'])[A-ZА-ЯЁҲҚҒӢӮҶ]\w+")  # inside a sentence, not at its head


def reread(
    asked: Asked, ranked: Sequence[Sentence], reader: Reader | None, weight: float, expected: float
) -> list[Sentence]:
    """The sentences with those that were read in the order of score + `weight` * log odds.

    `expected`: the log odds of an answer by all other evidence.
    Without a reader they stay as they are. A sentence that moves takes the score of its new place: what follows it is
    as near to the first as before.
    """
    if not ranked or reader is None:
        return list(ranked)
    odds: list[float] = []
    for one in ranked[: READ if expected > HOPELESS else 1]:
        if odds and one.score <= max(_weighed(ranked, odds, weight)) - LEAD:
            break
        odds += log_odds(asked, [one], reader)
    if expected > HOPELESS and CERTAIN < max(odds) < DOUBTFUL:
        odds += log_odds(asked, ranked[len(odds) : READ_IN_DOUBT], reader)
    best = ranked[: len(odds)]
    weighed = _weighed(best, odds, weight)
    order = sorted(range(len(best)), key=lambda place: -weighed[place])
    moved = [replace(best[place], score=one.score, read=odds[place]) for place, one in zip(order, best, strict=True)]
    return [*moved, *ranked[len(best) :]]


def _weighed(ranked: Sequence[Sentence], odds: Sequence[float], weight: float) -> list[float]:
    """Of those that were read."""
    return [one.score + weight * own for one, own in zip(ranked, odds, strict=False)]


def said(odds: Sequence[float]) -> float:
    """What a reader says of the question, from the log odds of those read, in their last order: the best, since any
    sentence may answer; but for a first one that cannot, no other speaks, and where many were read in doubt and
    none was better than NONE, there is no answer. 0 where nothing was read."""
    best = max(odds, default=0.0)
    in_doubt = len(odds) > READ and best <= NONE
    return DENIED if odds[:1] == [DENIED] or in_doubt else best


def log_odds(asked: Asked, sentences: Sequence[Sentence], reader: Reader) -> list[float]:
    """Of each sentence, that it answers. That it is of the source asked of, its document tells."""
    return [_judged(asked, one, reader) for one in sentences]


def _judged(asked: Asked, sentence: Sentence, reader: Reader) -> float:
    if _cannot_answer(asked, sentence):
        return DENIED
    (odds,) = reader.judge(_asked_of(asked, sentence), [as_read(sentence)])
    return odds


def _cannot_answer(asked: Asked, sentence: Sentence) -> bool:
    """By what any reader would see: it tells of another time, or no name where one is asked for."""
    question, stored = asked.question.standalone, sentence.found.stored
    record, passage = stored.document.record, stored.passage
    if asks_for_a_name(question) and not names_another(sentence.text, question, passage.text):
        return True
    around = " ".join([record.title, *passage.heading, passage.text])
    return tells_of_another_time(_when(asked), record, sentence.text, around, asked.source is not None)


def _when(asked: Asked) -> list[Timeframe]:
    """The times that what is asked for is of. A rule may still hold in them; and neither a time behind "When", nor that
    of "the 2013 agreement", nor one that is set against another, need stand where the answer does."""
    question = asked.question.standalone
    if asked.kind == "when" or asks_for_a_rule(question):
        return []
    return [time for time in asked.times if not (tells_which(time, question) or is_set_against([time], question))]


def _asked_of(asked: Asked, sentence: Sentence) -> str:
    return asked.sought if sentence.signals.source else asked.question.standalone


def as_read(sentence: Sentence) -> str:
    """As a reader is given it."""
    stored = sentence.found.stored
    passage, place = stored.passage, sentence.place
    before = passage.sentences[place - 1].slice(passage.text) if place else ""
    return in_context(sentence.text, before, stored.document.record.title)


def in_context(text: str, before: str, title: str) -> str:
    """A sentence as a reader is given it: behind its document's title and, where it points back or names nobody and
    nothing, behind the sentence before it and a bar. Who "he" is, and of which year "that spring", stands there."""
    room = TOLD - len(text)  # it must not be crowded out by what only introduces it
    told = f"{before[-room:]} | {text}" if before and room >= LEAST and _is_told_by_another(text) else text
    return " ".join((f"{title[:TITLE]} — {told}" if title else told).split())


def _is_told_by_another(text: str) -> bool:
    return leans(text) or bool(_POINTS_BACK.search(text)) or not _NAME.search(text)
