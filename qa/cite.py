"""Sentences -> citations. A quote that is not in the document at its offsets is never served. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.document import Span

from .answer import AnswerSentence, Citation
from .extract import Sentence

_BETWEEN = re.compile(r"\s*(?:[-–—•*]\s+)?")


def cite(chosen: Sequence[Sentence]) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """The answer's sentences with their citation numbers, and the citations, 1..n in order of first use.

    Sentences of one passage with nothing but white space or a list's mark between them share a citation.
    """
    runs: list[list[Sentence]] = []
    for sentence in (one for one in chosen if _verbatim(one)):
        if runs and _adjacent(runs[-1][-1], sentence):
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    sentences = tuple(_answer_sentence(one, number) for number, run in enumerate(runs, 1) for one in run)
    return sentences, tuple(_citation(run, number) for number, run in enumerate(runs, 1))


def _verbatim(sentence: Sentence) -> bool:
    passage = sentence.found.stored.passage
    return len(passage.text) == len(passage.span) and len(sentence.span) > 0 and sentence.span.end <= len(passage.text)


def _adjacent(left: Sentence, right: Sentence) -> bool:
    if left.found.stored.key != right.found.stored.key or right.span.start < left.span.end:
        return False
    return bool(_BETWEEN.fullmatch(left.found.stored.passage.text, left.span.end, right.span.start))


def _answer_sentence(sentence: Sentence, number: int) -> AnswerSentence:
    passage = sentence.found.stored.passage
    span = sentence.span.shift(passage.span.start)
    return AnswerSentence(sentence.text, passage.id, passage.document_id, span, (number,))


def _citation(run: Sequence[Sentence], number: int) -> Citation:
    passage = run[0].found.stored.passage
    span = Span(run[0].span.start, run[-1].span.end)
    return Citation(
        number, passage.id, passage.document_id, passage.version, span.slice(passage.text),
        span.shift(passage.span.start),
    )  # fmt: skip
