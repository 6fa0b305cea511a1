"""The sentences of the shipped library, as its files have them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from corpus.document import Language
from corpus.sentences import split_sentences

LIBRARY = Path(__file__).resolve().parent.parent / "corpus" / "library"
_LANGUAGE = re.compile(r"^lang: (en|ru|tg)$", re.MULTILINE)


def library() -> Iterator[tuple[str, list[str]]]:
    """Each document's name and sentences, of text paragraph by paragraph. Raises ValueError for one without `lang`."""
    for path in sorted(LIBRARY.glob("[0-9]*.md")):
        head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
        language = _LANGUAGE.search(head)
        if language is None:
            raise ValueError(f"{path.name} does not say its language: write `lang: en`, `ru` or `tg` in its head")
        paragraphs = (one.strip() for one in body.split("\n\n"))
        yield path.stem, [text for one in paragraphs for text in sentences(one, language[1])]


def sentences(text: str, language: Language) -> list[str]:
    return [" ".join(span.slice(text).split()) for span in split_sentences(text, language)]


def mark(text: str) -> str:
    """Names a sentence in a file that does not hold it."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]
