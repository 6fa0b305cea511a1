from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.background import (
    LANGUAGES,
    Backgrounds,
    Sums,
    add_vectors,
    empty_sums,
    language_code,
    read_sums,
    write_sums,
)
from index.ports import Vectors

EAST, NORTH = np.array([1.0, 0.0], np.float32), np.array([0.0, 1.0], np.float32)


def rows(vector: Vectors, count: int) -> Vectors:
    return np.tile(vector, (count, 1))


def add(sums: Sums, language: str, passages: Vectors, windows: Vectors) -> None:
    """Passages of one language with a window each."""
    codes = np.full(len(passages), language_code(language), np.uint8)
    add_vectors(sums, codes, np.ones(len(passages), np.int64), passages, windows)


def backgrounds(english: int, russian: int) -> Backgrounds:
    """English passages lie in the east, Russian ones in the north, windows the other way round."""
    sums = empty_sums(2)
    codes = np.repeat(np.array([language_code("en"), language_code("ru")], np.uint8), [english, russian])
    passages = np.concatenate([rows(EAST, english), rows(NORTH, russian)])
    windows = np.concatenate([rows(NORTH, 2 * english), rows(EAST, 2 * russian)])
    add_vectors(sums, codes, np.full(len(codes), 2), passages, windows)
    return Backgrounds.of([sums], 2)


def test_the_mean_of_many_passages_is_their_languages_own() -> None:
    near = backgrounds(100_000, 100_000).of_query(EAST)
    assert near["en"].passage == pytest.approx(1, abs=1e-3)
    assert near["ru"].passage == pytest.approx(0, abs=1e-3)
    assert near["en"].window == pytest.approx(0, abs=1e-3)
    assert near["ru"].window == pytest.approx(1, abs=1e-3)


def test_a_language_of_few_passages_leans_on_the_mean_of_all() -> None:
    near = backgrounds(100_000, 1).of_query(EAST)
    assert near["ru"].passage > 0.9
    assert near["tg"].passage == pytest.approx(100_000 / 100_001, abs=1e-4)


def test_nothing_indexed_has_no_background() -> None:
    near = Backgrounds.of([], 2).of_query(EAST)
    assert {language: (one.passage, one.window) for language, one in near.items()} == dict.fromkeys(LANGUAGES, (0, 0))


def test_segments_count_as_one() -> None:
    parts = []
    for count in (3, 40):
        sums = empty_sums(2)
        add(sums, "en", rows(EAST, count), rows(NORTH, count))
        add(sums, "ru", rows(NORTH, 5), rows(EAST, 5))
        parts.append(sums)
    np.testing.assert_allclose(Backgrounds.of(parts, 2).means, Backgrounds.of([sum(parts)], 2).means)


def test_rows_get_the_background_of_their_language() -> None:
    both = backgrounds(50, 50)
    codes = np.array([language_code("ru"), language_code("en"), language_code("ru")], np.uint8)
    near = both.of_query(EAST)
    expected = [near["ru"].passage, near["en"].passage, near["ru"].passage]
    np.testing.assert_allclose(both.of_passages(EAST, codes), expected, rtol=1e-6)


def test_sums_survive_the_file(tmp_path: Path) -> None:
    sums = empty_sums(2)
    add(sums, "tg", rows(EAST, 2), rows(NORTH, 2))
    write_sums(tmp_path / "sums", sums)
    np.testing.assert_array_equal(read_sums(tmp_path / "sums", 2), sums)
