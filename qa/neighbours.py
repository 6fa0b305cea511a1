"""Which other sentences must come along so that a quotation can be read? Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .answer_type import holds_kind
from .extract import Sentence
from .question import Asked

# A sentence that opens so leans on the one before it.
_LEANS = re.compile(
    r"^[«“\"'(\s—–-]*(?:he|she|it|they|his|her|their|this|these|those|such|another|others|also|however|moreover|"
    r"for (?:this|that) reason|because of (?:this|that)|that is why|therefore|as a result(?! of)|"
    r"он|она|они|оно|его|её|ее|их|это|эти|этот|такие|такой|также|однако|кроме того|при этом|"
    r"поэтому|из-за этого|по этой причине|в результате|"
    r"ӯ|вай|онҳо|ин|инчунин|аммо|бинобар ин|барои ҳамин|аз ин рӯ|дар натиҷа)\b|"
    # "Officials objected to this."
    r"\b(?:(?:to|of|by|about|against|after|from|for|over) (?:this|that|it|them)|"
    r"(?:против|после|об|от|из-за|для) (?:этого|этом)|(?:аз|ба|дар бораи) ин)[.!?»”\"]*$",
    re.I,
)
# "..., he said": a quotation whose speaker is named further up.
_SAID = (
    "said|says|added|adds|told|explained|noted|stated|argued|continued|believes|сказал|заявил|добавил|отметил|пояснил"
)
_UNNAMED_SPEAKER = re.compile(
    rf"[\"”»’,]\s*[—–-]?\s*(?:(?:he|she|they) (?:also |has )?(?:{_SAID})|(?:{_SAID}) (?:he|she|they))\b|"
    rf"\b(?:{_SAID})\w* (?:он|она|они)\b|[\"”»’,]\s*[—–-]\s*(?:он|она|они|ӯ|вай) \w+|\b(?:ӯ|вай) (?:гуфт|афзуд)",
    re.I,
)
_SPEAKER = re.compile(
    rf"\b(?:{_SAID}|according to|recalled|called|blamed|points? out|emphasi[sz]ed|по словам|по мнению|считает|сообщил|"
    r"гуфт|изҳор|ба гуфтаи|қайд)",
    re.I,
)
# What somebody said, and why: their own words tell more than a summary of them.
_ASKS_FOR_WORDS = re.compile(
    r"\b(?:reasons?|why|sa(?:y|ys|id)|tells?|told|explain\w*|argue\w*|comment\w*|warn\w*|justif\w+|view|opinion|"
    r"причин\w*|почему|сказал\w*|говор\w+|объясн\w+|считает|мнени\w+|чаро|сабаб\w*|гуфт\w*|мегӯя\w+|фикр\w*)\b",
    re.I,
)
# "What two reasons ...": they may stand in two sentences.
_SEVERAL = re.compile(
    r"\b(?:what|which|name|list)\b.{0,20}\b(?:two|three|four|five|several)\b|"
    r"\b(?:какие|каких|какими|назовите)\b.{0,20}\b(?:дв[ае]|двух|три|тр[её]х|четыре|пять)\b|"
    r"\bкадом (?:ду|се|чор|панҷ)\b",
    re.I,
)
# "Which jobs ...": a sentence on more of them goes on with the list.
_PLURAL = re.compile(
    r"\b(?:what|which) (?:other )?(?!(?:is|was|does|has|happens)\b)\w+s\b|\bwhere\b|\bjobs\b|"
    r"\b(?:какие|каких|каким|какими|куда|где)\b|\bкадом \w+[ҳх]о|\bку[ҷч]о", re.I
)  # fmt: skip
_MORE = re.compile(
    r"^\W*(?:then|next|also|затем|потом|далее|также|сипас|инчунин|ҳамчунин)\b|\b(?:as well|too)\W*$|"
    r"\b(?:также|тоже|низ)\b",
    re.I,
)
_FIRST = re.compile(r"\W*(?:first(?:ly)?|во-первых|якум|аввалан)[,:]", re.I)
_NEXT = re.compile(
    r"\W*(?:second(?:ly)?|third(?:ly)?|fourth(?:ly)?|finally|lastly|во-вторых|в-третьих|в-четвёртых|наконец|"
    r"дуюм|дуввум|сеюм|саввум|чорум|ниҳоят)[,:]",
    re.I,
)
_BACK_TO_SPEAKER = 5  # sentences; an article names its speaker again sooner than that
_OPENING, _CLOSING = "«“", "»”"
_STRAIGHT_OPENING = re.compile(r'(?:^|[\s(])"\w')
_LONGEST_QUOTE = 4  # sentences of one speech that are shown; longer ones are cut at a sentence


def leans(text: str) -> bool:
    """Can it not be read without the sentence before it?"""
    return bool(_LEANS.search(text))


def needed_by(sentence: Sentence, asked: Asked, ranked: Sequence[Sentence], pair: float) -> Iterable[Sentence]:
    """Neighbours without which the sentence misleads: the rest of its quotation, what its pronoun points to, who said
    it, the name when a person is asked for, how a list goes on, and the other half of what answers: of the window that
    is nearer to the question by `pair` standard deviations."""
    near = _surroundings(sentence, ranked)
    quotation = list(_rest_of_quotation(sentence, near))
    yield from quotation
    yield from _heading_of(sentence, near)
    yield from _items_of(sentence, near)
    yield from _numbered_after(sentence, near)
    before = near.get(sentence.place - 1)
    if before is not None and leans(sentence.text):
        yield before
    elif asked.kind == "who" and not holds_kind("who", sentence.text, asked.question.standalone):
        named = (near.get(sentence.place + step) for step in (1, -1))
        yield from [one for one in named if one and holds_kind("who", one.text, asked.question.standalone)][:1]
    for said in (sentence, *quotation):
        yield from _speaker_of(said, near)
    following = near.get(sentence.place + 1)
    if following is not None and (_goes_on(asked, following) or _is_quoted(asked, sentence, following)):
        yield following
    if sentence.signals.pair - sentence.signals.similarity > pair:
        yield from _other_half(sentence, near)


def _heading_of(sentence: Sentence, near: dict[int, Sentence]) -> Iterable[Sentence]:
    """The line before a list's first item, or the first row of a table: without it an item may be anybody's."""
    alike = _is_row if _is_row(sentence) else _is_item
    place = sentence.place
    while alike(sentence) and place - 1 in near and alike(near[place - 1]):
        place -= 1
    if _is_row(sentence):
        yield from [near[place]] if place < sentence.place else []
    elif _is_item(sentence) and place - 1 in near and near[place - 1].text.endswith(":"):
        yield near[place - 1]


def _items_of(sentence: Sentence, near: dict[int, Sentence]) -> Iterable[Sentence]:
    place = sentence.place + 1
    while sentence.text.endswith(":") and place in near and _is_item(near[place]):
        yield near[place]
        place += 1


def _numbered_after(sentence: Sentence, near: dict[int, Sentence]) -> Iterable[Sentence]:
    """ "First, ... Second, ..." behind a sentence, or as it goes on."""
    place = sentence.place + 1
    begins = near.get(place)
    if begins is not None and _FIRST.match(begins.text):
        yield begins
        place += 1
    elif not _FIRST.match(sentence.text):
        return
    while place in near and _NEXT.match(near[place].text):
        yield near[place]
        place += 1


def _is_row(sentence: Sentence) -> bool:
    return sentence.text.startswith("|")


def _is_item(sentence: Sentence) -> bool:
    """Its mark is not part of what is quoted."""
    return sentence.span.start > sentence.found.stored.passage.sentences[sentence.place].start


def _goes_on(asked: Asked, following: Sentence) -> bool:
    """Does what follows tell more of what was asked for: the list's next item, the next figure of the same thing?"""
    question = asked.question.standalone
    if _PLURAL.search(question) and _MORE.search(following.text):
        return True
    if not leans(following.text):
        return False
    return bool(_SEVERAL.search(question)) or (asked.kind == "count" and holds_kind("count", following.text, question))


def _is_quoted(asked: Asked, sentence: Sentence, following: Sentence) -> bool:
    """Does what follows give in their own words what the sentence says that somebody said?"""
    opens = following.text.lstrip(" —–-").startswith((*_OPENING, '"'))
    told = opens and _SPEAKER.search(sentence.text) and not _SPEAKER.search(_UNNAMED_SPEAKER.sub("", following.text))
    return bool(told and _ASKS_FOR_WORDS.search(asked.question.standalone))


def _surroundings(sentence: Sentence, ranked: Sequence[Sentence]) -> dict[int, Sentence]:
    """Sentences by their place counted from the head of this one's passage, those of the passages next to it too."""
    own = sentence.found.stored.passage
    near: dict[int, Sentence] = {}
    for one in ranked:
        other = one.found.stored.passage
        if (other.document_id, other.version) == (own.document_id, own.version):
            if other.ordinal == own.ordinal:
                near[one.place] = one
            elif other.ordinal == own.ordinal - 1:
                near[one.place - len(other.sentences)] = one
            elif other.ordinal == own.ordinal + 1:
                near[one.place + len(own.sentences)] = one
    return near


def _speaker_of(sentence: Sentence, near: dict[int, Sentence]) -> Iterable[Sentence]:
    """Who is meant by "he said": the sentence above that names a speaker."""
    if not _UNNAMED_SPEAKER.search(sentence.text):
        return
    for place in range(sentence.place - 1, sentence.place - 1 - _BACK_TO_SPEAKER, -1):
        above = near.get(place)
        if above is None:
            return
        if _SPEAKER.search(above.text) and not (_UNNAMED_SPEAKER.search(above.text) or leans(above.text)):
            yield above
            return


def _other_half(sentence: Sentence, near: dict[int, Sentence]) -> Iterable[Sentence]:
    """The neighbours in the window that is nearest to the question of those that hold the sentence."""
    whole = sentence.found.stored.passage.sentences[sentence.place]
    windows = zip(sentence.found.stored.passage.windows, sentence.found.similarities.tolist(), strict=True)
    holding = [(value, span) for span, value in windows if span.start <= whole.start and whole.end <= span.end]
    _, best = max(holding, key=lambda pair: pair[0])
    for place in (sentence.place - 1, sentence.place + 1):
        other = near.get(place)
        if other is not None and best.start <= other.span.start and other.span.end <= best.end:
            yield other


def _rest_of_quotation(sentence: Sentence, near: dict[int, Sentence]) -> Iterable[Sentence]:
    """The sentences up to the closing mark, or back to the opening one; none when there is no such mark near."""
    for step, depth in ((1, _open(sentence.text)), (-1, -_open(sentence.text))):
        if depth <= 0:
            continue
        taken: list[Sentence] = []
        place = sentence.place + step
        while depth > 0 and place in near and len(taken) < _LONGEST_QUOTE - 1:
            taken.append(near[place])
            depth += step * _open(near[place].text)
            place += step
        if depth <= 0:
            yield from taken


def _open(text: str) -> int:
    """Opening less closing quotation marks. A straight mark opens when a word follows and none precedes it."""
    curly = sum(text.count(mark) for mark in _OPENING) - sum(text.count(mark) for mark in _CLOSING)
    if text.count('"') % 2 == 0:
        return curly
    return curly + (1 if _STRAIGHT_OPENING.search(text) else -1)
