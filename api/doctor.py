"""Is everything in place? A list of checks, each with what was found and, where it fails, how to mend it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distributions

from .errors import DOMAIN_ERRORS

Probe = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    found: str


def examine(probes: Mapping[str, Probe]) -> Iterator[Check]:
    """Runs each probe, which returns what it found or raises a domain error."""
    for name, probe in probes.items():
        try:
            yield Check(name, True, probe())
        except DOMAIN_ERRORS as error:
            yield Check(name, False, str(error))


def python_version() -> str:
    return sys.version.split()[0]


@cache
def cuda_packages() -> tuple[str, ...]:
    """Installed packages of the CUDA runtime: gigabytes that this program never uses. Looked for once a process."""
    names = (found.metadata["Name"] or "" for found in distributions())
    return tuple(sorted(name for name in names if name.lower().startswith(("nvidia-", "nvidia_"))))
