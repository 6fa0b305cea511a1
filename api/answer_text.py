"""An answer as plain text for programs that show text alone: the sentences with [n], then the numbered sources."""

from __future__ import annotations

from .marks import apart, cited
from .schemas import AskResponse, WritingOut

REASONS = {
    "not_in_corpus": "The documents hold no answer to this question.",
    "out_of_scope": "This question is outside what the documents are about.",
    "no_documents_match_filters": "No document matches these filters.",
    "question_not_understood": "The question was not understood; say it in a full sentence.",
}

_NOTHING_YET = "There are no documents yet. Add some with: muhojir add"


def refusal(body: AskResponse) -> str:
    """Why there is no answer; "" when there is one or none was wanted."""
    if body.answer.reason is None:
        return ""
    return REASONS[body.answer.reason] if body.snapshot.documents else _NOTHING_YET


_DROPPED = {
    "no_citation": "cites nothing",
    "unknown_citation": "cites no source",
    "markup": "is no plain sentence",
    "words": "adds words",
    "figure": "has another figure",
    "name": "has another name",
    "denial": "denies its source",
    "order": "turns its source round",
}


def notes(body: AskResponse) -> tuple[str, ...]:
    """What a reader of the answer must know beside it, a line each: parts without an answer, what a writer did."""
    silent = [f"The documents hold no answer about: {'; '.join(body.answer.unanswered)}."]
    writing = body.answer.writing
    return (*(silent if body.answer.unanswered else ()), *([_writing_note(body, writing)] if writing else ()))


def _writing_note(body: AskResponse, writing: WritingOut) -> str:
    if writing.problem:
        return f"In the documents' own words: {writing.problem}."
    said = f"Rephrased by {writing.model}: {writing.kept} of {len(body.answer.sentences)} sentences."
    if not writing.dropped:
        return said
    reasons = dict.fromkeys(_DROPPED[one.reason] for one in writing.dropped)
    return f"{said} Left out, as its source does not bear it out: {len(writing.dropped)} ({', '.join(reasons)})."


def told(body: AskResponse) -> str:
    """The answer's text as people read it: marks of a document's own stand apart from ours."""
    return " ".join(cited(one.written or one.text, one.citations) for one in body.answer.sentences)


def reply_text(body: AskResponse) -> str:
    """The answer's text and its source list; a refusal's reason; in mode passages the passages."""
    if body.answer.status == "answered":
        sources = [f"[{one.number}] {apart(one.cite_as)} {one.permalink}" for one in body.citations]
        noted = (line for note in notes(body) for line in (note, ""))
        return "\n".join([told(body), "", *noted, "Sources:", *sources])
    if body.answer.status == "abstained":
        return refusal(body)
    return "\n\n".join(f"{one.rank}. {one.text}\n{one.id}" for one in body.passages)
