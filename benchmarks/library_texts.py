"""The sentences of the shipped library, as its files have them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from corpus.document import Language
from corpus.sentences import split_sentences
from qa.reread import in_context

LIBRARY = Path(__file__).resolve().parent.parent / "corpus" / "library"
_LANGUAGE = re.compile(r"^lang: (en|ru|tg)$", re.MULTILINE)
_TITLE = re.compile(r'^title: "?(.+?)"?$', re.MULTILINE)


def library() -> Iterator[tuple[str, list[str]]]:
    """Each document's name and sentences, of text paragraph by paragraph. Raises ValueError for one without `lang`."""
    for name, _, texts in _documents():
        yield name, texts


def in_articles() -> dict[str, str]:
    """Each sentence, and how a reader is given it."""
    return {
        text: in_context(text, before if before[:1] != "#" else "", title)
        for _, title, texts in _documents()
        for before, text in zip(["", *texts], texts, strict=False)
    }


def _documents() -> Iterator[tuple[str, str, list[str]]]:
    """Name, title and sentences."""
    for path in sorted(LIBRARY.glob("[0-9]*.md")):
        head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
        language, title = _LANGUAGE.search(head), _TITLE.search(head)
        if language is None:
            raise ValueError(f"{path.name} does not say its language: write `lang: en`, `ru` or `tg` in its head")
        paragraphs = (one.strip() for one in body.split("\n\n"))
        yield path.stem, title[1] if title else "", [text for one in paragraphs for text in sentences(one, language[1])]


def sentences(text: str, language: Language) -> list[str]:
    return [" ".join(span.slice(text).split()) for span in split_sentences(text, language)]


def mark(text: str) -> str:
    """Names a sentence in a file that does not hold it."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
