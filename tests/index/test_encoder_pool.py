from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index.encoder import HashingEncoder
from index.encoder_pool import PooledEncoder
from index.errors import EncoderUnavailable
from index.ports import EncoderIdentity, Role, Vectors

TEXTS = [f"word{number % 50} " * (1 + number * 7 % 30) for number in range(100)]


class Deadly(HashingEncoder):
    """Ends its process, as the kernel does when memory is short."""

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:  # noqa: ARG002
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


@pytest.fixture(scope="module")
def pooled() -> Iterator[PooledEncoder]:
    encoder = PooledEncoder(HashingEncoder(), HashingEncoder, 2, pool_from=10)
    yield encoder
    encoder.close()


@pytest.mark.parametrize("count", [0, 9, 10, 33, 100])
def test_vectors_come_back_in_the_order_of_the_texts(pooled: PooledEncoder, count: int) -> None:
    np.testing.assert_array_equal(
        pooled.encode(TEXTS[:count], "passage"), HashingEncoder().encode(TEXTS[:count], "passage")
    )


def test_it_is_the_encoder_that_it_holds(pooled: PooledEncoder) -> None:
    assert pooled.identity == EncoderIdentity("hashing", "1", 256)


def test_a_process_that_dies_is_told_of() -> None:
    encoder = PooledEncoder(HashingEncoder(), Deadly, 1, pool_from=1)
    with pytest.raises(EncoderUnavailable, match="Use fewer processes"):
        encoder.encode(TEXTS, "passage")
    encoder.close()


_PARENT = """
import time
from index.encoder import HashingEncoder
from index.encoder_pool import PooledEncoder
if __name__ == "__main__":
    encoder = PooledEncoder(HashingEncoder(), HashingEncoder, 1, pool_from=1)
    encoder.encode(["text"] * 3, "passage")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        parent.kill()
        assert parent.communicate(timeout=60)[0] == b""  # the output ends when nobody holds it: the worker has it too
