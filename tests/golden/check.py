"""Does the golden question set still fit the shipped library?

Reads `library.jsonl` beside this file and the digests of `corpus/library`, and lists every fault it finds.
Run it as a script for the counts; the test suite runs `faults`. It never changes a file.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
QUESTIONS = HERE / "library.jsonl"
LIBRARY = HERE.parents[1] / "corpus" / "library"

LANGUAGES = ("en", "ru", "tg")
SPLITS = ("train", "held")
FACTUAL = ("factoid", "quote", "cause", "comparison", "time", "list", "definition", "paraphrase", "names", "figures")
TYPES = (*FACTUAL, "false_premise", "unanswerable", "ood")
REQUIRED = frozenset(
    ["id", "question", "lang", "type", "doc", "evidence", "answer", "answer_regex", "answerable", "split", "group"],
)
OPTIONAL = frozenset({"near", "abstain_ok", "trap"})

MARKUP = re.compile(r"^\s*(?:#{1,6}|[-*+])\s+|[*`]")
# A full stop after an initial or after these does not end a sentence in the digests.
SENTENCE_END = re.compile(r"(?<!\b[^\W\d_])(?<!Vol)(?<!No)[.!?][»\"”)]*\s+(?=[^\Wa-zа-яёӣӯҳқҷғ_]|[«\"“(])")

Question = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Digest:
    """One library document: `source` is the document it translates, else itself; `body` has no markup."""

    id: str
    source: str
    language: str
    sentences: tuple[str, ...]

    @property
    def body(self) -> str:
        return " ".join(self.sentences)


def collapse(text: str) -> str:
    """White space runs become one blank; the ends are trimmed."""
    return re.sub(r"\s+", " ", text).strip()


def sentences_of(body: str) -> Iterator[str]:
    """Headings, paragraphs and list items never share a sentence."""
    for line in body.splitlines():
        plain = collapse(MARKUP.sub("", line))
        start = 0
        for end in SENTENCE_END.finditer(plain):
            yield plain[start : end.end()].strip()
            start = end.end()
        if plain[start:]:
            yield plain[start:]


def read_digest(path: Path) -> Digest:
    """Raises ValueError when the file does not open with front matter."""
    head, closed, body = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
    if not closed:
        raise ValueError(f"{path.name} has no front matter between two --- lines; add it")
    fields = dict(re.findall(r"^(\w+): *(.*)$", head, flags=re.MULTILINE))
    source = fields.get("translation_of", path.stem)
    return Digest(path.stem, source, fields["lang"], tuple(sentences_of(body)))


def read_library(folder: Path = LIBRARY) -> dict[str, Digest]:
    """The digests by id. TOPICS.md is documentation about the library and stays out."""
    paths = sorted(path for path in folder.glob("*.md") if path.name != "TOPICS.md")
    return {path.stem: read_digest(path) for path in paths}


def read_questions(path: Path = QUESTIONS) -> list[Question]:
    """Raises ValueError naming the line that is no JSON."""
    questions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            questions.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise ValueError(f"{path.name} line {number} is no JSON: {error}") from error
    return questions


def shape_faults(question: Question) -> Iterator[str]:
    """Fields and their values, without a look at the library."""
    if missing := REQUIRED - question.keys():
        yield f"lacks {sorted(missing)}"
        return
    if unknown := question.keys() - REQUIRED - OPTIONAL:
        yield f"has unknown fields {sorted(unknown)}"
    for field, allowed in (("lang", LANGUAGES), ("type", TYPES), ("split", SPLITS)):
        if question[field] not in allowed:
            yield f"{field} is {question[field]!r}, not one of {allowed}"
    if question["answerable"] != (question["type"] not in ("unanswerable", "ood")):
        yield "answerable contradicts its type"
    if question.get("abstain_ok", False) != (question["type"] == "false_premise"):
        yield "abstain_ok belongs to false premises, and to all of them"
    if len(question["evidence"]) != len(question["answer_regex"]):
        yield "needs one answer_regex for each fact"
    if question["answerable"] != bool(question["evidence"]) or question["answerable"] != bool(question["doc"]):
        yield "has evidence and documents exactly when it is answerable"
    if (question["type"] == "unanswerable") != ("near" in question):
        yield "near names a source for unanswerable questions and for no other"


def sentence_pairs(question: Question, library: dict[str, Digest]) -> Iterator[tuple[int, str, list[str]]]:
    """For each alternative of each fact: the fact's number, the alternative, the sentences that hold it."""
    for fact, alternatives in enumerate(question["evidence"]):
        for text in alternatives:
            needle = collapse(text)
            yield fact, text, [s for doc in question["doc"] for s in library[doc].sentences if needle in s]


def evidence_faults(question: Question, library: dict[str, Digest]) -> Iterator[str]:
    """Evidence stands in one sentence of a named document, and its fact's pattern matches that sentence."""
    if unknown := [doc for doc in question["doc"] if doc not in library]:
        yield f"names documents the library lacks: {unknown}"
        return
    for fact, text, holders in sentence_pairs(question, library):
        if not holders:
            yield f"evidence is in no single sentence of its documents: {text!r}"
        elif not any(re.search(question["answer_regex"][fact], holder, re.IGNORECASE) for holder in holders):
            yield f"answer_regex {question['answer_regex'][fact]!r} misses its evidence {text!r}"
    for doc in question["doc"]:
        if not any(collapse(text) in library[doc].body for texts in question["evidence"] for text in texts):
            yield f"names {doc}, which holds none of its evidence"


def trap_faults(question: Question, library: dict[str, Digest]) -> Iterator[str]:
    for trap in question.get("trap", []):
        if trap["doc"] not in library or collapse(trap["text"]) not in library[trap["doc"]].body:
            yield f"trap is not in {trap['doc']}: {trap['text']!r}"


def pattern_faults(question: Question) -> Iterator[str]:
    """A pattern must compile and must not be satisfied by an empty answer."""
    for pattern in question["answer_regex"]:
        try:
            if re.search(pattern, "", re.IGNORECASE):
                yield f"answer_regex {pattern!r} matches nothing at all"
        except re.error as error:
            yield f"answer_regex {pattern!r} does not compile: {error}"


def sources_of(question: Question, library: dict[str, Digest]) -> set[str]:
    """The sources a question is tied to; out-of-domain questions have none."""
    tied = [*question["doc"], *([question["near"]] if "near" in question else [])]
    return {library[doc].source for doc in tied if doc in library}


def set_faults(questions: list[Question], library: dict[str, Digest]) -> Iterator[str]:
    """Faults that only the whole set shows: doubles, and sources with questions on both sides of the split."""
    for field in ("id", "question"):
        for value, times in Counter(question[field] for question in questions).items():
            if times > 1:
                yield f"{field} {value!r} occurs {times} times"
    sides: dict[str, set[str]] = {}
    for question in questions:
        for source in sources_of(question, library):
            sides.setdefault(source, set()).add(question["split"])
    yield from (f"{source} has questions in both splits" for source, found in sides.items() if len(found) > 1)


def faults(questions: list[Question], library: dict[str, Digest]) -> list[str]:
    """Every fault, each with the id of its question. An empty list means the set is sound."""
    found = []
    for question in questions:
        own = list(shape_faults(question)) or list(pattern_faults(question))
        own = own or [*evidence_faults(question, library), *trap_faults(question, library)]
        if "near" in question and question["near"] not in library:
            own.append(f"near names no library document: {question['near']!r}")
        found += [f"{question.get('id', '?')}: {fault}" for fault in own]
    return found or list(set_faults(questions, library))


def counts(questions: list[Question], field: str) -> str:
    """`field` with its values and counts, split by split."""
    table = Counter((question[field], question["split"]) for question in questions)
    values = sorted({value for value, _ in table})
    rows = (f"  {value:14} {table[value, 'train']:4} {table[value, 'held']:4}" for value in values)
    return "\n".join([f"{field:14}  train held", *rows])


def main() -> int:
    questions, library = read_questions(), read_library()
    found = faults(questions, library)
    lines = found or [
        f"{len(questions)} questions over {len(library)} digests, no fault",
        *(counts(questions, field) for field in ("lang", "type", "split")),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
