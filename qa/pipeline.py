"""The story of one answer: understand, search, choose, decide, cite. A generator of events; every door prints these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from corpus.glossary import Glossary
from index.ports import AskedTokens, Coverage, Encoder, PassageIndex, Reader, Vectors

from .abstain import Calibration, Evidence, chance, decide, read_and_gather
from .answer import (
    Answer,
    AnswerEvent,
    AnswerSentence,
    Citation,
    CitationsMade,
    Done,
    PassagesFound,
    Query,
    QuestionUnderstood,
    Reason,
    ScoredPassage,
    SentenceChosen,
    SnapshotInfo,
    Status,
    Writing,
)
from .choose import ChoicePolicy, Side, choose, choose_of_parts
from .cite import cite
from .extract import PASSAGES_READ, Sentence, Signals, rank_sentences
from .highlight import highlights
from .order import shown_order
from .parts import Part, divided
from .question import Asked, Context, QuestionPolicy, understand
from .retrieve import Found, Retrieval, RetrievalPolicy, encode_question, retrieve
from .vocabulary import Vocabulary
from .writing.guard import Source
from .writing.ports import Writer
from .writing.write import write


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights fitted together: of a sentence's signals, and of the evidence that decides on an answer. `reading`: of a
    reader's log odds beside a sentence's score; where it is 0 nothing is read."""

    sentence: Signals
    calibration: Calibration
    reading: float = 0.0


@dataclass(frozen=True, slots=True)
class Policies:
    """Every choice that tuning may change. `tokens` holds where tokens are known and the encoder is a Reader, else
    `plain`."""

    plain: Fitted
    tokens: Fitted
    choice: ChoicePolicy = field(default_factory=ChoicePolicy)
    retrieval: RetrievalPolicy = field(default_factory=RetrievalPolicy)
    question: QuestionPolicy = field(default_factory=QuestionPolicy)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a question needs of the world, fixed for its whole run. `clock` gives seconds, growing. `writer` is asked in
    mode "written" only; without one that mode gives what "extractive" does. `vocabulary` is that of the index; `today`
    tells the day for "last year", which means nothing without it."""

    index: PassageIndex
    snapshot: SnapshotInfo
    encoder: Encoder
    glossary: Glossary
    policies: Policies
    parallel: Mapping[str, tuple[str, ...]]
    clock: Callable[[], float]
    writer: Writer | None = None
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    today: Callable[[], date] | None = None


@dataclass(frozen=True, slots=True)
class _Search:
    """A question, or a part of one, what was found for it, and the sentences of the best of that in order."""

    asked: Asked
    retrieval: Retrieval
    ranked: Sequence[Sentence] = ()


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The sentences found for a question or a part, best first, and how likely they answer it."""

    asked: Asked
    shares: Mapping[str, float]
    sentences: list[Sentence]
    evidence: Evidence
    confidence: float


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: Status | None = None
    reason: Reason | None = None
    confidence: float = 0.0
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    cited: tuple[Found, ...] = ()
    unanswered: tuple[str, ...] = ()
    writing: Writing | None = None


def answer(query: Query, parts: Parts) -> Iterator[AnswerEvent]:
    """Events in order: QuestionUnderstood, PassagesFound, SentenceChosen..., CitationsMade, Done."""
    started = parts.clock()
    asked = understand(query, parts.glossary, _context(parts))
    coverage = parts.index.coverage(query.filters)
    yield QuestionUnderstood(asked.question, coverage, parts.snapshot)
    sides = divided(asked.sought) if query.mode != "passages" else ()
    every = [asked, *(_part(side, asked, parts) for side in sides)]
    encoded = [encode_question(one.sought, parts.encoder, parts.index) for one in every]
    ready = parts.clock()
    whole, *others = [_search(query, one, *question, parts) for one, question in zip(every, encoded, strict=True)]
    shown = shown_order(asked, whole.retrieval, whole.ranked, parts.policies.retrieval)[: query.k]
    passages = tuple(_shown(rank, one, asked) for rank, one in enumerate(shown, 1))
    searched = parts.clock()
    yield PassagesFound(passages, _parallel(passages, parts))
    outcome = _Outcome()
    if query.mode != "passages":
        outcome = _outcome(whole, dict(zip(sides, others, strict=True)), coverage, parts)
    if query.mode == "written":
        outcome = _rephrased(asked, outcome, parts)
    yield from (SentenceChosen(sentence) for sentence in outcome.sentences)
    yield CitationsMade(outcome.citations, {one.stored.document.id: one.stored.document for one in outcome.cited})
    ended = parts.clock()
    timing = {"encode": ready - started, "search": searched - ready, "answer": ended - searched}
    timing = {key: round(1000 * seconds, 2) for key, seconds in {**timing, "total": ended - started}.items()}
    cards = {one.stored.document.id: one.stored.document for one in (*shown, *outcome.cited)}
    yield Done(
        Answer(
            query,
            parts.snapshot,
            asked.question,
            coverage,
            passages,
            outcome.status,
            outcome.reason,
            outcome.confidence,
            outcome.sentences,
            outcome.citations,
            cards,
            {key: parts.parallel[key] for key in cards if key in parts.parallel},
            timing,
            outcome.unanswered,
            outcome.writing,
        )
    )


def _context(parts: Parts) -> Context:
    return Context(parts.vocabulary, parts.today() if parts.today else None, parts.policies.question)


def _part(part: Part, whole: Asked, parts: Parts) -> Asked:
    """A question's part, asked of the whole's source unless it has its own, with the kind of answer that the whole
    asks for where only that tells it."""
    asked = understand(Query(part.text), parts.glossary, _context(parts))
    asked = replace(asked, source=asked.source or whole.source)
    return asked if part.clause or asked.kind != "other" else replace(asked, kind=whole.kind)


def _search(query: Query, asked: Asked, vector: Vectors, tokens: AskedTokens | None, parts: Parts) -> _Search:
    if not asked.understood:
        return _Search(asked, Retrieval())
    shown = max(query.k, PASSAGES_READ)
    found = retrieve(parts.index, asked, vector, query.filters, parts.policies.retrieval, shown, tokens)
    weights = _fitted(found, parts).sentence
    return _Search(asked, found, rank_sentences(asked, found.found, found.shares, weights, found.windows))


def _outcome(whole: _Search, sides: Mapping[Part, _Search], coverage: Coverage, parts: Parts) -> _Outcome:
    """Answer from what was found, or say why not. The whole question decides, or a part that is a question."""
    if not whole.asked.understood:
        return _Outcome("abstained", "question_not_understood")
    if coverage.matching_documents == 0:
        return _Outcome("abstained", "no_documents_match_filters")
    fitted, choice = _fitted(whole.retrieval, parts), parts.policies.choice
    ranked = _ranked(whole, fitted, parts)
    of_parts = {side: _ranked(one, fitted, parts, side.of_source) for side, one in sides.items()}
    confidence = max([ranked.confidence, *(one.confidence for side, one in of_parts.items() if side.asks)])
    reason = decide(confidence, ranked.evidence, fitted.calibration)
    if reason:
        return _Outcome("abstained", reason, confidence)
    silent = tuple(side.name for side, one in of_parts.items() if one.confidence < choice.part)
    if len(silent) == len(of_parts):  # of none, or all of them: the question is answered as one
        silent, chosen = (), choose(whole.asked, ranked.sentences, whole.retrieval.shares, choice)
    else:
        answering = [
            Side(side.name, one.asked, one.sentences, one.shares, side.of_source)
            for side, one in of_parts.items()
            if side.name not in silent
        ]
        chosen, more = choose_of_parts(answering, choice)
        silent = tuple(side.name for side in of_parts if side.name in {*silent, *more})
    sentences, citations = cite(chosen)
    if not citations:
        return _Outcome("abstained", "not_in_corpus", confidence)
    cited = tuple(one.found for one in chosen)
    return _Outcome("answered", None, confidence, sentences, citations, cited, silent)


def _fitted(retrieval: Retrieval, parts: Parts) -> Fitted:
    known = retrieval.found and retrieval.found[0].tokens and isinstance(parts.encoder, Reader)
    return parts.policies.tokens if known else parts.policies.plain


def _ranked(search: _Search, fitted: Fitted, parts: Parts, of_source: bool = False) -> _Ranked:
    """`of_source`: what its source says is asked for, and of no other one where there is any text of it."""
    found, reader = search.retrieval, parts.encoder if fitted.reading and isinstance(parts.encoder, Reader) else None
    ranked = search.ranked
    if of_source:
        ranked = [one for one in ranked if one.signals.source == 1.0] or ranked
    sentences, evidence = read_and_gather(search.asked, found, ranked, reader, fitted.reading, fitted.calibration)
    confidence = round(chance(evidence, fitted.calibration, found.met), 4)
    return _Ranked(search.asked, found.shares, sentences, evidence, confidence)


def _rephrased(asked: Asked, outcome: _Outcome, parts: Parts) -> _Outcome:
    """The same sentences, with what the writer says of each where its quotation bears it out."""
    if parts.writer is None or not outcome.sentences:
        return outcome
    quotes = {citation.number: citation.quote for citation in outcome.citations}
    languages = {one.stored.passage.id: one.stored.passage.language for one in outcome.cited}
    sources = [Source(one.text, quotes[one.citations[0]], languages[one.passage_id]) for one in outcome.sentences]
    written, writing = write(parts.writer, asked.question.standalone, sources, parts.glossary)
    sentences = tuple(replace(one, written=written.get(place)) for place, one in enumerate(outcome.sentences, 1))
    return replace(outcome, sentences=sentences, writing=writing)


def _parallel(passages: tuple[ScoredPassage, ...], parts: Parts) -> dict[str, tuple[str, ...]]:
    names = {scored.document.id for scored in passages}
    return {name: parts.parallel[name] for name in names if name in parts.parallel}


def _shown(rank: int, found: Found, asked: Asked) -> ScoredPassage:
    passage = found.stored.passage
    return ScoredPassage(
        rank, passage, found.stored.document, round(found.score, 6), round(found.lexical, 6), round(found.dense, 6),
        round(found.window, 6), found.lexical_rank or None, found.dense_rank or None, highlights(passage, asked),
        tuple(one.passage for one in found.same),
    )  # fmt: skip
