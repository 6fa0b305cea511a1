"""Names by which known outlets and organisations go in three scripts -> one name for each, so that lists group.

Look-ups over outlets.toml. A publisher that is not there keeps its own words.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_KIND = re.compile(r"^(?:the|агентство|иа|информационное агентство|агентии|ахбори|амит)\s+", re.IGNORECASE)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = tomllib.loads((files("corpus") / "outlets.toml").read_text("utf-8"))["outlets"]
    return tuple(
        (name, re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)) for name, forms in table.items()
    )


def outlets_in(text: str) -> list[tuple[int, int, str]]:
    """Where each known name first stands in `text`, start and end, and the one name for it, in that order."""
    return sorted((*match.span(), name) for name, pattern in _patterns() if (match := pattern.search(text)))


def outlet_in(text: str) -> str:
    """The known names that stand in `text`, joined by " / " in the order they stand; "" when there is none."""
    return " / ".join(name for *_, name in outlets_in(text))


def outlet_named(text: str) -> str:
    """The one name of a publisher; its own words when it is not known."""
    bare = _KIND.sub("", text.strip(' .,«»"“”()'))
    return next((name for name, pattern in _patterns() if pattern.fullmatch(bare)), text.strip(" .,;"))
