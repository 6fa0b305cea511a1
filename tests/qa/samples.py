"""Candidates made by hand, and an engine over the small documents of the index's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from itertools import count

import numpy as np

from corpus.document import Passage, Record, Span
from corpus.glossary import Entry, Glossary
from index.ports import DocumentCard, StoredPassage
from index.store import SnapshotStore
from index.tokenize import name_stem
from qa.abstain import Calibration, Evidence
from qa.answer import SnapshotInfo
from qa.engine import Engine, Opened
from qa.extract import Sentence, Signals
from qa.pipeline import Fitted, Policies
from qa.retrieve import Found
from qa.writing.ports import Writer
from tests.index.samples import ENCODER, opened

ALWAYS, NEVER = 100.0, -100.0  # a bias that drowns every signal
GLOSSARY = Glossary(
    [Entry(en=("Dushanbe",), ru=("Душанбе",), tg=("Душанбе",)), Entry(en=("patent", "work permit"), ru=("патент",))],
    stem=name_stem,
)


def passage(sentences: Sequence[str], *, between: str = " ", start: int = 0, document: str = "d") -> Passage:
    """A passage of these sentences that begins at `start` of its document."""
    spans, at = [], 0
    for sentence in sentences:
        spans.append(Span(at, at + len(sentence)))
        at += len(sentence) + len(between)
    text = between.join(sentences)
    return Passage(
        document_id=document,
        version="0123456789ab",
        ordinal=0,
        span=Span(start, start + len(text)),
        text=text,
        language="en",
        sentences=tuple(spans),
        windows=tuple(spans),
    )


def found(one: Passage, key: int = 0, **values: float) -> Found:
    """A candidate; what is not given is 0."""
    card = DocumentCard(one.document_id, one.version, one.document_id, one.language, Record())
    given = {field.name: values.get(field.name, 0) for field in fields(Found)}
    similarities = np.full(len(one.windows), values.get("window", 0.0), np.float32)
    return Found(**{**given, "stored": StoredPassage(key, one, card), "similarities": similarities})


def sentence(one: Found, place: int, score: float = 0.0, covered: Iterable[str] = ()) -> Sentence:
    signals = Signals(*[0.0] * len(fields(Signals)))
    return Sentence(one, place, one.stored.passage.sentences[place], score, frozenset(covered), signals)


def policies(bias: float = ALWAYS, in_scope_at: float = 0.0, kind: float = 0.0) -> Policies:
    """Every question is answered, or none is; sentences rank by the share of the question's words they hold, and by
    `kind` more where they hold the kind of answer asked for."""
    weights = {field.name: float(field.name == "coverage") for field in fields(Signals)} | {"kind": kind}
    fitted = Fitted(Signals(**weights), Calibration(Evidence(), bias, 0.5, in_scope_at))
    return Policies(fitted, fitted)


def ticking() -> Callable[[], float]:
    """A clock that moves a hundredth of a second at each look."""
    numbers = count()
    return lambda: next(numbers) / 100


def engine(
    store: SnapshotStore,
    bias: float = ALWAYS,
    in_scope_at: float = 0.0,
    writer: Writer | None = None,
    kind: float = 0.0,
) -> Engine:
    def open_current() -> Opened:
        index = opened(store)
        manifest = index.manifest
        info = SnapshotInfo(manifest.id, manifest.documents, manifest.passages, manifest.created)
        return Opened(index, info, tuple(index.documents()))

    return Engine(
        store.current_id, open_current, ENCODER, GLOSSARY, policies(bias, in_scope_at, kind), ticking(), writer=writer
    )
