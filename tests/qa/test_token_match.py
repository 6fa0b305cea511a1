from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ports import AskedTokens, PassageTokens, Vectors
from qa.token_match import NO_MATCH, match

EAST, NORTH, BETWEEN = [1.0, 0.0], [0.0, 1.0], [0.6, 0.8]


def rows(*vectors: list[float]) -> Vectors:
    return np.array(vectors, np.float32).reshape(-1, 2)


def question(*vectors: list[float]) -> AskedTokens:
    return AskedTokens(rows(*vectors), np.full(len(vectors), 1 / max(len(vectors), 1), np.float32))


def test_every_token_of_the_question_is_as_near_as_its_nearest_token() -> None:
    tokens = PassageTokens(rows(EAST, BETWEEN, NORTH), np.array([0, 0, 1], np.uint8))
    found = match(question(EAST, NORTH), tokens)
    assert found.passage == pytest.approx(1.0)
    assert found.sentences == {0: pytest.approx(0.9), 1: pytest.approx(0.5)}


@pytest.mark.parametrize(("asked", "held"), [((), (EAST,)), ((EAST,), ())])
def test_without_tokens_nothing_is_met(asked: tuple[list[float], ...], held: tuple[list[float], ...]) -> None:
    tokens = PassageTokens(rows(*held), np.zeros(len(held), np.uint8))
    assert match(question(*asked), tokens) == NO_MATCH


@given(st.lists(st.sampled_from([0, 0, 1, 2, 255]), min_size=1, max_size=12))
def test_the_best_sentence_never_beats_its_passage(places: list[int]) -> None:
    angles = np.linspace(0, 3, len(places))
    held = PassageTokens(np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32),
                         np.sort(np.array(places, np.uint8)))  # fmt: skip
    found = match(question(EAST, NORTH), held)
    assert set(found.sentences) == set(places)
    assert max(found.sentences.values()) <= found.passage + 1e-6
