"""A follow-up and the questions before it -> a question that stands alone: "And in 2023?", "А женщины?", "Чаро?". Pure.

What the follow-up names takes the place of the same kind of thing in the earlier question; a bare question word takes
the place of its question word; a pronoun brings the earlier question's words along. A complete question is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.tokenize import query_words

from .asking import without_asking
from .slots import Slot, slots

_IGNORE = re.IGNORECASE
_LINK = re.compile(
    r"(?:and |but |so )?(?:what|how) about\b|(?:and|but|or|also)\b(?! (?:what|how) about)|"
    r"(?:а|и|ну а) (?:что|как) (?:насчёт|насчет|с|про)\b|(?:а|и|но|или)\b|"
    r"(?:ва|аммо|вале|лекин)\b(?: дар бораи\b)?|дар бораи\b",
    _IGNORE,
)
_QUESTION_WORD = re.compile(
    r"\b(?:how (?:many|much|long|old|often)|what (?:share|percentage|number|proportion) of|who(?:m|se)?|when|where|"
    r"why|how|which|what|сколько|скольк[а-я]+|кто|кого|кому|кем|когда|где|куда|откуда|почему|зачем|как(?:ой|ая|ое|ие|их|ую|ова|ов)?|"
    r"что|чем|чего|кӣ|кист|кай|куҷо|кучо|чаро|чанд(?: нафар)?|чӣ қадар|чӣ|чи|кадом)\b",
    _IGNORE,
)
_ASIDE = re.compile(r"\b(?:then|else|not|же|тогда|ещё|еще|охир)\b", _IGNORE)
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|(?:кто|что) так(?:ая|ие|ое|ой))\b",
    _IGNORE,
)
_PRONOUNS = (
    "he|she|him|her|his|hers|they|them|their|theirs|it|its|this|that|these|there|"
    "он|она|оно|они|его|её|ее|их|ему|ей|им|ними|нём|нем|ней|них|неё|нее|этого|этому|этой|этих|этим|этот|эта|это|эти|там|тогда|"
    "ӯ|вай|вайро|онҳо|онхо|ин|инҳо|инро|онро|он ҷо|он чо|дар он|он вақт|"
    r"such(?! as\b)|(?<!кто )(?<!что )так(?:ая|ие|им|ими|их|ого|ой|ом|ому|ую)|чун[иу]н"
)
_PRONOUN = re.compile(rf"\b(?:{_PRONOUNS})\b", _IGNORE)
# Of something already spoken of, whatever else the question names.
_OF_THEM = re.compile(
    r"\b(?:of|among|from|about|by|with|to) (?:(?:them|it)\b|"
    r"(?:these|those)(?= (?:is|are|was|were|had|have|did)\b|\W*$))|"
    r"\b(?:из|среди|о|об|у|про|для|к|с) (?:них|ней|нём|нем|нему|ним|этого|этом)\b|"
    r"\bаз (?:онҳо|онхо|байни онҳо|инҳо)\b|\bдар бораи (?:он|ин|ӯ|вай)\b",
    _IGNORE,
)
_LAST = re.compile(
    r"\b(?:it|them|this|that|there|him|her|ему|ей|ӯро|вайро|это|там|его|их|инро|онро|он ҷо|онҳоро)\b\W*$", _IGNORE
)
_POSSESSIVE = re.compile(r"\b(?:his|her|its|their)\b", _IGNORE)
_PERSON = re.compile(r"\b(?:he|him|she|her|his|он|она|его|её|ее|ему|ей|ӯ|вай)\b", _IGNORE)
_PLACE = re.compile(r"\b(?:there|там|он ҷо|он чо)\b", _IGNORE)
_EXPLETIVE = re.compile(
    r"\bthere (?:is|are|was|were|has|have)\b|\b(?:is|are|was|were|be|been) there\b|\bdoes it (?:take|mean)\b|"
    r"\b(?:it (?:is|was)|(?:is|was) it) (?:true|said|possible|determined|called)\b|\bэто правда\b",
    _IGNORE,
)
# Counted from the year that the earlier question names; "in a year" and "last year" count from today.
_BESIDE = {
    -1: re.compile(
        r"\b(?<!than )(?:(?:a|one) year (?:before|earlier)|(?:in )?the (?:year before|(?:preceding|previous) year)|"
        r"(?<!чем )годом (?:ранее|раньше)|за год до (?:того|этого)|в предыдущем году|"
        r"(?:дар )?(?:як соли?|соли) (?:пеш(?:ин|тар)?|қаблӣ|кабли))\b",
        _IGNORE,
    ),
    1: re.compile(
        r"\b(?<!than )(?:(?:a|one) year (?:after|later)|(?:in )?the (?:year after|following year)|"
        r"(?<!чем )годом (?:позднее|позже)|(?:дар )?(?:як соли?|соли) (?:баъд(?:ӣ|и|тар)?))\b",
        _IGNORE,
    ),
}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MOST_IN_FRAGMENT = 5  # words of meaning; more make a question of their own
_END = " \t\n?!.…"


def standalone(text: str, history: Sequence[str]) -> str:
    """`text` itself when it is complete or nothing came before; earlier turns are made complete in their order."""
    complete = ""
    for turn in (*history, text):
        complete = _completed(turn.strip(), complete)
    return complete


def with_its_name(text: str, earlier: str) -> str:
    """`text` with the one name of `earlier` in the place of its pronoun: "where did he die?" behind "Who was ...?". The
    same text where it has none, or `earlier` names nobody or several."""
    pronoun, names = _PERSON.search(text), [slot.text for slot in slots(earlier) if slot.kind == "name"]
    return text[: pronoun.start()] + names[0] + text[pronoun.end() :] if pronoun and len(names) == 1 else text


def _completed(text: str, earlier: str) -> str:
    if not earlier or not text.strip(_END):
        return text
    shifted, beside = _year_beside(text, earlier)
    if beside:
        text, earlier = shifted, beside
    link = _LINK.match(text)
    rest = text[link.end() :].strip(" ,") if link else text
    if not rest.strip(_END):
        return earlier
    if _QUESTION_WORD.fullmatch(_ASIDE.sub("", without_asking(rest)).strip(_END)):
        return _asked_otherwise(rest.strip(_END), earlier)
    if _is_fragment(rest, linked=link is not None):
        return _replaced(rest.strip(_END), earlier)
    if beside or _leans(rest, linked=link is not None):
        return _with_what_it_means(rest, earlier)
    return text


def _year_beside(text: str, earlier: str) -> tuple[str, str]:
    """`text` without "a year earlier", and the earlier question about that year; "" where there is none."""
    years = list(_YEAR.finditer(earlier))
    if years and not _YEAR.search(text):
        for step, pattern in _BESIDE.items():
            if pattern.search(text):
                start, end = years[-1].span()
                return " ".join(
                    pattern.sub("", text).split()
                ), f"{earlier[:start]}{int(years[-1].group()) + step}{earlier[end:]}"
    return text, ""


def _is_fragment(rest: str, *, linked: bool) -> bool:
    """A part of a question. Without a link it must be nothing but parts that have a place in any question."""
    meaning = _meaning(rest)
    if _PRONOUN.search(rest) or _AUXILIARY.search(rest) or len(meaning) > _MOST_IN_FRAGMENT:
        return False
    asks = _QUESTION_WORD.search(rest) is not None
    named = [slot for slot in _slots_of_fragment(rest) if slot.kind != "name"]
    held = {word for slot in named for word in _meaning(slot.text)}
    if linked and not asks:
        return True
    return bool(named) and set(meaning) <= held and (linked or len(meaning) <= 2)


def _leans(rest: str, *, linked: bool) -> bool:
    """It points to something that it does not name."""
    plain = _EXPLETIVE.sub(" ", rest)
    for pattern, most_before in ((_OF_THEM, 2), (_LAST, 2), (_PRONOUN, 2 if linked else 0)):
        pointing = pattern.search(plain)
        if pointing is None or len(_meaning(plain[: pointing.start()])) > most_before:
            continue
        if pattern is _OF_THEM or not _names_before(plain, pointing):
            return not (_POSSESSIVE.fullmatch(pointing.group()) and _names(plain))
    return False


def _names_before(text: str, pointing: re.Match[str]) -> bool:
    return any(slot.kind != "time" and slot.end <= pointing.start() for slot in slots(text))


def _names(text: str) -> bool:
    return any(slot.kind == "name" for slot in slots(text))


def _asked_otherwise(question_word: str, earlier: str) -> str:
    """The earlier question with this question word."""
    asked = _QUESTION_WORD.search(earlier)
    if asked is None:
        return f"{question_word} {earlier}"
    word = question_word[:1].lower() + question_word[1:]
    return _with_capital(earlier[: asked.start()] + word + earlier[asked.end() :], earlier)


def _replaced(rest: str, earlier: str) -> str:
    """The earlier question with the slots of the fragment in place of its own; what finds no place is added."""
    text, added = earlier, False
    for new in _slots_of_fragment(rest):
        old = _counterpart(new, text)
        if old is None:
            added = True
        else:
            text = _with_capital(text[: old.start] + new.text + text[old.end :], earlier)
    asks = _QUESTION_WORD.match(rest)
    if asks and (mine := _QUESTION_WORD.search(text)) and mine.start() == 0:
        text = asks.group() + text[mine.end() :]
    return f"{text.rstrip(_END)} {rest}?" if added or text == earlier else text


def _with_capital(text: str, like: str) -> str:
    return text[:1].upper() + text[1:] if like[:1].isupper() else text


def _slots_of_fragment(rest: str) -> list[Slot]:
    """A capital says "name" at its beginning too, unless the word is one that any question may begin with."""
    first = rest.split(maxsplit=1)[0] if rest.split() else ""
    return slots(" " + rest if _meaning(first) else rest)


def _counterpart(new: Slot, text: str) -> Slot | None:
    """The slot of the same kind, rather one after the same preposition. A name written in capitals may be any name."""
    same = [slot for slot in slots(text) if slot.kind == new.kind]
    return next((slot for slot in same if slot.preposition == new.preposition), same[0] if same else None)


def _with_what_it_means(rest: str, earlier: str) -> str:
    """The name or place that the pronoun stands for in its stead, if there is one; else the earlier words behind it."""
    kinds = {slot.kind: slot for slot in reversed(slots(earlier))}
    for pattern, kind in ((_PERSON, "name"), (_PLACE, "place")):
        pronoun = pattern.search(_EXPLETIVE.sub(lambda match: " " * len(match.group()), rest))
        if pronoun and kind in kinds:
            rest = rest[: pronoun.start()] + kinds[kind].text + rest[pronoun.end() :]
    own, dated = set(_meaning(rest)), _YEAR.search(rest)
    more = [word for word in _meaning(earlier) if word not in own and not (dated and _YEAR.fullmatch(word))]
    return f"{rest.rstrip(_END)} ({' '.join(more)})?" if more else rest


def _meaning(text: str) -> list[str]:
    """The words that carry meaning, case-folded, each once."""
    return [
        word for word, _ in query_words(_QUESTION_WORD.sub(" ", without_asking(text)), "ru") if query_words(word, "tg")
    ]
