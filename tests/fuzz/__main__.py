"""python -m tests.fuzz SECONDS [TARGET ...]: coverage-guided fuzzing by atheris, one process for each target.

What breaks a law is kept under tests/fuzz/findings/TARGET/ and run again by the default tests.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.targets import TARGETS
from tests.hostile.samples import TEXT, markdown

FINDINGS = Path(__file__).parent / "findings"
WORDS = Path(__file__).parent / "words.dict"
LONGEST = 4096  # bytes of an input; what is longer only repeats
SEED = 8


def main(seconds: str, *names: str) -> int:
    return max(_run(name, seconds) for name in names or TARGETS)


def _run(name: str, seconds: str) -> int:
    folder = FINDINGS / name
    folder.mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-seed={SEED}", "-timeout=20", f"-dict={WORDS}"]
    options += [f"-artifact_prefix={folder}/", "-print_final_stats=1"]
    with tempfile.TemporaryDirectory() as begun:
        for number, text in enumerate((TEXT, markdown().decode())):
            (Path(begun) / str(number)).write_text(text)
        return subprocess.run([sys.executable, "-m", "tests.fuzz.one", name, *options, begun], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
