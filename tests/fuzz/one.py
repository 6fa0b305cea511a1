"""One target under atheris; started by tests/fuzz/__main__.py, options are libFuzzer's."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["corpus", "index", "qa"]):
    from tests.fuzz.targets import TARGETS


def main(name: str, *options: str) -> None:
    target = TARGETS[name]

    def one(data: bytes) -> None:
        target(data.decode("utf-8", "surrogateescape"))

    atheris.Setup([name, *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
