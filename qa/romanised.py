"""Russian and Tajik words written in Latin letters -> what they may be in Cyrillic, the likeliest first. Pure.

Systems differ (shch/sch/šč, ya/ja/ia, y for ы, й and и) and people mix them, so each word has several readings.
"""

from __future__ import annotations

_WIDTH = 48  # readings kept of a word: enough for two unusual choices in a long one
_LONGEST = 4  # letters of the longest group
_SOFTENED = frozenset("лнтсдзрмвбп")

# The first choice is the common one; each further one, and a soft sign that Latin leaves out, is less likely.
_SHARED = {
    "shch": "щ", "sch": "щ сч", "sh": "ш щ", "ch": "ч", "zh": "ж", "kh": "х", "ts": "ц тс", "dzh": "дж", "dj": "дж",
    "yu": "ю", "ju": "ю", "ya": "я", "ja": "я", "yo": "ё", "jo": "ё", "ye": "е", "je": "е", "ia": "ия я", "ii": "ии ий",
    "a": "а", "b": "б", "c": "ц к с", "d": "д", "e": "е э", "f": "ф", "g": "г", "h": "х", "i": "и й ы", "j": "й ж",
    "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "q": "к", "r": "р", "s": "с", "t": "т", "u": "у",
    "v": "в", "w": "в ш", "x": "х кс", "y": "ы й и", "z": "з", "š": "ш", "č": "ч", "ž": "ж",
}  # fmt: skip
_TABLES = {
    "ru": _SHARED | {"iy": "ий", "ij": "ий", "yy": "ый", "yj": "ый", "'": "ь ъ", "’": "ь ъ", "ʼ": "ь ъ", "`": "ь ъ"},
    "tg": _SHARED
    | {"gh": "ғ г", "q": "қ", "h": "ҳ х", "j": "ҷ й ж", "y": "й и", "i": "и ӣ", "u": "у ӯ", "ts": "тс ц", "ja": "ҷа я",
       "jo": "ҷо ё", "je": "ҷе е", "ju": "ҷу ю", "dj": "ҷ", "dzh": "ҷ", "ē": "е", "ū": "ӯ", "ī": "ӣ"}
    | dict.fromkeys("'’ʼ`", "ъ"),
}  # fmt: skip


def readings(word: str, language: str) -> list[str]:
    """At most 48 Cyrillic readings in `language` ("ru" or "tg"), capitals kept; letters not known stay."""
    table = _TABLES[language]
    lower = word.lower()
    at: dict[int, dict[str, int]] = {0: {"": 0}}
    for start in range(len(lower)):
        for text, cost in _cheapest(at.pop(start, {})):
            for end, choice, price in _steps(lower, start, table, language):
                part = at.setdefault(end, {})
                longer = text + choice
                part[longer] = min(cost + price, part.get(longer, cost + price))
    return [_capitals(word, text) for text, _ in _cheapest(at.get(len(lower), {}))]


def _cheapest(found: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(found.items(), key=lambda pair: pair[1])[:_WIDTH]


def _steps(word: str, start: int, table: dict[str, str], language: str) -> list[tuple[int, str, int]]:
    """Where the longest group at `start` ends, what it may be, and how unlikely that is."""
    length = next((n for n in range(_LONGEST, 0, -1) if word[start : start + n] in table and start + n <= len(word)), 1)
    end = start + length
    if word[start:end] not in table:
        return [(end, word[start:end], 0)]
    choices = table[word[start:end]].split()
    if word[start:end] in "yi" and word[:start].endswith(tuple("aeiou")):
        choices = ["й", "и"]
    steps = [(end, choice, price) for price, choice in enumerate(choices)]
    if language == "ru" and choices[0] in _SOFTENED and word[end : end + 1] not in tuple("aeiouy'’ʼ`"):
        steps.append((end, choices[0] + "ь", 1))
    return steps


def _capitals(word: str, text: str) -> str:
    if len(word) > 1 and word.isupper():
        return text.upper()
    return text.capitalize() if word[0].isupper() else text
