"""What is fuzzed, and the law that each holds for any bytes. A new target is a function and a row."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import pairwise

from corpus.chunk import ChunkPolicy, chunk
from corpus.clean import clean
from corpus.document import Document
from corpus.errors import CorpusError
from corpus.language import detect
from corpus.reading import read_bytes
from corpus.sentences import MAX_CHARACTERS, split_sentences
from index.tokenize import query_terms, terms
from qa.answer import Query
from qa.errors import InvalidQuery
from qa.question import open_glossary, understand

Target = Callable[[str], None]
GLOSSARY = open_glossary()


def cleaner(text: str) -> None:
    """Canonical text is a fixed point, and holds every letter: also one that composes with the mark behind it."""
    once = clean(text)
    assert clean(once) == once
    assert _letters(once) == _letters(text)


def splitter(text: str) -> None:
    """Sentences are disjoint, in order, bounded, and hold all that is no white space."""
    text = clean(text)
    spans = split_sentences(text, detect(text))
    assert all(one.end <= two.start for one, two in pairwise(spans))
    assert all(1 <= len(span) <= MAX_CHARACTERS for span in spans)
    assert "".join("".join(span.slice(text).split()) for span in spans) == "".join(text.split())


def chunker(text: str) -> None:
    """Passages stand where they say and hide what is hidden."""
    try:
        draft = read_bytes(text.encode("utf-8", "replace"), "a.md")
    except CorpusError:
        return
    document = Document("a", "0", "a", draft.language, draft.text, headings=draft.headings, hidden=draft.hidden)
    for passage in chunk(document, ChunkPolicy()):
        assert passage.span.slice(draft.text) == passage.text
        assert not any(span.start < passage.span.end and passage.span.start < span.end for span in draft.hidden)
        assert all(map(len, passage.sentences))


def tokenizer(text: str) -> None:
    """Terms are never empty and hold no white space; the same text gives the same terms."""
    for language in ("en", "ru", "tg", "und"):
        found = terms(text, language)
        assert all(one and not any(map(str.isspace, one)) for one in [*found, *query_terms(text, language)])
        assert found == terms(text, language)


def question(text: str) -> None:
    """Any text that may be asked is understood somehow, and twice alike."""
    try:
        query = Query(text)
    except InvalidQuery:
        return
    assert understand(query, GLOSSARY) == understand(query, GLOSSARY)


def _letters(text: str) -> str:
    """ASCII letters and digits, those of composed letters as well, without the marks."""
    return "".join(filter(str.isascii, filter(str.isalnum, unicodedata.normalize("NFD", text))))


TARGETS: dict[str, Target] = {
    "cleaner": cleaner, "splitter": splitter, "chunker": chunker, "tokenizer": tokenizer, "question": question,
}  # fmt: skip
