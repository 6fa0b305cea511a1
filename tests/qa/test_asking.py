"""What a question asks for, and which of its words only ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.asking import Kind, asks_for_a_name, asks_for_a_rule, compares, kind_of, without_asking

KINDS: list[tuple[str, Kind]] = [
    ("How many people were refused entry?", "count"),
    ("What is today's exchange rate of the somoni?", "count"),
    ("how much did remittances fall", "count"),
    ("Compare wages in Moscow with those in Kazan.", "count"),
    ("Remittances: 2011 against 2013?", "count"),
    ("Хиссаи занон ва мардон чи фарк дорад?", "count"),
    ("Насколько расходятся оценки численности мигрантов?", "count"),
    ("Why do the two estimates differ?", "why"),
    ("Against whom were the pay cuts aimed?", "who"),
    ("What does the embassy advise against?", "other"),
    ("На какие расходы идут переводы мигрантов?", "other"),
    ("Какие меры против торговли людьми, в том числе детьми, приняли?", "other"),
    ("Как изменилась жизнь семей, чьи мужья уехали на заработки?", "other"),
    ("Which public figures spoke against the law?", "other"),
    ("Do migrants have to pay to change their patents?", "other"),
    ("Do economists agree that remittances reduce poverty?", "other"),
    ("How do remittances help the private sector?", "other"),
    ("Do migrants pay for different documents?", "other"),
    ("Нисбат ба корфармое, ки маош намедиҳад, чӣ кор кардан мумкин?", "other"),
    ("What share of the labour force works abroad?", "count"),
    ("How long is the ban?", "count"),
    ("Сколько граждан выслали?", "count"),
    ("Какая доля переводов?", "count"),
    ("Чанд нафар бадарға шуд?", "count"),
    ("When was the agreement signed?", "when"),
    ("In what year did it end?", "when"),
    ("Когда подписали договор?", "when"),
    ("В каком году это было?", "when"),
    ("Ин кай рӯй дод?", "when"),
    ("Who signed the agreement?", "who"),
    ("Whose helicopter was it?", "who"),
    ("Кто подписал договор?", "who"),
    ("Чьи самолёты?", "who"),
    ("Кӣ имзо кард?", "who"),
    ("Where were they held?", "where"),
    ("Откуда приехали рабочие?", "where"),
    ("Онҳо аз куҷо омаданд?", "where"),
    ("Why were the pilots freed?", "why"),
    ("Почему освободили лётчиков?", "why"),
    ("Чаро онҳо баргаштанд?", "why"),
    ("Who is Anna Ivanova?", "other"),
    ("Кто такая Анна Иванова?", "other"),
    ("Описание: Рустам Азимӣ кист?", "other"),
    ("Who was arrested?", "who"),
    ("What does he say when he speaks of welders?", "other"),
    ("What is said of families whom a migrant left?", "other"),
    ("Describe the patent system", "other"),
    ("Расскажите о патентах", "other"),
    ("", "other"),
    ("Что взять с собой тем, кто едет в Россию?", "other"),
    ("Что делать людям, у кого нет патента?", "other"),
    ("What should those who stay pay for?", "other"),
    ("Может ли вернуться тот, кого выслали?", "other"),
    ("What happened when the train stopped?", "other"),
    ("What was asked, and who answered?", "who"),
    ("Что сделал посол, когда освободили лётчиков?", "other"),
    ("Почему они не знают, куда жаловаться?", "why"),
    ("Касоне ки рафтанд, чӣ гуфтанд?", "other"),
    ("Ки созишномаро имзо кард?", "who"),
    ("С какого числа нужен патент?", "when"),
    ("В какой день закрыли рынок?", "when"),
    ("On which day was the market closed?", "when"),
    ("Дар кадом рӯз бозор баста шуд?", "when"),
    ("Аз кадом руз патент лозим аст?", "when"),
    ("Соли чанд ин рӯй дод?", "when"),
    ("Кадом рӯзнома ин хабарро дод?", "other"),
    ("Какое число сварщиков уехало?", "other"),
    ("В каком регионе живут сварщики?", "where"),
    ("Из какой страны едут сварщики?", "where"),
    ("Из каких стран едут сварщики?", "other"),
    ("At what airport did they land?", "where"),
    ("In which Russian city do they live?", "where"),
    ("Which city is the largest?", "other"),
    ("Онҳо дар кадом шаҳр зиндагӣ мекунанд?", "where"),
    ("Аз кадом нохия омаданд?", "where"),
    ("Дар кадом шаҳрҳо зиндагӣ мекунанд?", "other"),
    ("Ба кадом шаҳрванд патент доданд?", "other"),
    ("В каком документе это сказано?", "other"),
    ("Вазири меҳнати Тоҷикистон кист?", "who"),
    ("Президенти Русия кист?", "who"),
    ("Ҳозир раиси бозор кист?", "who"),
    ("Азимӣ кист?", "other"),
    ("Али Азими кист?", "other"),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_the_kind_of_answer_asked_for(text: str, kind: Kind) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("Что такое патент?", "Что патент?"),
        ("Расскажите, пожалуйста, о патентах", ", , о патентах"),
        ("Сколько примерно стоит патент?", "Сколько стоит патент?"),
        ("Please tell me roughly how many left", "me how many left"),
        ("Exactly how many left around May?", "how many left May?"),
        ("Лутфан бигӯед, тақрибан чанд нафар рафт?", ", чанд нафар рафт?"),
        ("Лутфан бигуед, такрибан чанд нафар рафт?", ", чанд нафар рафт?"),
        ("What does SMS stand for?", "What does SMS ?"),
        ("Do they stand for election?", "Do they stand for election?"),
        ("What share of pay is sent, according to the bank?", "What of pay is sent, the bank?"),
        ("What does the think tank think?", "What does the think tank ?"),
        ("Did he tell them to explain it?", "Did he tell them to explain it?"),
        ("Сколько собрали в 2023 году?", "Сколько собрали в 2023 ?"),
        ("Соли 2023 чанд сол дошт?", "2023 чанд сол дошт?"),
        ("Азимӣ кист?", "Азимӣ ?"),
        ("Кист?", "Кист?"),
        ("Таксисты и окольные дороги", "Таксисты и окольные дороги"),
    ],
)
def test_words_that_only_ask_are_left_out(text: str, sought: str) -> None:
    assert " ".join(without_asking(text).split()).replace(" ,", ",") == sought.replace(" ,", ",")


@given(st.text(max_size=80))
def test_what_is_left_stands_where_it_stood(text: str) -> None:
    left = without_asking(text)
    assert len(left) == len(text)
    assert all(own in (" ", typed) for own, typed in zip(left, text, strict=True))


@pytest.mark.parametrize(
    ("text", "two"),
    [
        ("Compare remittances in 2011 with those of 2008.", True),
        ("How many men were deported in 2011, compared with the number of 2010?", True),
        ("Was the number of flights higher or lower than a year before?", True),
        ("How did the number of welders change?", True),
        ("Remittances in 2011 against 2013?", True),
        ("Сравните число рейсов в 2011 и 2013 годах", True),
        ("How many cases were opened in 2023 against employers who did not pay wages?", False),
        ("How much pay did the employer and the worker agree on?", False),
        ("How many welders who had come more than a year earlier lost their wages?", False),
        ("How many work in comparable jobs for low wages?", False),
        ("What are the more or less typical wages of a welder?", False),
        ("How does the amount of the fine depend on the region?", False),
        ("Сколько числится сравнительно бедных семей, получающих переводы?", False),
    ],
)
def test_whether_two_figures_are_compared(text: str, two: bool) -> None:
    assert compares(text) is two


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("What is the name of the judge?", True),
        ("Who was the author of the report?", True),
        ("Which journalist wrote it?", True),
        ("In which Russian city did he work?", True),
        ("Как зовут посла?", True),
        ("Назовите имена троих задержанных.", True),
        ("Какой именно суд это решил?", True),
        ("Номи сафири Тоҷикистон", True),
        ("Кадом суди Маскав инро ҳал кард?", True),
        ("Дар кадом шаҳрҳо кор мекунанд?", True),
        ("Кадом сол омаданд?", False),
        ("Кадом шаҳрвандон омаданд?", False),
        ("Which bank cards are closed to them?", False),
        ("Which bank was it?", True),
        ("Какой банковский счёт закрыли?", False),
        ("Who is Karimov?", False),
        ("Who was detained?", False),
        ("Which workers left?", False),
        ("What did he do in the name of peace?", False),
        ("Какая судьба его ждёт?", False),
        ("Как назвал мигрантов Курбанов?", False),
        ("Номаш чӣ буд?", True),
        ("Кадом додгоҳ инро ҳал кард?", True),
        ("In which court can I appeal?", False),
        ("Which companies may hire them?", False),
        ("В каком суде обжаловать выдворение?", False),
        ("Дар кадом суд шикоят кунам?", False),
        ("Что грозит тем, кто написал жалобу?", False),
        ("What happened to those who wrote to the embassy?", False),
        ("How many names of fighters were published?", False),
        ("Why were the names of the soldiers hidden?", False),
        ("What is needed to change a child's name?", False),
        ("Номи маро дар рӯйхат чӣ хел ёфтан мумкин?", False),
        ("Как зовут мигрантов на войну?", False),
        ("Who is the head of the household when he leaves?", False),
        ("Which court order closed it?", False),
        ("Which university degree did they hold?", False),
    ],
)
def test_a_name_is_asked_for_in_so_many_words(text: str, asks: bool) -> None:
    assert asks_for_a_name(text) is asks


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Can police expel a migrant without a court in 2026?", True),
        ("Можно ли работать без патента в ноябре 2026 года?", True),
        ("Оё соли 2026 бе патент кор кардан мумкин аст?", True),
        ("How much did the patent cost in 2026?", False),
        ("Сколько человек выслали в 2026 году?", False),
        ("Соли 2026 чанд нафар ихроҷ шуд?", False),
    ],
)
def test_a_rule_is_asked_for_by_what_may_or_must_be(text: str, asks: bool) -> None:
    assert asks_for_a_rule(text) is asks
