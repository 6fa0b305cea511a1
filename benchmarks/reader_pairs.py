"""What the reader is taught with: questions beside texts that hold the answer, and beside texts that only seem to."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path

import numpy as np

from benchmarks import public_texts
from benchmarks.golden_cases import shown_sentences
from benchmarks.library_texts import in_articles, sentences
from benchmarks.written import LANGUAGES, Written, flores, off_topic
from index.ports import Role, Vectors
from qa.evaluation.tuning import Case
from qa.reread import as_read
from qa.tuned import load

HARD = 6  # sentences of other paragraphs, nearest to the question, of which one is drawn
NEXT = 4  # sentences of a golden question that stand against its evidence
STRANGERS = 1  # questions of other texts, shown with each
OFF_TOPIC, PUBLIC = 0.5, 0.1  # of the questions of other things, how many are shown beside the library in a round
ALTERED = 0.3  # of the written questions, how many are asked with another name or figure too
_NAME_OR_FIGURE = re.compile(
    r"(?<=[\s(«\"'])(?:[A-ZА-ЯЁҲҚҒӢӮҶ][\w’'-]+(?:\s+[A-ZА-ЯЁҲҚҒӢӮҶ][\w’'-]+)*|\d+(?:[.,]\d+)*)"
)  # inside a question, not at its head

Encode = Callable[[list[str], Role], Vectors]


@dataclass(frozen=True, slots=True)
class Pair:
    question: str
    text: str
    holds: bool


def names_in(questions: Iterable[str]) -> list[str]:
    found = (name for one in questions for name in _NAME_OR_FIGURE.findall(one))
    return [name for name in found if not name[0].isdigit()]


def altered(question: str, names: list[str], rng: random.Random) -> str | None:
    """The question with another name, one of `names`, or another figure; None when it has neither."""
    found = list(_NAME_OR_FIGURE.finditer(question))
    if not found:
        return None
    one = rng.choice(found)
    old = one.group()
    if re.fullmatch(r"\d{4}", old):
        new = str(int(old) + rng.choice([-9, -4, -2, -1, 1, 2, 3, 7]))
    else:
        new = str(rng.randint(2, 999)) if old[0].isdigit() else rng.choice(names or [old])
    return question[: one.start()] + new + question[one.end() :] if new != old else None


class Questions:
    """XQuAD: the same questions and paragraphs in two languages."""

    def __init__(self, public: Path, vectors: Encode) -> None:
        folders = {language: public / f"xquad-{language}" for language in LANGUAGES}
        self.paragraphs = {
            language: {name: sentences(text, language) for name, text in public_texts.texts(folder).items()}
            for language, folder in folders.items()
        }
        self.asked = {language: public_texts.asked(folder) for language, folder in folders.items()}
        self.names = {language: names_in(one.text for one in own.values()) for language, own in self.asked.items()}
        self.near = self._near(vectors)

    def _near(self, vectors: Encode) -> dict[tuple[str, str, str], list[str]]:
        """Of each question, in each language, sentences of other paragraphs that look most like its answer."""
        found = {}
        for language in LANGUAGES:
            places = [(name, text) for name, own in self.paragraphs[language].items() for text in own]
            held = vectors([text for _, text in places], "passage")
            for asking, own in self.asked.items():
                nearness = vectors([one.text for one in own.values()], "query") @ held.T
                for (name, one), row in zip(own.items(), nearness, strict=True):
                    others = (places[place] for place in np.argsort(-row)[:40])
                    found[asking, language, name] = [text for home, text in others if home != one.home][:HARD]
        return found

    def pairs(self, rng: random.Random) -> Iterator[Pair]:
        for name, (asking, language) in product(self.asked["en"], product(LANGUAGES, LANGUAGES)):
            question, there = self.asked[asking][name], self.asked[language][name]
            own = self.paragraphs[language][there.home]
            holding = [place for place, text in enumerate(own) if any(one in text for one in there.answers)]
            if not holding:
                continue
            place = rng.choice(holding)
            before, after = rng.choice([(0, 0), (0, 0), (1, 0), (1, 0), (0, 1)])
            right = " ".join(own[max(0, place - before) : place + 1 + after])
            yield Pair(question.text, right, True)
            beside = [own[at : at + size] for size in (1, 2) for at in range(len(own) - size + 1)
                      if not any(at <= place < at + size for place in holding)]  # fmt: skip
            if beside:
                yield Pair(question.text, " ".join(rng.choice(beside)), False)
            other = altered(question.text, self.names[asking], rng)
            if other and rng.random() < 0.7:
                yield Pair(other, right, False)
            yield Pair(question.text, rng.choice(self.near[asking, language, name]), False)


def translations(public: Path, rng: random.Random) -> Iterator[Pair]:
    """FLORES: a sentence and its translation, that of a neighbour in its article, and one with another name."""
    own = flores(public)
    names = sorted(own, key=int)
    for place, name in enumerate(names):
        one, two = rng.choice([("tg", "en"), ("tg", "ru"), ("tg", "en"), ("tg", "ru"), ("en", "tg"), ("ru", "tg")])
        yield Pair(own[name][one], own[name][two], True)
        beside = names[min(len(names) - 1, max(0, place + rng.choice([-2, -1, 1, 2])))]
        if beside != name:
            yield Pair(own[name][one], own[beside][two], False)
        words = names_in([own[beside][one]])
        other = altered(own[name][one], words, rng) if words else None
        if other:
            yield Pair(other, own[name][two], False)


def of_written(rows: Sequence[Written], rng: random.Random) -> Iterator[Pair]:
    """Each text beside the questions written for it, some of them with another name or figure, and one of another's."""
    names = defaultdict(list)
    for name in names_in(question for row in rows for question in row.yes):
        names[_is_latin(name)].append(name)
    for row in rows:
        for question in row.yes:
            yield Pair(question, row.given, True)
            other = altered(question, names[_is_latin(question)], rng)
            if other and rng.random() < ALTERED:
                yield Pair(other, row.given, False)
        for question in row.no:
            yield Pair(question, row.given, False)
        others = (one for one in rng.sample(rows, STRANGERS + 1) if one is not row)
        for other_row in islice(others, STRANGERS):
            yield Pair(rng.choice((*other_row.yes, *other_row.no)), row.given, False)


def _is_latin(text: str) -> bool:
    return len(re.findall("[A-Za-z]", text)) > len(re.findall("[а-яёқғҳҷӣӯА-ЯЁҚҒҲҶӢӮ]", text))


class Strangers:
    """Questions of other things beside the library's sentences that look most like an answer."""

    def __init__(self, rows: Iterable[Written], vectors: Encode) -> None:
        self._shares = dict.fromkeys(off_topic(), OFF_TOPIC)
        self._shares |= {name: PUBLIC for row in rows if row.source == "public" for name in (*row.yes, *row.no)}
        known = in_articles()
        texts = [known[text] for text in shown_sentences()]
        nearness = vectors(list(self._shares), "query") @ vectors(texts, "passage").T
        self._near = [[texts[place] for place in np.argsort(-row)[:HARD]] for row in nearness]

    def pairs(self, rng: random.Random) -> Iterator[Pair]:
        for (question, share), near in zip(self._shares.items(), self._near, strict=True):
            if rng.random() < share:
                yield Pair(question, rng.choice(near), False)


def golden(made: Iterable[Case], rng: random.Random) -> Iterator[Pair]:
    """Evidence against one of the best other sentences, and whatever is found for a question without an answer."""
    weights = load().tokens.sentence
    for case in made:
        ranked, question = case.ranked(weights), case.asked.question.standalone
        right = [one for one in ranked if case.is_evidence(one)][: case.gold.answerable]
        wrong = [one for one in ranked[:NEXT] if not case.is_evidence(one)]
        yield from (Pair(question, as_read(one), True) for one in right)
        yield from (Pair(question, as_read(one), False) for one in rng.sample(wrong, min(len(wrong), 2 - len(right))))
