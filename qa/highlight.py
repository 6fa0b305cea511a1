"""Where in a passage do the question's words stand? Pure."""

from __future__ import annotations

from corpus.document import Passage, Span
from index.tokenize import term, word_spans

from .question import Asked


def highlights(passage: Passage, asked: Asked) -> tuple[Span, ...]:
    """Spans of the document, in order, whose words match the question under any spelling searched."""
    found = []
    for word, span in word_spans(passage.text):
        if term(word, passage.language) in asked.terms:
            found.append(span.shift(passage.span.start))
    return tuple(found)
