"""How does a name sound, whatever its script and spelling? "Rakhmon", "Rahmon", "Рахмон" and "Раҳмон" are one.

Romanised first; then the choices that transliterations differ in are taken back: kh/h, zh/dzh/j, sh/ch/shch, q/k/c,
w/v, ou/u, i/y/e, o/a, doubled letters. English, French and German ways are meant, those of Russian and Tajik names.
"""

from __future__ import annotations

import re
import unicodedata

RULES = 1  # stands in the name of the files that hold sounds; a change of the rules below makes it one more

_ROMAN = dict(
    zip(
        "абвгғдеёжзиӣйкқлмнопрстуӯфхҳцчҷшщыэюяъь",
        [*"a b v g g d e e j z i i i k k l m n o p r s t u u f h h ts x j x x i e iu ia".split(), "", ""],
        strict=True,
    )
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN_SPELLINGS = tuple(
    (re.compile(spelled), meant)
    for spelled, meant in (
        (r"['’ʼ]s$|['’ʼ`-]", ""),
        (r"x", "ks"),  # "x" then stands for all of sh, ch, shch
        (r"shch|sch|tch|sh|ch", "x"),
        (r"dzh|dj|zh", "j"),
        (r"kh", "h"),
        (r"gh", "g"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"ck|q", "k"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"w", "v"),
        (r"ou|oo", "u"),
        (r"(?<=[aeiouy])j(?![aeiouy])", "i"),
    )
)
_VOWELS = str.maketrans("oeyё", "aiii")
_DOUBLED = re.compile(r"(.)\1+")
_CASE_ENDING = re.compile("(?:ами|ями|ого|его|ому|ему|ыми|ими|ую|ая|ой|ей|ом|ем|ым|им|ых|их|ах|ях|ро|[уюаяыиӣейо])$")
_MIN_STEM = 4  # letters that a case ending leaves at least


def sound(word: str) -> str:
    """The sound of one word in Latin letters; "" when it has no letters known here."""
    word = word.casefold()
    if _CYRILLIC.search(word):
        roman = "".join(_ROMAN.get(letter, "") for letter in word).replace("dj", "j")
    else:
        roman = unicodedata.normalize("NFD", word).encode("ascii", "ignore").decode()
        for spelled, meant in _LATIN_SPELLINGS:
            roman = spelled.sub(meant, roman)
    return _DOUBLED.sub(r"\1", roman.translate(_VOWELS))


def sounds(word: str) -> tuple[str, ...]:
    """The sound of `word` and, for a Cyrillic word, the sound without its case ending, each once."""
    stem = _CASE_ENDING.sub("", word.casefold()) if _CYRILLIC.search(word) else word
    found = (word, stem) if len(stem) >= _MIN_STEM else (word,)
    return tuple(dict.fromkeys(map(sound, found)))
