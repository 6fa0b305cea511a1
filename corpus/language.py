"""Text -> language, for documents and for one-line questions alike.

Words vote, because letters alone cannot tell Tajik typed on a Russian keyboard from Russian, nor a
Russian sentence full of English names from English.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from corpus.document import Language

SAMPLE = 60_000  # characters; more changes no verdict and costs time

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")

_ENGLISH_WORDS = (
    "the of and to in is was are were for that with on by as it from at an be this which who what when where why how "
    "many much did does do has have had not but or his her their its they he she you we about after before into than "
    "been will would can could should there between during against any some no a i all if more most over under"
)
_RUSSIAN_WORDS = (
    "и в во не на что с со по как это из у за от так о об к ко для до бы но же был была было были или при его её ее их "
    "который которые которых чем кто где когда почему сколько какие какой какая каких каким какое ли после также чтобы "
    "без под если между над все всех этого том они она оно мы вы ему ей им себя уже еще ещё только году года лет более "
    "там тут раз ни зачем куда откуда чей чья свой своих этот эта эти есть нет может будет стал стали"
)
_TAJIK_WORDS = (
    "дар аз ба ки ва бо аст барои чанд кадом чаро шуд шуда шудан шуданд шудааст буд буда будан буданд будаст ин чи чӣ "
    "кай куҷо кучо чист худ онҳо онхо шумо як ё низ агар вале аммо баъд пас соли солҳои солхои сол нафар нест "
    "мешавад мебошад мебошанд метавонад метавонанд карда кард карданд кардааст гуфт гуфта гуфтанд гузашта бояд ҳам ҳар "
    "чанде чандин чунин дигар байни тибқи тибки зери моҳи мохи рӯзи рузи кунанд кунад кунем доранд дорад дорам "
    "намуд намуданд намояд шавад шаванд хоҳад хохад аллакай танҳо танхо зиёд бештар чӣгуна чигуна гуна русия роҷеъ "
    "рочеъ нисбат ҳаст хаст ҳастанд хастанд моро маро онро инро ҳама хама бисёр кори забони шаҳри шахри"
)
# Stems of frequent Tajik words in both spellings; none begins a Russian word.
_TAJIK_STEM = re.compile(
    "^(?:му[хҳ]о[чҷ]ир|то[чҷ]ик|ша[хҳ]рванд|вазорат|сафорат|фурудго[хҳ]|раводид|и[хҳ]ро[чҷ]|додго[хҳ]|созишном|"
    "[хҳ]укумат|[чҷ]умҳ?х?ур|хори[чҷ]|маблағ|дониш[чҷ]|[хҳ]уқуқ|русия|маскав|мамлакат|давлат[иҳх]|бозго|дастгир|"
    "кишвар|меҳнат|ме[хҳ]нати|интиқол|интикол|пойго[хҳ]|манъ|ворид|афзо|паноҳ|кӯмак|хабар[иҳ]|[хҳ]амла|[чҷ]анг[иҳх]?$)"
)
_TAJIK_FORM = re.compile(
    "[ҳқғӣӯҷ]|ъ(?![еёюяи])|тсия|^(?:на)?ме[а-яё]{2,}(?:ад|анд)$|(?:онро|хоро|хои|онхо|гоҳ)$|^на?меша"
)
_RUSSIAN_FORM = re.compile("[ыщ]|(?:ть|тся|ться|ого|его|ому|ами|ях|ий|ой|ая|ие|ость|ции|ция|ских|ский|ство|ов)$")
_FOREIGN_CYRILLIC = re.compile("[іїєґўәөүұңһњљђћџѓќ]")
_FOREIGN_WORDS = (
    "der die das und ist nicht ein eine von zu mit auf für sie wie viele warum les des une est que pour dans qui pas "
    "avec sur sont combien pourquoi el los las una por con para como cuántos qué il che di della per non sono quanti "
    "ve bir bu ile için kaç neden va bilan uchun bu qancha nima jest nie się na i czy ile dlaczego och att som är det "
    "het een van niet zijn hoeveel"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_RUSSIAN = frozenset(_RUSSIAN_WORDS.split())
_TAJIK = frozenset(_TAJIK_WORDS.split())
_FOREIGN_LATIN = frozenset(_FOREIGN_WORDS.split()) - _ENGLISH
_DIACRITIC = re.compile("[\u00c0-\u024f]")


def detect(text: str) -> Language:
    """The language that most words of `text` speak for; "und" without letters or in a language not known here."""
    votes = Counter[str]()
    for vote, times in Counter(map(_vote, _WORD.findall(text[:SAMPLE]))).items():
        for side, weight in vote:
            votes[side] += weight * times
    if not votes:
        return "und"
    cyrillic = votes["ru"] + votes["tg"] + votes["cyrillic"] + votes["cyrillic?"]
    latin = votes["en"] + votes["latin"] + votes["latin?"]
    if votes["other"] > max(cyrillic, latin):
        return "und"
    return _cyrillic_language(votes) if cyrillic >= latin else _latin_language(votes)


@lru_cache(maxsize=30_000)  # the words of a corpus repeat, and every passage of it is asked about
def _vote(word: str) -> tuple[tuple[str, int], ...]:
    """A function word counts nine, the form of a word two to six, its script three; in a name, which travels, one."""
    lower = word.lower()
    plain = 3 if word == lower else 1
    if _CYRILLIC.search(word):
        return ("cyrillic", plain), *_cyrillic_vote(lower)
    if not _LATIN.search(word):
        return (("other", 3),)
    if lower in _ENGLISH:
        return ("latin", plain), ("en", 9)
    if lower in _FOREIGN_LATIN:
        return ("latin", plain), ("latin?", 9)
    return (("latin", plain), ("latin?", 3)) if _DIACRITIC.search(lower) else (("latin", plain),)


def _cyrillic_vote(lower: str) -> tuple[tuple[str, int], ...]:
    if lower in _RUSSIAN:
        return (("ru", 9),)
    if lower in _TAJIK:
        return (("tg", 9),)
    if _FOREIGN_CYRILLIC.search(lower):
        return (("cyrillic?", 9),)
    if _TAJIK_STEM.search(lower) or _TAJIK_FORM.search(lower):
        return (("tg", 6),)
    return (("ru", 2),) if _RUSSIAN_FORM.search(lower) else ()


def _cyrillic_language(votes: Counter[str]) -> Language:
    if votes["cyrillic?"] > votes["ru"] + votes["tg"]:
        return "und"
    return "tg" if votes["tg"] > votes["ru"] else "ru"


def _latin_language(votes: Counter[str]) -> Language:
    return "und" if votes["latin?"] > max(votes["en"], votes["latin"] // 2) else "en"
