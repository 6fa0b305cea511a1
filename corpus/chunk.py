"""Document -> passages: runs of whole sentences that can be found, shown and cited.

Pure. A passage never crosses a heading or a hidden stretch and prefers to end where a paragraph ends.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from corpus.document import Document, Heading, Passage, Span
from corpus.language import detect
from corpus.sentences import WRAPPED, split_sentences

Windows = Literal["singles", "pairs", "both"]


@dataclass(frozen=True, slots=True)
class ChunkPolicy:
    """How long passages are. Words are runs of non-space characters; no passage has more than max_words unless one
    sentence alone does, none more than max_characters unless one sentence alone does. A run shorter than a quarter
    of target_words joins its neighbour.
    """

    target_words: int = 140
    max_words: int = 220
    max_characters: int = 1600
    windows: Windows = "both"

    @property
    def id(self) -> str:
        """Stands in the manifest: passages of different policies do not mix."""
        return f"sentences-1:{self.target_words}:{self.max_words}:{self.max_characters}:{self.windows}"


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring sentences."""

    sentences: tuple[Span, ...]
    words: int

    @property
    def span(self) -> Span:
        return Span(self.sentences[0].start, self.sentences[-1].end)

    def __add__(self, other: _Run) -> _Run:
        return _Run(self.sentences + other.sentences, self.words + other.words)


def chunk(document: Document, policy: ChunkPolicy) -> list[Passage]:
    """The passages of `document` in order. Law: `document.text[span] == passage.text`.

    A document of nothing but headings has them as passages; one without visible text has none.
    """
    sentences = split_sentences(document.text, document.language)
    borders = _union([*document.hidden, *(heading.span for heading in document.headings)])
    visible = _outside(document.text, sentences, borders)
    if not visible:
        borders = _union(document.hidden)
        visible = _outside(document.text, sentences, borders)
    border = "\n" if any(len(line) >= WRAPPED.stop for line in document.text.split("\n")) else "\n\n"
    runs = [
        run
        for section in _sections(visible, borders)
        for run in _merge(_paragraphs(document.text, section, border, policy), policy)
    ]
    paths = _heading_paths(document.headings, (run.span.start for run in runs))
    return [
        _passage(document, policy, ordinal, run, path)
        for ordinal, (run, path) in enumerate(zip(runs, paths, strict=True))
    ]


def _union(spans: Iterable[Span]) -> list[Span]:
    """The same stretches, disjoint and in order."""
    union: list[Span] = []
    for span in sorted(spans):
        if union and span.start <= union[-1].end:
            union[-1] = Span(union[-1].start, max(union[-1].end, span.end))
        elif len(span):
            union.append(span)
    return union


def _outside(text: str, sentences: Iterable[Span], excluded: list[Span]) -> list[Span]:
    """The parts of the sentences outside of `excluded` (disjoint, in order), without outer white space."""
    starts = [span.start for span in excluded]
    parts: list[Span] = []
    for sentence in sentences:
        first = max(0, bisect_right(starts, sentence.start) - 1)
        last = bisect_right(starts, sentence.end)
        parts.extend(_parts(sentence, excluded[first:last]))
    return [trimmed for part in parts if len(trimmed := _trimmed(text, part))]


def _parts(sentence: Span, excluded: list[Span]) -> Iterator[Span]:
    at = sentence.start
    for span in excluded:
        if at < span.start < sentence.end:
            yield Span(at, span.start)
        if span.start < sentence.end:
            at = max(at, span.end)
    if at < sentence.end:
        yield Span(at, sentence.end)


def _trimmed(text: str, span: Span) -> Span:
    words = span.slice(text)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, start + len(words.strip()))


def _sections(sentences: list[Span], borders: list[Span]) -> Iterator[list[Span]]:
    """Runs of sentences with no heading and no hidden stretch between them."""
    starts = [border.start for border in borders]
    section: list[Span] = []
    for sentence in sentences:
        if section and bisect_right(starts, sentence.start) != bisect_right(starts, section[-1].start):
            yield section
            section = []
        section.append(sentence)
    if section:
        yield section


def _paragraphs(text: str, section: list[Span], border: str, policy: ChunkPolicy) -> Iterator[_Run]:
    """Where lines are not wrapped a line break ends a paragraph, elsewhere a blank line does."""
    paragraph: list[Span] = []
    for sentence in section:
        if paragraph and border in text[paragraph[-1].end : sentence.start]:
            yield from _fitting(text, paragraph, policy)
            paragraph = []
        paragraph.append(sentence)
    yield from _fitting(text, paragraph, policy)


def _fitting(text: str, paragraph: list[Span], policy: ChunkPolicy) -> Iterator[_Run]:
    """The paragraph whole when it fits, else in parts of about equal length."""
    lengths = [len(sentence.slice(text).split()) for sentence in paragraph]
    whole = _Run(tuple(paragraph), sum(lengths))
    if _fits(whole, policy):
        yield whole
        return
    parts = max(-(-whole.words // policy.target_words), -(-len(whole.span) // policy.max_characters))
    goal = whole.words / parts
    run = _Run((paragraph[0],), lengths[0])
    for sentence, words in zip(paragraph[1:], lengths[1:], strict=True):
        longer = run + _Run((sentence,), words)
        if run.words + words / 2 > goal or not _fits(longer, policy):
            yield run
            run = _Run((sentence,), words)
        else:
            run = longer
    yield run


def _merge(runs: Iterable[_Run], policy: ChunkPolicy) -> list[_Run]:
    """Joins neighbours up to the target, and the tiny to a neighbour as far as the maximum allows."""
    merged: list[_Run] = []
    for run in runs:
        joined = merged[-1] + run if merged else run
        tiny = policy.target_words // 4
        small = bool(merged) and min(merged[-1].words, run.words) < tiny
        if merged and _fits(joined, policy) and (joined.words <= policy.target_words or small):
            merged[-1] = joined
        else:
            merged.append(run)
    return merged


def _fits(run: _Run, policy: ChunkPolicy) -> bool:
    return run.words <= policy.max_words and len(run.span) <= policy.max_characters


def _passage(document: Document, policy: ChunkPolicy, ordinal: int, run: _Run, heading: tuple[str, ...]) -> Passage:
    span = run.span
    text = span.slice(document.text)
    language = detect(text)
    sentences = tuple(sentence.shift(-span.start) for sentence in run.sentences)
    return Passage(
        document_id=document.id,
        version=document.version,
        ordinal=ordinal,
        span=span,
        text=text,
        language=document.language if language == "und" else language,
        heading=heading,
        page=bisect_right(document.pages, span.start) or None,
        sentences=sentences,
        windows=_windows(sentences, policy.windows),
    )


def _windows(sentences: tuple[Span, ...], which: Windows) -> tuple[Span, ...]:
    """Single sentences first, in order, then neighbouring pairs; a lone sentence is its own window."""
    pairs = tuple(Span(one.start, two.end) for one, two in pairwise(sentences))
    if which == "singles" or not pairs:
        return sentences
    return pairs if which == "pairs" else sentences + pairs


def _heading_paths(headings: Iterable[Heading], places: Iterable[int]) -> Iterator[tuple[str, ...]]:
    """The titles above each of `places`, which come in order."""
    path: list[Heading] = []
    following = iter(headings)
    heading = next(following, None)
    for at in places:
        while heading is not None and heading.span.start < at:
            path = [above for above in path if above.level < heading.level]
            path.append(heading)
            heading = next(following, None)
        yield tuple(above.title for above in path)
