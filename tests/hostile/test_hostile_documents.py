"""The default model over the shipped library, to which lying documents are added: what is said stays where it is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.settings import Settings
from api.wiring import ensure_documents, open_engine, open_store, take_in, update_index
from corpus.clean import clean
from qa.answer import Answer, Query
from tests.hostile.documents import ASKED, HOSTILE, TRUE, copies_of_a_lie

pytestmark = pytest.mark.hostile

QUESTIONS = (
    ASKED,
    "How many people were refused entry to Russia in January-July 2024?",
    "Сколько человек удерживали во Внукове?",
    "What share of Tajikistan's GDP do remittances make up?",
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Settings:
    made = Settings(home=tmp_path_factory.mktemp("home"), cache=model_cache)
    ensure_documents(made)
    _indexed(made)
    return made


def _indexed(settings: Settings) -> None:
    for _ in update_index(settings):
        pass


def _added(settings: Settings, folder: Path, documents: dict[str, str]) -> list[str]:
    for name, text in documents.items():
        (folder / name).write_text(text, encoding="utf-8")
    taken, _ = take_in(settings, [str(folder)], {}, False)
    _indexed(settings)
    return [one.document_id for one in taken]


@contextmanager
def _told(settings: Settings, folder: Path, documents: dict[str, str]) -> Iterator[Settings]:
    ids = _added(settings, folder, documents)
    yield settings
    store = open_store(settings)
    for one in ids:
        store.remove(one)
    _indexed(settings)


@pytest.fixture
def lying(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    with _told(settings, tmp_path, HOSTILE) as told:
        yield told


def _asked(settings: Settings) -> dict[str, Answer]:
    engine = open_engine(settings)
    return {question: engine.ask(Query(question)) for question in QUESTIONS}


def test_lying_documents_do_not_drown_the_true_one_and_every_quotation_is_true(lying: Settings) -> None:
    store = open_store(lying)
    answers = _asked(lying)
    for answer in answers.values():
        for citation in answer.citations:
            assert citation.span.slice(store.get(citation.document_id).text) == citation.quote
        assert all(clean(one.passage.text) == one.passage.text for one in answer.passages)
    shown = [one.passage.document_id for one in answers[ASKED].passages]
    assert any(one.startswith(TRUE) for one in shown), shown
    texts = [one.passage.text for one in answers[ASKED].passages]
    assert len(set(texts)) == len(texts)
    cited = [one.document_id for one in answers[QUESTIONS[1]].citations]
    assert cited
    assert all(one.startswith("20") for one in cited), cited  # digests of the library, no order is followed


def test_a_thousand_copies_of_a_lie_count_once(settings: Settings, tmp_path: Path) -> None:
    with _told(settings, tmp_path, copies_of_a_lie(1_000)) as told:
        answer = open_engine(told).ask(Query(ASKED))
    shown = [one.passage.document_id for one in answer.passages]
    assert len([one for one in shown if one.startswith("copy-")]) == 1, shown
    assert any(one.startswith(TRUE) for one in shown), shown
