"""What a lesson of the reader counts as wrong."""

from __future__ import annotations

import math

import pytest
import torch

from benchmarks.reader import misplaced


def test_only_the_order_within_a_group_counts() -> None:
    labels = torch.tensor([1.0, 0, 0, 1])
    even = misplaced(torch.tensor([5.0, 5, 9, -9]), labels, [2, 1, 1])  # groups of one kind have no order
    assert float(even) == pytest.approx(math.log(2))
    assert float(misplaced(torch.tensor([5.0, 0, 9, -9]), labels, [2, 1, 1])) == pytest.approx(
        math.log1p(math.exp(-5)), abs=1e-5
    )


def test_several_that_hold_share_their_place() -> None:
    assert float(misplaced(torch.tensor([9.0, -9, -9]), torch.tensor([1.0, 1, 0]), [3])) == pytest.approx(0, abs=1e-6)


def test_without_an_order_nothing_is_lost() -> None:
    assert float(misplaced(torch.tensor([2.0, 3]), torch.tensor([0.0, 0]), [2])) == 0
