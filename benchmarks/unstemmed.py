"""The analyzer without its stemmers, for the evaluation only: what is stemming worth?

It takes the place of the two stemming functions for a while, in this process: the analyzer is one function at build
and at query time, and a switch in it would be a second analyzer that nobody may use.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from index import tokenize


@contextmanager
def unstemmed() -> Iterator[None]:
    """Words stand as they are, folded; nothing that was analyzed inside may be used outside."""
    with (
        patch.object(tokenize, "_stem", lambda word, _: word),
        patch.object(tokenize, "stem_tajik", lambda word: word),
    ):
        _forget()
        yield
    _forget()


def _forget() -> None:
    """Empties every cache of the analyzer: each holds terms of the other kind."""
    for kept in vars(tokenize).values():
        if clear := getattr(kept, "cache_clear", None):
            clear()
