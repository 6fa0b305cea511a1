"""Names by which known outlets and organisations go in three scripts -> one name for each, so that lists group.

Data and two look-ups. A publisher that is not here keeps its own words.
"""

from __future__ import annotations

import re
from functools import cache

# One name, then its other forms; a form may be a regular expression.
OUTLETS: dict[str, str] = {
    "Radio Ozodi": r"radio[- ]ozodi|радио озоди|радиои озодӣ|озодӣ|озоди|ozodi(?:\.org)?",
    "Radio Free Europe/Radio Liberty": r"rfe/?rl|radio free europe(?:\s?/\s?radio liberty)?|радио свобода|радио свободная европа",
    "Asia-Plus": r"asia[- ]?plus|азия[- ]плюс|осиё[- ]плюс|осиёи плюс|asiaplus?tj\.info|asiaplus",
    "Avesta": r"avesta|авеста",
    "Khovar": r"khovar|ховар",
    "Sputnik Tajikistan": r"sputnik tajikistan|sputnik таджикистан|sputnik тоҷикистон|спутник таджикистан",
    "Eurasianet": r"eurasianet(?:\.org)?|евразианет",
    "Fergana News": r"fergana(?: news|\.news|\.ru)?|фергана(?:\.ру|\.news)?",
    "CABAR": r"cabar(?:\.asia)?",
    "CACI Analyst": r"caci analyst|central asia-caucasus analyst|the central asia-caucasus analyst",
    "Institute for War and Peace Reporting": r"iwpr|institute for war (?:and|&) peace reporting|институт по освещению войны и мира",
    "Anti-Discrimination Center Memorial": r"anti-discrimination cent(?:er|re) memorial|adc [\"“]?memorial[\"”]?|адц [«\"]?мемориал[»\"]?|антидискриминационный центр [«\"]?мемориал[»\"]?",
    "International Federation for Human Rights (FIDH)": r"international federation for human rights(?: \(fidh\))?|fidh|международная федерация за права человека",
    "Human Rights Watch": r"human rights watch|hrw|хьюман райтс вотч",
    "Amnesty International": r"amnesty international|международная амнистия",
    "Norwegian Helsinki Committee": r"norwegian helsinki committee",
    "International Organization for Migration": r"international organi[sz]ation for migration|iom|международная организация по миграции|созмони байналмилалии муҳоҷират",
    "Refworld": r"refworld",
    "UNHCR": r"unhcr|увкб(?: оон)?",
    "Reuters": r"reuters|рейтер",
    "AFP": r"afp|афп|agence france-presse",
    "TASS": r"tass|тасс|itar-tass|итар-тасс",
    "RIA Novosti": r"ria novosti|риа[ -]новости",
    "Interfax": r"interfax|интерфакс",
    "BBC": r"bbc(?: news)?|би-би-си",
    "Kommersant": r"kommersant|коммерсант[ъ]?",
    "Nezavisimaya Gazeta": r"nezavisimaya gazeta|независимая газета",
    "Izvestia": r"izvestia|известия",
    "Novaya Gazeta": r"novaya gazeta|новая газета",
    "The Diplomat": r"the diplomat",
    "Vecherka": r"vecherka|вечёрка|вечерка",
    "Ministry of Foreign Affairs of Tajikistan": r"ministry of foreign affairs of (?:the republic of )?tajikistan|мид таджикистана|вазорати корҳои хориҷии (?:ҷумҳурии )?тоҷикистон",
    "Ministry of Labour, Migration and Employment of Tajikistan": r"ministry of labou?r,? migration and employment(?: of the population)?(?: of (?:the republic of )?tajikistan)?|вазорати меҳнат,? муҳоҷират ва шуғли аҳолии (?:ҷумҳурии )?тоҷикистон|министерство труда,? миграции и занятости населения (?:республики )?таджикистан\w*",
}  # fmt: skip


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.IGNORECASE)) for name, forms in OUTLETS.items())


def outlet_in(text: str) -> str:
    """The known names that stand in `text`, joined by " / " in the order they stand; "" when there is none."""
    found = [(match.start(), name) for name, pattern in _patterns() if (match := pattern.search(text))]
    return " / ".join(name for _, name in sorted(found))


def outlet_named(text: str) -> str:
    """The one name of a publisher; its own words when it is not known."""
    bare = re.sub(r"^(?:the|агентство|иа|информационное агентство|агентии|ахбори)\s+", "", text.strip(" .,«»\"“”()"), flags=re.IGNORECASE)
    return next((name for name, pattern in _patterns() if pattern.fullmatch(bare)), text.strip(" .,;"))
