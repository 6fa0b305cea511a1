"""A light stemmer for Tajik: strips endings, never touches the root. Input and output are folded.

Folding writes the letters that a Russian keyboard lacks (ҳ қ ғ ӣ ӯ ҷ) with their plain neighbours, so a word
typed either way is one term. Rules follow the standard grammar: object marker -ро, enclitic pronouns, izofat
-и, plurals -ҳо and -он (-гон, -ён, -вон), comparative -тар(ин), personal endings of the verb. The pronoun -ат
("your") stays: it would cut давлат and ҳукумат, yet not давлати and ҳукумати.
"""

from __future__ import annotations

_FOLD = str.maketrans("ҳқғӣӯҷҲҚҒӢӮҶ", "хкгиучХКГИУЧ")
_MIN = 3  # letters that must remain: two-letter rests (об, аз) are other words

# Each step strips at most one ending, the longest that fits; the order is that of the endings from the right.
_STEPS: tuple[tuple[str, ...], ...] = (
    ("ро",),
    ("амон", "атон", "ашон", "ям", "яш", "ам", "аш"),
    ("и", "е"),
    ("гонихо", "ихо", "хои", "хо", "гон", "ен", "вон", "он"),
    ("тарин", "тар"),
    ("анд", "ем", "ед"),
)


def fold(word: str) -> str:
    """`word` as it would be typed without the Tajik letters."""
    return word.translate(_FOLD)


def stem_tajik(word: str) -> str:
    """The stem of a folded, lower-case word; a word of fewer than five letters is returned as it is."""
    for endings in _STEPS:
        for ending in sorted(endings, key=len, reverse=True):
            if word.endswith(ending) and len(word) - len(ending) >= max(_MIN, 3) and len(word) >= 5:
                word = word[: -len(ending)]
                break
    return word
