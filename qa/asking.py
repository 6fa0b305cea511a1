"""What kind of answer does a question ask for, and which of its words only ask? By word lists in three languages.

Tajik is recognized as typed without its own letters too. Pure.
"""

from __future__ import annotations

import re
from typing import Literal

from index.tajik import fold

Kind = Literal["count", "when", "who", "where", "why", "other"]

# "Что такое", "tell me", "roughly", "году" beside its number: the index holds them, but they tell nothing of what is
# sought.
_ONLY_ASKS = re.compile(
    fold(
        r"^\W*(?:please\W+)?(?:describe|explain|show|tell)\b|\b(?:can|could|would) you\b|"
        r"(?<=\b\d{4}\s)год\w*|\b(?:соли|солҳои|the year)(?=\s\d{4}\b)|"
        r"(?<=\w\s)(?:кист|чист)(?:анд)?(?=\W*$)|"
        r"\bstands? for(?=\W*$)|(?<=what )(?:share|proportion|percentage)\b|\baccording to\b|\bthinks?\b(?!\s+tank)|"
        r"\b(?:please|approximately|around|exact|exactly|roughly|"
        r"так(?:ая|ие|им|ими|их|ого|ое|ой|ом|ому|ую)|пожалуйста|"
        r"именно|около|ориентировочно|приблизительно|примерно|точно|"
        r"(?:под|рас)?скажи(?:те)?|назови(?:те)?|об[ъь]ясни(?:те)?|опиши(?:те)?|поясни(?:те)?|"
        r"лутфан|марҳамат|аниқ|дақиқ|маҳз|тақрибан|тахминан|(?:би)?гӯ(?:ед)?|фаҳмонед|нақл кун(?:ед)?)\b"
    ),
    re.IGNORECASE,
)

# "тем, кто" and "those who" name people; behind another question word "when" and "где" begin a clause of its own.
_RELATIVE = re.compile(
    r"\b(?:т(?:е|ех|ем|еми|от|ого|ому|ом)|все|всех|всем|всеми|кажд\w+|люд\w+),?\s+(?:\w{1,3}\s+)?(?:кто|кого|кому|кем|ком|чь\w+)\b|"
    r"\b(?:those|people|persons|anyone|anybody|everyone|everybody|someone)\s+(?:who|whom|whose)\b",
    re.IGNORECASE,
)
_ASKS_OTHERWISE = re.compile(r"\W*(?:how|what|which|why|зачем|как\w*|почему|чего|чем|чему|что)\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r"(?<!\band)(?<!\bor)\s(?:who|whom|whose|when|where)\b|"
    r",\s+(?:\w{1,3}\s+)?(?:кто|кого|кому|кем|ком|чь\w+|когда|где|куда|откуда)\b",
    re.IGNORECASE,
)

# One place; "in which districts" asks for a list.
_PLACES = r"(?:airport|border crossing|city|country|district|place|province|region|republic|station|town|village)\b"
_PLACES_RU = (
    r"(?:аэропорт|вокзал|город|деревн|кишлак|област|пос[её]лк|район|регион|республик|станци)\w*|"
    r"(?:мест|сел|стран)(?:[аеоуы]\w{0,2})?\b"
)
_PLACES_TG = r"(?:вилоят|деҳа|кишвар|мамлакат|минтақа|ноҳия|фурудгоҳ|ҷой?|шаҳр)(?:[еи]|ро)?\b"
_NAME = r"[«“\"]?[A-ZА-ЯЁҲҚҒӢӮҶ][\w’'-]*[»”\"]?"


# "Compare remittances in 2011 with those of 2008": two figures are sought.
_COMPARES = (
    r"compar(?:e|ed|es|ing|ison)|contrast|versus|vs|differs?|differed|difference|higher or lower|"
    r"more or (?:less|fewer)\b(?=.*\bthan)|agree on (?=the\b|how\b)|\d{4} against (?=\D{0,20}\d{4})|"
    r"(?:higher|lower|fewer) than (?:a|the) year (?:before|earlier)|"
    r"how (?:did|does|has) the (?:number|share|amount)\b(?=.*\b(?:change|differ|compare|grow|rise|fall|fell|rose))|"
    r"(?:number|share|proportion) of [^,?]{3,40} and of|сравни(?!тельн)\w*|по сравнению|разниц\w+|расход(?:ит|ят)ся"
)
_QUANTITY = (
    r"numbers?|shares?|amounts?|estimates?|remittances|transfers|wages?|(?<!to )pay|salar(?:y|ies)|incomes?|earnings|"
    r"(?<!в том )числ\w+|численност\w+|дол[яиюе]|сумм\w+|перевод(?:ы|ов|ам|ами|ах)|зарплат\w+|заработк\w+|оценк\w+|"
    r"цифр\w*"
)


def _asks(pattern: str, tajik: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(f"{pattern}|{tajik}|{fold(tajik)}", flags)


_TWO_FIGURES = _asks(
    rf"^(?=.*\b(?:{_COMPARES})\b).*\b(?:{_QUANTITY})\b", r"^(?=.*\b(?:муқоиса|фарқ)).*\b(?:шумора|ҳисса|маош|маблағ)"
)
# "What is the name of", "which bank": an answer calls somebody or something by name.
_NAMED = (
    r"(?:airlines?|airports?|banks?|cities|city|compan(?:y|ies)|courts?|farms?|hospitals?|journalists?|judges?|lawyers?|"
    r"newspapers?|outlets?|police stations?|reporters?|towns?|universit(?:y|ies))\b"
    r"(?!\s(?!(?:besides|does|has|is|was)\b)\w+s\b)"
    r"(?!\s(?:account|card|case|centre|center|clerk|degree|decision|hearing|limit|loan|official|order|ruling|transfer)\b)"
)  # not "which bank cards"
_NAMED_RU = (
    r"(?:банк|город|суд)(?:а|ах|е|ов|ом|у|ы|и)?\b|судь[яие]\b|(?:больниц|газет|компани|страны-донор)\w+|"
    r"журналист(?!ск)\w*"
)
_NAMED_TG = r"(?:додгоҳ|бемористон|беморхона|бонк|суд|ширкат|шаҳр)(?:е|и|ро|ҳо|ҳои)?\b"
_FOR_A_NAME = _asks(
    rf"\b(?:give|list|tell me) (?:the )?names? of\b|\bwhat (?:is|was|are|were) (?:(?!to\b)\S+ ){{1,6}}names?\b|"
    r"\bwho wrote\b|"
    rf"\bwho (?:is|was|were) the (?:ambassador|author|general|head(?! of (?:the |a )?(?:household|family))|"
    r"journalist|judge|reporter)\b|"
    rf"\bwhich (?:\w+ )?{_NAMED}|\bкак зовут(?!.*\bна (?:войну|работу|службу|фронт))|"
    r"\bназовите имена|\bкто (?:автор|написал)\b|"
    rf"\bкак(?:ое|ая|ие|овы?) (?:именно )?(?:имя|имена|фамили\w+)\b|"
    rf"\bкак(?:ой|ая|ие|их|ом|ого) (?:именно )?(?:{_NAMED_RU})",
    rf"\bчӣ ном\b|\bном(?:аш|и|ҳо)\b(?!.*\bма(?:н|ро)\b)(?=.*\bч(?:ӣ|ист))|^\W*номи\b(?!.*\bма(?:н|ро)\b)|"
    rf"\bкадом {_NAMED_TG}",
)
# "Can police expel without a court?", "В каком суде обжаловать": what holds in general, or for whoever asks.
_FOR_A_RULE = _asks(
    r"\b(?:can|(?-i:may)|must|shall|should|allowed|legal|permitted|required|do I|am I)\b|"
    r"\b(?:можно|мож(?:ет|ем|ете)|могу|могут|мне|мы|надо|нужно|необходимо|обязан\w*|должен|должны|должна|вправе|"
    r"разреш[её]н\w*|запрещ[её]н\w*|нельзя|законн[оы]|имеют право)\b|"
    r"(?<!ли\s)(?<!ет\s)(?<!ут\s)\b(?!десять|девять|двадцать|тридцать|печать|память)"
    r"\w{3,}(?:ать|ять|ить|еть|уть)(?:ся)?\b",
    r"\b(?:метавон\w+|бояд|мумкин|лозим|иҷозат|манъ|ҳақ дор\w+|кунам|равам|ман)\b",
)
# The first that fits is the kind.
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    # "Who is Karimov?" asks what he is, not for a name; "Вазири меҳнат кист?" names an office and asks who holds it.
    (
        "other",
        _asks(
            r"^\W*(?:[Ww]ho (?:is|was) [\"“«]?[A-ZА-Я]|[Кк]то так(?:ой|ая|ие)\b)",
            rf"(?:^|[:,.]\s)\W*(?!\w{{4,}}и\s(?!кист))(?:{_NAME}\s+)+кист(?:анд)?\W*$",
            re.NOFLAG,
        ),
    ),
    (
        "count",
        _asks(
            r"\bhow (?:many|much|long|old|large|big)\b|\bwhat (?:share|percentage|number|proportion|amount)\b|"
            r"\bскольк\w*\b|\bкак(?:ая|ую|ова) (?:доля|долю|сумма|численность)\b|\bкаким срок|"
            r"\bwhat (?:was|is|were|are) (?:the|\w+['’]s) (?:\w+ ){0,3}"
            r"(?:value|cost|price|sum|rate|fee|fine|salary|budget|size)\b|"
            r"\bкаков\w* (?:\w+ ){0,2}(?:стоимость|сумма|цена|размер|доля|число)\b|\bво сколько\b",
            r"(?<!\bсоли )\bчанд\w*\b",
        ),
    ),
    (
        "when",
        _asks(
            r"^\W*(?:\S+\s+){0,3}when\b|\b(?:what|which) (?:year|date|day|month)\b|"
            r"\bкогда\b|\b(?:в какой|как(?:ого|ом|ому|им|их)) (?:год|месяц|числ|день|дн)\w*",
            r"\bкай\b|\bкадом (?:вақт|моҳ|рӯз|сана|сол)(?:и|ро|ҳо\w*)?\b|\bсоли чанд",
        ),
    ),
    (
        "who",
        _asks(
            r"^\W*(?:\S+\s+){0,4}who(?:m|se)?\b|\bкто\b(?!-)|\bкого\b|\bкому\b|\bкем\b|\bчь[яиёе]\b|\bчей\b|"
            r"\bnames? of\b|\bкак зовут\b|\bназвани[ея]\b|\bкӣ\b",
            r"^\W*кӣ\b|\bкист\w*\b",
        ),
    ),
    (
        "where",
        _asks(
            rf"\bwhere\b|\b(?:at|from|in|into|near|through|to) (?:what|which) (?:\w+ )?{_PLACES}|"
            r"\bгде\b|\bкуда\b|\bоткуда\b|"
            rf"\b(?:в|во|до|из|на|с|через) как(?:ой|ого|ом|ую) (?:\w+ )?(?:{_PLACES_RU})",
            rf"\bкуҷо\b|\b(?:аз|ба|дар|то) кадом (?:\w+ )?{_PLACES_TG}",
        ),
    ),
    ("why", _asks(r"\bwhy\b|\bпочему\b|\bзачем\b|\bиз-за чего\b", r"\bчаро\b|\bаз чӣ сабаб\b")),
    ("count", _TWO_FIGURES),
)  # fmt: skip


def kind_of(text: str) -> Kind:
    """The kind of answer asked for; the first pattern that fits, "other" when none does."""
    asked = _without_clauses(text)
    return next((kind for kind, pattern in _KINDS if pattern.search(asked)), "other")


def _without_clauses(text: str) -> str:
    """Without question words that ask for nothing."""
    asked = _RELATIVE.sub(" ", text)
    return _CLAUSE.sub(" ", asked) if _ASKS_OTHERWISE.match(asked) else asked


def compares(text: str) -> bool:
    """Are two figures sought?"""
    return bool(_TWO_FIGURES.search(text))


def asks_for_a_name(text: str) -> bool:
    """Is a name sought, of a person or of one among many banks, courts, towns? Not where any of a kind would do."""
    named = bool(_FOR_A_NAME.search(_without_clauses(text)))
    return named and not asks_for_a_rule(text) and kind_of(text) not in ("count", "when", "why")


def asks_for_a_rule(text: str) -> bool:
    """Is sought what may, must or can be done, which holds beyond the day that it is told of?"""
    return bool(_FOR_A_RULE.search(text))


def without_asking(text: str) -> str:
    """`text` with a space for every letter of the words that only ask."""
    rest = list(text)
    for match in _ONLY_ASKS.finditer(fold(text)):
        rest[match.start() : match.end()] = " " * len(match.group())
    return "".join(rest)
