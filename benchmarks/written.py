"""Questions written for one text each: those that it answers, and near misses. And questions of other things.

reader_questions.jsonl: a text is of the library (of documents that a model may be taught with), of XQuAD or FLORES,
then named by its `mark`; or `made` up, in the manner of news and reports: such texts state no facts.
off_topic_questions.txt: what has nothing to do with the product's subject, a line each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import public_texts
from benchmarks.library_texts import library, mark, sentences
from corpus.document import Language
from corpus.language import detect

QUESTIONS = Path(__file__).with_name("reader_questions.jsonl")
OFF_TOPIC = Path(__file__).with_name("off_topic_questions.txt")
LANGUAGES: tuple[Language, ...] = ("en", "ru")  # of the public collections beside Tajik


@dataclass(frozen=True, slots=True)
class Written:
    """`source`: library, public or made. In the file's order, which keeps a subject's made-up texts together."""

    text: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    source: str

    @property
    def language(self) -> str:
        return detect(self.text)


def written(public: Path) -> list[Written]:
    """`public` holds xquad-en, xquad-ru, flores-tg2en and flores-tg2ru. Raises KeyError when a text is missing."""
    known = {mark(text): (text, source) for text, source in _texts(public)}
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    named = [(row, *((row["made"], "made") if "made" in row else known[row["mark"]])) for row in rows]
    return [Written(text, tuple(row["yes"]), tuple(row["no"]), source) for row, text, source in named]


def off_topic() -> list[str]:
    return OFF_TOPIC.read_text(encoding="utf-8").splitlines()


def flores(public: Path) -> dict[str, dict[str, str]]:
    """By sentence and language."""
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        folder = public / f"flores-tg2{language}"
        held = public_texts.texts(folder)
        for name, one in public_texts.asked(folder).items():
            found.setdefault(name, {}).update({"tg": one.text, language: held[one.home]})
    return found


def _texts(public: Path) -> Iterator[tuple[str, str]]:
    for _, own in library():
        yield from ((text, "library") for text in own)
    for language in LANGUAGES:
        for text in public_texts.texts(public / f"xquad-{language}").values():
            yield from ((one, "public") for one in sentences(text, language))
    for translated in flores(public).values():
        yield from ((" ".join(text.split()), "public") for text in translated.values())
