"""Where in a passage do the question's words stand? Pure."""

from __future__ import annotations

from functools import lru_cache

from corpus.document import Passage, Span
from index.tokenize import term_places

from .question import Asked


def highlights(passage: Passage, asked: Asked) -> tuple[Span, ...]:
    """Spans of the document, in order, whose words match the question under any spelling searched."""
    start = passage.span.start
    return tuple(
        Span(start + first, start + last)
        for term, first, last in _places(passage.text, passage.language)
        if term in asked.terms
    )


@lru_cache(maxsize=500)  # a small corpus shows the same passages to many questions; some 20 kB each
def _places(text: str, language: str) -> tuple[tuple[str, int, int], ...]:
    return tuple(term_places(text, language))
