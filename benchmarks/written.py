"""Questions written for one text each: those that it answers, and near misses. And questions of other things.

reader_questions.jsonl: a text is of the library (of documents that a model may be taught with), of XQuAD or FLORES,
then named by its `mark`; or `made` up, in the manner of news and reports: such texts state no facts. Of one out of a
made-up article the `title` is told, and the sentence `before` it.
off_topic_questions.txt: what has nothing to do with the product's subject, a line each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import public_texts
from benchmarks.library_texts import in_articles, mark, sentences
from corpus.document import Language
from corpus.language import detect
from qa.reread import in_context

QUESTIONS = Path(__file__).with_name("reader_questions.jsonl")
OFF_TOPIC = Path(__file__).with_name("off_topic_questions.txt")
LANGUAGES: tuple[Language, ...] = ("en", "ru")  # of the public collections beside Tajik


@dataclass(frozen=True, slots=True)
class Written:
    """`given`: the text as a reader is given it. `source`: library, public or made. In the file's order, which keeps a
    subject's made-up texts together."""

    text: str
    given: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    source: str

    @property
    def language(self) -> str:
        return detect(self.text)


def written(public: Path) -> list[Written]:
    """`public` holds xquad-en, xquad-ru, flores-tg2en and flores-tg2ru. Raises KeyError when a text is missing."""
    known = {mark(text): (text, text, "public") for text in _public_texts(public)}
    known |= {mark(text): (text, given, "library") for text, given in in_articles().items()}
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    named = [(row, *(_made(row) if "made" in row else known[row["mark"]])) for row in rows]
    return [Written(text, given, tuple(row["yes"]), tuple(row["no"]), source) for row, text, given, source in named]


def _made(row: dict[str, str]) -> tuple[str, str, str]:
    text = row["made"]
    return text, in_context(text, row.get("before", ""), row.get("title", "")), "made"


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


def _public_texts(public: Path) -> Iterator[str]:
    for language in LANGUAGES:
        for text in public_texts.texts(public / f"xquad-{language}").values():
            yield from sentences(text, language)
    for translated in flores(public).values():
        yield from (" ".join(text.split()) for text in translated.values())
