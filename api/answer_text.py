"""An answer as plain text for programs that show text alone: the sentences with [n], then the numbered sources."""

from __future__ import annotations

from .schemas import AskResponse

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


def reply_text(body: AskResponse) -> str:
    """The answer's text and its source list; a refusal's reason; in mode passages the passages."""
    if body.answer.status == "answered":
        sources = [f"[{one.number}] {one.cite_as} {one.permalink}" for one in body.citations]
        return "\n".join([body.answer.text, "", "Sources:", *sources])
    if body.answer.status == "abstained":
        return refusal(body)
    return "\n\n".join(f"{one.rank}. {one.text}\n{one.id}" for one in body.passages)
