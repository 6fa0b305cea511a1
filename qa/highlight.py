"""Where in a passage do the question's words stand? Pure."""

from __future__ import annotations

from corpus.document import Passage, Span
from index.tokenize import term, word_places

from .question import Asked


def highlights(passage: Passage, asked: Asked) -> tuple[Span, ...]:
    """Spans of the document, in order, whose words match the question under any spelling searched."""
    start = passage.span.start
    return tuple(
        Span(start + first, start + last)
        for word, first, last in word_places(passage.text)
        if term(word, passage.language) in asked.terms
    )
