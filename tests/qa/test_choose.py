from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from corpus.document import Span
from qa.answer import Query
from qa.choose import ChoicePolicy, Side, choose, choose_of_parts
from qa.extract import Sentence
from qa.question import Asked, understand
from tests.qa.samples import GLOSSARY, found, passage, sentence

POLICY = ChoicePolicy(margin=1.0, gain=0.2, most=3)
SHARES = {"bans": 0.4, "airlines": 0.4, "cost": 0.2}


def asked(text: str = "bans airlines cost") -> Asked:
    return understand(Query(text), GLOSSARY)


def picked(sentences: Sequence[str], best: int, question: str = "bans airlines cost") -> list[str]:
    """What is shown when sentence `best` of the passage is the answer and no other comes near."""
    one = found(passage(sentences))
    ranked = sorted(
        (sentence(one, place, 9.0 if place == best else 0.0) for place in range(len(sentences))),
        key=lambda ranked: -ranked.score,
    )
    return [chosen.text for chosen in choose(asked(question), ranked, SHARES, POLICY)]


def ranking(*items: tuple[str, float, set[str]]) -> list[Sentence]:
    return [
        sentence(found(passage([text], document=f"d{key}"), key), 0, score, covered)
        for key, (text, score, covered) in enumerate(items)
    ]


def test_nothing_ranked_chooses_nothing() -> None:
    assert choose(asked(), [], SHARES, POLICY) == []


def test_a_further_sentence_comes_along_when_it_adds_to_the_answer() -> None:
    ranked = ranking(("The bans grew.", 5.0, {"bans"}), ("Airlines paid.", 4.2, {"airlines"}))
    assert [one.text for one in choose(asked(), ranked, SHARES, POLICY)] == ["The bans grew.", "Airlines paid."]


@pytest.mark.parametrize(
    ("best", "further", "shown"), [(-9.0, -1.9, 2), (-9.0, -2.1, 1), (-9.0, None, 2), (None, None, 2)]
)
def test_a_further_sentence_that_a_reader_denies_stays_away(
    best: float | None, further: float | None, shown: int
) -> None:
    first, second = ranking(("The bans grew.", 5.0, {"bans"}), ("Airlines paid.", 4.2, {"airlines"}))
    ranked = [replace(first, read=best), replace(second, read=further)]
    assert len(choose(asked(), ranked, SHARES, replace(POLICY, denied=-2.0))) == shown
    assert len(choose(asked(), ranked, SHARES, POLICY)) == 2


@pytest.mark.parametrize(
    "other",
    [
        ("Bans hurt many.", 4.2, {"bans"}),
        ("Airlines paid.", 3.9, {"airlines"}),
        ("The bans grew very fast in the spring of 2014, airlines said.", 4.9, {"bans", "airlines"}),
    ],
    ids=["adds nothing", "scores too low", "says the same"],
)
def test_a_further_sentence_stays_away(other: tuple[str, float, set[str]]) -> None:
    best = "The bans grew very fast in the spring of 2014."
    ranked = ranking((best, 5.0, {"bans"}), other)
    assert [one.text for one in choose(asked(), ranked, SHARES, replace(POLICY, near=0.1))] == [best]


def test_no_more_sentences_are_shown_than_allowed() -> None:
    words = ["bans", "airlines", "cost"]
    ranked = ranking(*((f"{word} alone{place}.", 5.0 - place / 10, {word}) for place, word in enumerate(words)))
    assert len(choose(asked(), ranked, SHARES, replace(POLICY, most=2))) == 2


def test_sentences_of_a_passage_stand_in_reading_order_under_the_best_document_first() -> None:
    one, other = (
        found(passage(["Bans grew.", "It rained.", "Airlines paid."]), 1),
        found(passage(["Cost rose."], document="e"), 2),
    )
    ranked = [
        sentence(one, 2, 5.0, {"airlines"}),
        sentence(other, 0, 4.9, {"cost"}),
        sentence(one, 0, 4.8, {"bans"}),
    ]
    assert [chosen.text for chosen in choose(asked(), ranked, SHARES, POLICY)] == [
        "Bans grew.",
        "Airlines paid.",
        "Cost rose.",
    ]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Prices rose.", "«We wait for weeks.", "Nobody tells us why», the driver said.", "It rained."],
        ["Prices rose.", "“We wait for weeks.", "Nobody tells us why,” the driver said.", "It rained."],
        ["Prices rose.", '"We wait for weeks.', 'Nobody tells us why," the driver said.', "It rained."],
    ],
)
@pytest.mark.parametrize("best", [1, 2])
def test_a_quotation_is_shown_to_both_its_ends(sentences: list[str], best: int) -> None:
    assert picked(sentences, best) == sentences[1:3]


def test_a_quotation_whose_end_is_not_near_is_left_as_it_is() -> None:
    assert picked(["«We wait for weeks.", "It rained."], 0) == ["«We wait for weeks."]


@pytest.mark.parametrize(
    "leaning",
    [
        "He refused.",
        "They were sent home.",
        "This cost millions.",
        "Он отказался.",
        "Это стоило дорого.",
        "Онҳо рафтанд.",
        "Officials objected to this.",
        "Чиновники возражали против этого.",
    ],
)
def test_a_pronoun_takes_the_sentence_before_along(leaning: str) -> None:
    before = "The minister met the drivers."
    assert picked(["Prices rose.", before, leaning], 2) == [before, leaning]


def test_a_pronoun_at_the_head_of_a_passage_has_nothing_to_take() -> None:
    assert picked(["He refused.", "It rained."], 0) == ["He refused."]


def test_a_sentence_that_stands_alone_is_shown_alone() -> None:
    assert picked(["Prices rose.", "The drivers struck.", "Rain fell."], 1) == ["The drivers struck."]


def test_a_question_for_a_person_takes_the_neighbour_with_the_name() -> None:
    sentences = ["Prices rose.", "The order was signed in spring.", "It bore the name of Ivan Petrov."]
    assert picked(sentences, 1, "Who signed the order?") == sentences[1:]


QUOTED = ["Anna Ivanova of the union said the rules were harsh.", "Many left.", "“Airlines gain from bans,” she said."]


@pytest.mark.parametrize(
    ("last", "comes"),
    [
        ("“Airlines gain from bans,” she said.", True),
        ("«Авиакомпании выигрывают», — отметила она.", True),
        ("“Airlines gain from bans,” Petrov said.", False),
        ("Airlines gain from bans.", False),
    ],
)
def test_who_said_it_comes_along_when_the_quotation_has_only_a_pronoun(last: str, comes: bool) -> None:
    assert (QUOTED[0] in picked([*QUOTED[:2], last], 2)) == comes


@pytest.mark.parametrize(
    ("question", "said", "following", "comes"),
    [
        ("Why does Karimov leave?", "Karimov said that pay was low.", '"Nobody can live on it," he said.', True),
        ("Что сказал Каримов?", "Каримов заявил, что платят мало.", "«Прожить нельзя», — добавил он.", True),
        ("When did Karimov leave?", "Karimov said that pay was low.", '"Nobody can live on it," he said.', False),
        ("Why does Karimov leave?", "Pay was low.", '"Nobody can live on it," he said.', False),  # nobody speaks before
        ("Why does Karimov leave?", "Karimov said that pay was low.", '"We pay well," said Saidov.', False),
        ("Why does Karimov leave?", "Karimov said that pay was low.", "He had counted it.", False),
    ],
)
def test_who_asks_what_somebody_says_is_told_their_own_words(
    question: str, said: str, following: str, comes: bool
) -> None:
    assert picked([said, following], 0, question) == ([said, following] if comes else [said])


@pytest.mark.parametrize(
    ("sentences", "best", "shown"),
    [
        (["They made two demands.", "First, pay.", "Second, rest.", "Trade grew."], 0, 3),
        (["They made two demands.", "First, pay.", "Second, rest.", "Trade grew."], 1, 2),
        (["Есть три причины.", "Во-первых, платят мало.", "Во-вторых, далеко.", "Наконец, холодно."], 0, 4),
        (["They made two demands.", "First Deputy Minister Saidov heard them.", "Second, rest."], 0, 1),
        (["Trade grew.", "Second, rest."], 0, 1),
    ],
)
def test_what_is_counted_out_is_shown_to_its_end(sentences: list[str], best: int, shown: int) -> None:
    assert picked(sentences, best) == sentences[best : best + shown]


@pytest.mark.parametrize(
    ("question", "following", "comes"),
    [
        ("Which jobs are closed?", "Hotels are closed to them as well.", True),
        ("Where do they go?", "Then Kazakhstan and others.", True),
        ("Какие работы закрыты?", "Закрыты также гостиницы.", True),
        ("Кадом ҷойҳо баста шуданд?", "Меҳмонхонаҳо низ баста шуданд.", True),
        ("Which jobs are closed?", "Hotels are well kept.", False),
        ("Why are they closed?", "Hotels are closed to them as well.", False),
        ("What is closed to them?", "Hotels are closed to them as well.", False),  # "is" is no plural
        ("Кадом чойхо баста шуданд?", "Меҳмонхонаҳо низ баста шуданд.", True),  # typed without Tajik letters
    ],
)
def test_a_list_goes_on_with_what_is_so_too(question: str, following: str, comes: bool) -> None:
    told = ["Trade is closed to them.", following]
    assert picked(told, 0, question) == (told if comes else told[:1])


@pytest.mark.parametrize("opening", ["For this reason", "Поэтому", "По этой причине", "Барои ҳамин"])
def test_what_follows_from_a_reason_comes_with_it(opening: str) -> None:
    told = ["He had three children.", f"{opening}, he stayed."]
    assert picked(told, 1, "Why did he stay?") == told


def test_what_is_a_result_of_something_named_stands_alone() -> None:
    assert picked(["He had three children.", "As a result of the ban, he stayed."], 1) == [
        "As a result of the ban, he stayed."
    ]


def test_who_only_goes_on_speaking_is_no_speaker() -> None:
    said = [QUOTED[0], "She blamed the mayor of Kazan.", "“Airlines gain from bans,” she said."]
    assert picked(said, 2) == [said[0], said[2]]


def test_a_quotation_cut_from_its_speaker_takes_the_speaker_from_the_passage_before() -> None:
    named = replace(passage(["It rained.", "Anna Ivanova of the union said the rules were harsh."]), ordinal=3)
    quoted = passage(["“Airlines gain from bans.", "They pay nothing,” she said."], start=named.span.end + 1)
    before, cut = found(named, 1), found(replace(quoted, ordinal=4), 2)
    ranked = [sentence(cut, 0, 9.0), *(sentence(one, place) for one in (before, cut) for place in (0, 1))]
    assert [one.text for one in choose(asked(), ranked, SHARES, POLICY)] == [
        named.text[named.sentences[1].start :],
        "“Airlines gain from bans.",
        "They pay nothing,” she said.",
    ]


@pytest.mark.parametrize("question", ["Who wrote about the cost of bans?", "Кто автор статьи о запретах?"])
def test_who_asks_for_the_author_is_shown_the_byline(question: str) -> None:
    unsigned = found(passage(["Author Anna Ivanova", "Bans grew."]))
    card = unsigned.stored.document
    card = replace(card, record=replace(card.record, author=("Ivanova, Anna",)))
    signed = replace(unsigned, stored=replace(unsigned.stored, document=card))
    for one, alone in ((signed, True), (unsigned, False)):
        ranked = [sentence(one, 1, 9.0), sentence(one, 0)]
        shown = [chosen.text for chosen in choose(asked(question), ranked, SHARES, POLICY)]
        assert (shown == ["Author Anna Ivanova"]) is alone


@pytest.mark.parametrize(
    ("question", "comes"),
    [("Which two costs of bans do airlines name?", True), ("Which costs of bans do airlines name?", False)],
)
def test_who_asks_for_several_things_is_told_how_the_list_goes_on(question: str, comes: bool) -> None:
    sentences = ["Airlines name fuel.", "They also name wages.", "It rained."]
    assert picked(sentences, 0, question) == sentences[: 2 if comes else 1]


@pytest.mark.parametrize(("next_one", "comes"), [("It was a third of 90 bans.", True), ("It was a pity.", False)])
def test_who_asks_how_many_is_told_the_next_figure_of_the_same_thing(next_one: str, comes: bool) -> None:
    sentences = ["Bans cost 40 men their work.", next_one]
    assert picked(sentences, 0, "How many men lost work?") == sentences[: 2 if comes else 1]


def test_the_other_half_of_the_nearest_window_comes_along_when_both_are_nearer_than_one() -> None:
    one = passage(["Bans grew.", "Airlines paid for them.", "It rained."])
    both = Span(one.sentences[0].start, one.sentences[1].end)
    one = replace(one, windows=(*one.sentences, both))
    candidate = replace(found(one), similarities=np.array([0.5, 0.4, 0.1, 0.8], np.float32))
    ranked = [sentence(candidate, place, 9.0 - 9.0 * place) for place in range(3)]
    for pair, texts in ((1.0, ["Bans grew.", "Airlines paid for them."]), (0.2, ["Bans grew."])):
        ranked[0] = replace(ranked[0], signals=replace(ranked[0].signals, pair=pair))
        assert [chosen.text for chosen in choose(asked(), ranked, SHARES, POLICY)] == texts


def test_a_sentence_that_settles_the_question_stands_alone() -> None:
    ranked = ranking(("In 2014 some 40 bans were issued.", 5.0, {"bans"}), ("Airlines paid for it.", 4.0, {"airlines"}))
    settled = [replace(ranked[0], signals=replace(ranked[0].signals, around=0.8)), ranked[1]]
    policy = replace(POLICY, near=1.5, margin=2.0)
    for question, given, shown in (
        ("How many bans were there?", settled, 1),
        ("How many bans were there?", ranked, 2),
        ("Why were there bans?", settled, 2),
    ):
        assert len(choose(asked(question), given, SHARES | {"how": 0.0}, replace(policy, sure_margin=0.5))) == shown


def listed(sentences: Sequence[str], best: int) -> list[str]:
    """As `picked`, with list items quoted without their marks."""
    one = found(passage(sentences))
    spans = [Span(span.start + 2 * text.startswith("- "), span.end)
             for span, text in zip(one.stored.passage.sentences, sentences, strict=True)]  # fmt: skip
    made = [replace(sentence(one, place, 9.0 * (place == best)), span=span) for place, span in enumerate(spans)]
    ranked = sorted(made, key=lambda one: -one.score)
    return [chosen.text for chosen in choose(asked(), ranked, SHARES, POLICY)]


RECOMMENDED = ["Rain fell.", "To Russia:", "- Stop it.", "- End it.", "To Tajikistan:", "- Begin it."]
TABLE = ["| Measure | 2023 | 2024 |", "| Removals | 9 | 17 |", "| Deaths | 2 | 5 |", "Rain fell."]


@pytest.mark.parametrize(
    ("sentences", "best", "shown"),
    [
        (RECOMMENDED, 3, ["To Russia:", "End it."]),
        (RECOMMENDED, 5, ["To Tajikistan:", "Begin it."]),
        (RECOMMENDED, 1, ["To Russia:", "Stop it.", "End it."]),
        (["- Stop it.", "- End it."], 1, ["End it."]),
        (TABLE, 2, [TABLE[0], TABLE[2]]),
        (TABLE, 0, [TABLE[0]]),
        (TABLE, 3, ["Rain fell."]),
    ],
)
def test_an_item_brings_the_line_above_its_list_and_a_row_the_first_of_its_table(
    sentences: list[str], best: int, shown: list[str]
) -> None:
    assert listed(sentences, best) == shown


def test_an_answer_has_at_most_four_sentences_and_a_part_its_share_of_them() -> None:
    quotation = ["“One.", "Two.", "Three.", "Four.", "Five.”"]
    assert len(picked(quotation, 0)) <= 4
    ranked = ranking(
        *((f"{word} alone{place}.", 5.0, {word}) for place, word in enumerate(["bans", "airlines", "cost"]))
    )
    assert len(choose(asked(), ranked, SHARES, replace(POLICY, longest=2))) == 2
    assert len(choose_of_parts([Side("", asked(), ranked, SHARES)] * 3, replace(POLICY, longest=3))[0]) == 3


def test_no_further_sentence_is_begun_when_the_answer_has_enough_words() -> None:
    ranked = ranking(("The bans grew.", 5.0, {"bans"}), ("Airlines paid.", 4.9, {"airlines"}), ("Dear.", 4.8, {"cost"}))
    for enough, shown in ((3, 1), (4, 2), (80, 3)):
        assert len(choose(asked(), ranked, SHARES, replace(POLICY, enough=enough))) == shown


def test_parts_are_answered_in_their_order_and_nothing_is_said_twice() -> None:
    one = found(passage(["Russia deported 46 men.", "A year before it was 306.", "Trade grew."]))
    first, second, third = (sentence(one, place, score) for place, score in ((0, 5.0), (1, 4.8), (2, 1.0)))
    swapped = [sentence(one, 1, 6.0), sentence(one, 0, 1.0)]
    parts = [Side("", asked(), swapped, SHARES), Side("", asked(), [first, second, third], SHARES)]
    assert [chosen.place for chosen in choose_of_parts(parts, ChoicePolicy())[0]] == [1, 0]


def test_what_answers_one_part_does_not_answer_another() -> None:
    one = found(passage(["Russia deported 46 men.", "Trade grew."]))
    both = [sentence(one, 0, 5.0), sentence(one, 1, 1.0)]
    assert [chosen.place for chosen in choose_of_parts([Side("", asked(), both, SHARES)] * 2, ChoicePolicy())[0]] == [
        0,
        1,
    ]
    assert [
        chosen.place for chosen in choose_of_parts([Side("", asked(), both[:1], SHARES)] * 2, ChoicePolicy())[0]
    ] == [0]


@pytest.mark.parametrize(("apart", "shown"), [(False, ["d1", "d1"]), (True, ["d1", "d2"])])
def test_two_sources_are_two_documents(apart: bool, shown: list[str]) -> None:
    two = [found(passage(["Pay fell.", "Rents rose."], document=name), key) for key, name in enumerate(("d1", "d2"))]
    ranked = [sentence(two[0], 0, 5.0), sentence(two[0], 1, 4.0), sentence(two[1], 0, 3.0), sentence(two[1], 1, 0.0)]
    chosen, _ = choose_of_parts([Side("", asked(), ranked, SHARES, apart)] * 2, ChoicePolicy())
    assert [one.found.stored.document.id for one in chosen] == shown


def test_what_is_told_for_one_part_is_not_followed_by_what_is_far_from_the_other() -> None:
    one = found(passage(["Some 500 were deported in 2011 and 700 in 2024.", "The hotel has 3 rooms."]))
    both = [sentence(one, 0, 5.0), sentence(one, 1, -3.0)]
    assert [chosen.place for chosen in choose_of_parts([Side("", asked(), both, SHARES)] * 2, ChoicePolicy())[0]] == [0]


def test_a_figure_far_off_does_not_hide_what_answers() -> None:
    one = found(passage(["Fifteen died in the fire.", "The hotel has 3 rooms."]))
    ranked = [sentence(one, 0, 6.0), sentence(one, 1, -3.0)]
    parts = [Side("", asked("How many died in the fire?"), ranked, SHARES)]
    assert [chosen.place for chosen in choose_of_parts(parts, ChoicePolicy())[0]] == [0]


@pytest.mark.parametrize(("score", "shown", "silent"), [(3.0, 2, ()), (-1.1, 1, ("HRW",))])
def test_a_source_that_adds_nothing_of_its_own_is_told(score: float, shown: int, silent: tuple[str, ...]) -> None:
    two = [found(passage(["Pay fell."], document=name), key) for key, name in enumerate(("d1", "d2"))]
    ranked = [sentence(two[0], 0, 3.0), sentence(two[1], 0, score)]
    sides = [Side(name, asked(), ranked, SHARES, apart=True) for name in ("AFP", "HRW")]
    chosen, left = choose_of_parts(sides, ChoicePolicy())
    assert (len(chosen), left) == (shown, silent)
    assert choose_of_parts([replace(one, ranked=ranked[:1]) for one in sides], ChoicePolicy()) == (ranked[:1], ("HRW",))


@pytest.mark.parametrize(("question", "place"), [("How many left in 2011?", 1), ("Who left in 2011?", 0)])
def test_a_part_that_asks_how_many_is_answered_by_a_figure(question: str, place: int) -> None:
    one = found(passage(["Few wanted to leave in 2011.", "Then 300 left.", "Some 20 had left in 2009."]))
    ranked = [sentence(one, 0, 5.0), sentence(one, 2, 3.1), sentence(one, 1, 3.0)]
    late = replace(ranked[1], signals=replace(ranked[1].signals, time=-1.0))
    parts = [Side("", asked(question), [ranked[0], late, ranked[2]], SHARES)]
    assert choose_of_parts(parts, ChoicePolicy(longest=1))[0][0].place == place


def test_a_figure_brings_the_sentence_that_it_leans_on() -> None:
    one = found(passage(["Karimov left in May.", "He earned 300 roubles."]))
    ranked = [sentence(one, 1, 5.0), sentence(one, 0, 4.9)]
    parts = [Side("", asked("How much did Karimov earn?"), ranked, SHARES)]
    assert [chosen.place for chosen in choose_of_parts(parts, ChoicePolicy())[0]] == [0, 1]


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What was the number of men deported in 2011?", [0]),
        ("Compare the number of men deported in 2011 with 2010.", [0, 1]),
        ("What share of men and of women stayed, and what is the difference in numbers?", [0, 1]),
        ("Was the number of the deported higher or lower than a year before?", [0, 1]),
    ],
)
def test_a_comparison_shows_the_other_figure(question: str, shown: list[int]) -> None:
    one = found(passage(["Russia deported 46 men.", "A year before it was 306.", "Trade grew.", "Of these 46 left."]))
    ranked = [sentence(one, place, score) for place, score in ((0, 9.0), (2, 7.1), (3, 6.9), (1, 6.0))]
    policy = ChoicePolicy(near=0.1, margin=0.1, sure=9.0, compared=4.0)
    assert [chosen.place for chosen in choose(asked(question), ranked, SHARES, policy)] == shown
    assert len(choose(asked(question), ranked, SHARES, replace(policy, compared=2.0))) == 1


@pytest.mark.parametrize(
    ("question", "source", "said", "shown"),
    [
        ("Сколько человек выслали?", "ru", "Russia expelled 30,000 men in 2024.", False),
        ("Сколько человек выслали?", "ru", "Russia expelled 31,000 men in 2024.", True),
        ("How many men were expelled?", "ru", "Russia expelled 30,000 men in 2024.", True),  # the asker's language
        ("Сколько человек выслали?", "", "Russia expelled 30,000 men in 2024.", True),  # another source
    ],
)
def test_the_translation_of_what_is_shown_adds_nothing(question: str, source: str, said: str, shown: bool) -> None:
    texts = {"ru": "В 2024 году Россия выслала 30 тысяч человек.", "en": said}
    ranked = []
    for key, (language, text) in enumerate(texts.items()):
        one = found(replace(passage([text], document=language), language=language), key)
        record = replace(one.stored.document.record, translation_of=source if language == "en" else None)
        document = replace(one.stored.document, record=record)
        one = replace(one, stored=replace(one.stored, document=document))
        ranked.append(sentence(one, 0, 9.0 - 0.1 * key))
    assert len(choose(asked(question), ranked, {}, POLICY)) == (2 if shown else 1)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Russia refused entry to 11,000 men.", True),
        ("Russia refused entry to 143 thousand men.", False),  # the same figure
        ("Russia refused entry to many men.", False),
    ],
)
def test_another_source_with_another_figure_is_shown_beside_the_first(said: str, shown: bool) -> None:
    question = asked("How many men did Russia refuse entry?")
    texts = {"one": "Russia refused entry to 143,000 men.", "two": said}
    ranked = [
        sentence(found(passage([text], document=name), key), 0, 9.0 - 2 * key)
        for key, (name, text) in enumerate(texts.items())
    ]
    whole = [replace(one, signals=replace(one.signals, around=1.0, coverage=1.0)) for one in ranked]
    assert [one.text for one in choose(question, whole, SHARES, POLICY)] == list(texts.values())[: 2 if shown else 1]
