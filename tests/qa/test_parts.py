"""Which questions are divided, and into what."""

from __future__ import annotations

import pytest

from qa.parts import divided

DIVIDED = {
    # "she" is not whom the clause itself names
    "Why did she leave Karim Saidov and where did he die?": (
        "Why did she leave Karim Saidov",
        "where did Karim Saidov die?",
    ),
    "Кем был Карим Саидов и где он умер?": ("Кем был Карим Саидов", "где Карим Саидов умер?"),
    "Вазир Карим Саидов кӣ буд ва дар куҷо ӯ вафот кард?": (
        "Вазир Карим Саидов кӣ буд",
        "дар куҷо Карим Саидов вафот кард?",
    ),
    "Who led the raids in Moscow, and how many workers were detained in Kazan?": (
        "Who led the raids in Moscow",
        "how many workers were detained in Kazan?",
    ),
    "Сколько таджиков депортировали в январе и кто объявил о рейдах в Душанбе?": (
        "Сколько таджиков депортировали в январе",
        "кто объявил о рейдах в Душанбе?",
    ),
    "What reason do the embassy and the Duma committee each give for the new visas?": (
        "What reason do the embassy give for the new visas?",
        "What reason do the Duma committee give for the new visas?",
    ),
    "Сколько мигрантов, по данным ФМС и по данным «Азии-Плюс», уехало домой?": (
        "Сколько мигрантов, по данным ФМС, уехало домой?",
        "Сколько мигрантов, по данным «Азии-Плюс», уехало домой?",
    ),
    "What reason do Reuters and the Human Rights Watch report of 2009 each give for the new visas?": (
        "What reason do they give for the new visas, according to Reuters?",
        "What reason do they give for the new visas, according to the Human Rights Watch report of 2009?",
    ),
    "Do Asia-Plus in May 2011 and Reuters in June 2012 agree on the number of welders in Kazan?": (
        "what is the number of welders in Kazan, according to Asia-Plus in May 2011?",
        "what is the number of welders in Kazan, according to Reuters in June 2012?",
    ),
    "Both the 2013 and the 2024 article speak of welders. What does each of them report?": (
        "they speak of welders. What do they report, according to the 2013 article?",
        "they speak of welders. What do they report, according to the 2024 article?",
    ),
    "What do both the 2011 and the 2024 article say about welders?": (
        "What do they say about welders, according to the 2011 article?",
        "What do they say about welders, according to the 2024 article?",
    ),
    "Karimov and Saidov both find the new visas too dear. What reason does each give?": (
        "Karimov find the new visas too dear. What reason do they give?",
        "Saidov find the new visas too dear. What reason do they give?",
    ),
    # "each" belongs to the sides only where it stands behind them
    "How many visits do Moscow and Dushanbe each pay to each other every year?": (
        "How many visits do Moscow pay to each other every year?",
        "How many visits do Dushanbe pay to each other every year?",
    ),
    "Patents in Moscow: how much does a worker pay and who must pass the exam?": (
        "Patents in Moscow: how much does a worker pay",
        "Patents in Moscow: who must pass the exam?",
    ),
    # a text that no table knows is told from the other one by what it is not
    "How do the Reuters article and the welders' press release each describe the strike in Kazan?": (
        "How do they describe the strike in Kazan, according to the Reuters article?",
        "How do they describe the strike in Kazan?",
    ),
    "Two welders tell of pay: what did Karimov earn, and where did Saidov find work?": (
        "Two welders tell of pay: what did Karimov earn",
        "Two welders tell of pay: where did Saidov find work?",
    ),
    "How do migrants in Fergana and migrants in Khujand differ in income?": (
        "How do migrants in Fergana differ in income?",
        "How do migrants in Khujand differ in income?",
    ),
    "In 2012 and 2013 how did the doctors and Reuters each explain the strike?": (
        "In 2012 and 2013 how did the doctors explain the strike?",
        "In 2012 and 2013 how did they explain the strike, according to Reuters?",
    ),
    "Compare deportations to Tajikistan in 2019 with those of 2023.": (
        "deportations to Tajikistan in 2019.",
        "deportations to Tajikistan of 2023.",
    ),
    "Compare the welders' pay on a Kazan building site and on a Polish farm in spring.": (
        "the welders' pay on a Kazan building site in spring.",
        "the welders' pay on a Polish farm in spring.",
    ),
    "Сравните зарплаты сварщиков на стройках в Казани и в Польше.": (
        "зарплаты сварщиков на стройках в Казани.",
        "зарплаты сварщиков на стройках в Польше.",
    ),
    "What reason do the doctors and the embassy each give for the new visas?": (
        "What reason do the doctors give for the new visas?",
        "What reason do the embassy give for the new visas?",
    ),
    "Сколько патентов продала Казань в 2024 и в 2023 году?": (
        "Сколько патентов продала Казань в 2024?",
        "Сколько патентов продала Казань в 2023 году?",
    ),
    "How many welders left in 2019 and 2023 from Dushanbe?": (
        "How many welders left in 2019 from Dushanbe?",
        "How many welders left in 2023 from Dushanbe?",
    ),
    "Did fewer welders leave Dushanbe in 2019, or how many in 2023?": (
        "Did fewer welders leave Dushanbe in 2019?",
        "Did fewer welders leave Dushanbe in 2023?",
    ),
    "How many welders had left Dushanbe by June 2019 and by May 2023?": (
        "How many welders had left Dushanbe by June 2019?",
        "How many welders had left Dushanbe by May 2023?",
    ),
    "Сколько сварщиков выслали в июне 2019 и мае 2023 года?": (
        "Сколько сварщиков выслали в июне 2019?",
        "Сколько сварщиков выслали в мае 2023 года?",
    ),
    "Дар солҳои 2019 ва 2023 чанд кафшергар аз Душанбе рафт?": (
        "Дар солҳои 2019 чанд кафшергар аз Душанбе рафт?",
        "Дар солҳои 2023 чанд кафшергар аз Душанбе рафт?",
    ),
    "Патент соли 2019 чанд сомонӣ буду соли 2023 чанд?": (
        "Патент соли 2019 чанд сомонӣ буду чанд?",
        "Патент чанд сомонӣ буду соли 2023 чанд?",
    ),
    "Сварщики получали в 2019 году больше рублей, чем каменщики в 2023 году?": (
        "Сварщики получали в 2019 году больше рублей, чем каменщики?",
        "Сварщики получали больше рублей, чем каменщики в 2023 году?",
    ),
}
WHOLE = [
    "Why were workers refused entry at the border in 2024?",
    "Who predicted a crisis, and in what position did he speak?",  # the second part leans on the first
    "How many workers were detained in Moscow and in what circumstances?",  # likewise
    "What did Saidov tell Karimov and how did he answer?",  # who of both?
    "How did remittances develop in 2010-2015?",  # one span of time
    "Сколько человек задержали, как писала газета?",  # no second question
    "Сколько таджиков депортировали в январе и кто объявил об этом?",  # the second part leans on the first
    "What do Russia and Tajikistan trade?",  # asked of both together
    "Why do young migrants from Tajikistan and from Uzbekistan choose Russia?",  # likewise
    "How many left in 2010, 2011, 2012 and 2013?",  # a series
    "?!",
    "",
]


@pytest.mark.parametrize(("question", "parts"), DIVIDED.items())
def test_each_part_is_a_question_of_its_own(question: str, parts: tuple[str, ...]) -> None:
    assert tuple(part.text for part in divided(question)) == parts


@pytest.mark.parametrize("question", WHOLE)
def test_what_asks_for_one_thing_is_left_whole(question: str) -> None:
    assert divided(question) == ()


@pytest.mark.parametrize(
    ("question", "of_source"),
    [
        ("What do Reuters and AFP each say about the strike?", [True, True]),
        ("Сколько людей, по данным HRW и по данным «Азии-Плюс», уехало домой?", [True, True]),
        (
            "Сколько людей, по данным соседей и по данным врачей, уехало домой?",
            [False, False],
        ),  # nobody's texts are known
        ("What do the doctors and the embassy each say about the strike?", [False, False]),
        ("How many people were deported in 2019 and in 2023 from Russia?", [False, False]),
    ],
)
def test_sides_whose_texts_are_known_are_told(question: str, of_source: list[bool]) -> None:
    assert [part.of_source for part in divided(question)] == of_source


def test_blanks_are_looked_at_once() -> None:
    assert divided("How many welders of" + " " * 1800 + "both") == ()


def test_a_part_is_named_by_what_it_alone_asks_for() -> None:
    years = divided("How many people were deported in 2019 and in 2023 from Russia?")
    sides = divided("On how many deportations from Russia do Reuters and the embassy differ?")
    assert [(part.name, part.asks) for part in years] == [("2019", True), ("2023", True)]
    assert [(part.name, part.asks) for part in sides] == [("Reuters", False), ("the embassy", False)]
