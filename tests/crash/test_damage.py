"""Damage to every kind of file is named by the doctor, or changed nothing that counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.damage import make_home, tally


def assert_all_seen(root: Path, flips: int, seed: int) -> None:
    root.mkdir()
    make_home(root)
    table = tally(root, flips, seed)
    assert set(table) > {"corpus.sqlite", "service.sqlite", "CURRENT", "manifest", "passages.sqlite", "dense.faiss"}
    assert set(table) > {"token_codes.bin", "token_sentences.bin", "token_offsets.bin", "token_head.txt"}
    assert {name: counts for name, counts in table.items() if set(counts) - {"named", "harmless"}} == {}
    # Only SQLite has places without a meaning: pages that are free, space that a page does not use.
    assert {name for name, counts in table.items() if counts["harmless"]} <= {n for n in table if ".sqlite" in n}


@pytest.mark.crash
@pytest.mark.parametrize("seed", [31, 32, 33, 34])
def test_damage_to_any_region_of_any_kind_of_file_is_named(tmp_path: Path, seed: int) -> None:
    assert_all_seen(tmp_path / "root", 2, seed)
