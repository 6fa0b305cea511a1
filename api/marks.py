"""Our citation numbers in running text, kept apart from numbers that a document's own words hold in brackets.

White space is all that is added to a document's words; their letters and their order stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# [1], [1, 2], [3-5], in any script's digits and with the wide brackets that look the same.
_MARK = re.compile(r"([\[［【〔])\s*(\d[\d\s,;–-]*?)\s*([\]］】〕])")


def apart(words: str) -> str:
    """One line; a mark of the words' own stands as `[ 1 ]`."""
    return _MARK.sub(r"\1 \2 \3", " ".join(words.split()))


def cited(words: str, numbers: Sequence[int]) -> str:
    """The words with our marks, `[n]`, behind them; in quotation marks where they have marks of their own."""
    line = apart(words)
    return " ".join([f"“{line}”" if _MARK.search(line) else line, *(f"[{number}]" for number in numbers)])
