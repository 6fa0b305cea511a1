"""What the encoder reads of a passage and of its windows.

A passage is read under its title and headings, so that one torn from its context is still found; a window is
read alone, so that its vector says what its own sentence says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus.document import Document, Passage

TEXTS = "title+headings/window-1"


def above(document: Document, passage: Passage) -> list[str]:
    """The title and headings that stand above a passage."""
    return [part for part in (document.record.title, *passage.heading) if part]


def passage_text(document: Document, passage: Passage) -> str:
    return "\n".join([*above(document, passage), passage.text])


def window_texts(passage: Passage) -> list[str]:
    return [" ".join(window.slice(passage.text).split()) for window in passage.windows]


def owned_texts(chunked: Iterable[tuple[Document, Iterable[Passage]]]) -> Iterator[tuple[str, str]]:
    """All that is encoded of documents, each text with its document's id."""
    for document, passages in chunked:
        for passage in passages:
            yield document.id, passage_text(document, passage)
            yield from ((document.id, text) for text in window_texts(passage))
