from __future__ import annotations

import textwrap
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Language
from corpus.sentences import MAX_CHARACTERS, split_sentences

# "|" marks the end of a sentence; it is taken out before splitting.
CASES: list[tuple[Language, str]] = [
    ("en", "The chief sanitary officer, G. Onishchenko, asked for a ban.| Nobody objected."),
    ("en", "The director, K. Romodanovksy, spoke of crimes.| He gave no figures."),
    ("en", "They announced the release of Mr  Sadovnichy.| Tension fell."),
    ("en", "The pilot got 8.5 years for smuggling.| Officials protested."),
    ("en", "After the U.S. withdrawal the threat grew.| The base stayed."),
    ("en", "He lived for years in the U.S.| The family stayed at home."),
    ("en", "He met U.S. President Bush there.| Nothing came of it."),
    ("en", "They met at 5 p.m. Moscow time.| It was late."),
    ("en", "See Art. 18.8 and No. 5 (p. 3).| They differ."),
    ("en", "But the answer was no.| They left."),
    ("en", "Founded by a Mr. Smith Jr. in 2001.| It failed."),
    ("en", "On Jan. 5 he flew to St. Petersburg.| Gen. Ivanov met him."),
    ("en", "About 200 came in Jan.| Then they stopped."),
    ("en", "Some 300 were held.[1]| The rest left.[2][3]| Nobody knows why."),
    ("en", "He said it twice.”| She agreed.)| Then silence."),
    ("en", 'He cried "Go away!" and left.| "Why?" she asked.'),
    ("en", "Really?!| Yes...| Maybe… or not.| No."),
    ("en", "The price rose (by 5 percent.)| Then it fell."),
    ("en", "J. R. R. Tolkien and W. H. Auden met.| They spoke."),
    ("en", "Deported in 2011.| 15 people came back."),
    ("en", "Visit www.example.com for more.| Write to a.b@example.com."),
    ("en", "1. First of all.| 2. Second of all."),
    ("ru", "В г. Москва прошли рейды.| Затем они прекратились."),
    ("ru", "В 2011 г. Москва объявила о высылке.| Это было важно."),
    ("ru", "Об этом стало известно только в 2012 г.| Затем пришла нота."),
    ("ru", "Об этом сказал К. Ромодановский.| Он назвал числа."),
    ("ru", "Они, т. е. рабочие, получали мало и т. д. и т. п.| Потом уехали."),
    ("ru", "Патент стоит 5 тыс. руб. в месяц.| В Москве дороже."),
    ("ru", "За него платят уже 5000 руб.| Это дорого."),
    ("ru", "В стране 1,5 млн. мигрантов.| Их стало больше."),
    ("ru", "«Зачем?» — спросил он.| «Так!»| И ушёл."),
    ("ru", "Он сказал: «Депортируют всех.»| Затем ушёл."),
    ("ru", "ст. 18.8 КоАП РФ, п. 3, ул. Ленина, д. 5.| Новая мысль."),
    ("ru", "А. С. Пушкин и проф. Иванов, им. Ленина, и др.| Все они здесь."),
    ("ru", "В XX в. Россия изменилась.| Погибли 5 чел. в горах."),
    ("ru", "До н. э. было иначе.| Это известно."),
    ("tg", "Э. Раҳмон гуфт, ки 954 нафар дар Внуково ҳастанд.| Ба гуфтаи ӯ, ин хуб нест."),
    ("tg", "Дар ш. Душанбе 57 нафар ҳастанд.| Онҳо муҳоҷиранд."),
]


def texts(text: str, language: Language = "en") -> list[str]:
    return [span.slice(text) for span in split_sentences(text, language)]


@pytest.mark.parametrize(("language", "marked"), CASES)
def test_ends_sentences_where_a_reader_would(language: Language, marked: str) -> None:
    assert texts(marked.replace("|", ""), language) == [part.strip() for part in marked.split("|")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A title\n\nA sentence", ["A title", "A sentence"], id="blank line"),
        pytest.param("They ask to:\n– stop;\n– go home", ["They ask to:", "– stop;", "– go home"], id="list"),
        pytest.param("1) one thing\n2) another", ["1) one thing", "2) another"], id="numbered list"),
        pytest.param("apples\npears\nplums", ["apples", "pears", "plums"], id="short lines"),
        pytest.param("Publisher of the thing\nAuthor", ["Publisher of the thing", "Author"], id="record header"),
        pytest.param("x" * 200 + "\n" + "Next " * 50, ["x" * 200, ("Next " * 50).strip()], id="one line a paragraph"),
    ],
)
def test_a_line_break_that_ends_a_unit_ends_the_sentence(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize("width", [50, 60, 66, 72, 80, 100, 120])
def test_a_hard_wrapped_line_does_not_end_a_sentence(width: int) -> None:
    sentences = [
        "Migrants from Tajikistan who had worked in Moscow's markets were told to leave – or – which is likelier – "
        "to pay before the end of the month, said K. Romodanovsky in Moscow, Russia, on Friday 11 November 2011.",
        "Moscow papers named no figures, and Dushanbe, where the Ministry and the Embassy of Russia stand a mile "
        "apart, did not ask for any of them.",
        "Nothing else came.",
    ]
    wrapped = textwrap.fill(" ".join(sentences), width)
    assert [" ".join(sentence.split()) for sentence in texts(wrapped)] == sentences


@pytest.mark.parametrize("text", ["", " ", "\n\n \n"])
def test_blank_text_has_no_sentences(text: str) -> None:
    assert split_sentences(text, "und") == []


@pytest.mark.parametrize("filler", ["слово ", "a;", "x, ", "x"])
def test_a_text_without_a_full_stop_is_cut_into_bounded_pieces(filler: str) -> None:
    text = filler * (10_000 // len(filler))
    spans = split_sentences(text, "ru")
    assert max(map(len, spans)) <= MAX_CHARACTERS
    assert len(spans) < 25


def test_cuts_an_overlong_sentence_at_a_semicolon() -> None:
    text = "word " * 150 + "end; " + "more " * 150
    assert texts(text)[0].endswith("end;")


PIECES = st.sampled_from("Mr. |г. |Слово|ҳаёт|e\u0301|👩‍👩‍👧|🇹🇯|. |… |?!|[1]|”|«|\n|\n\n|- | |8.5|т. |U.S. ".split("|"))


@given(st.lists(PIECES | st.text(max_size=5), max_size=60).map("".join), st.sampled_from(["en", "ru", "tg", "und"]))
def test_spans_are_ordered_disjoint_trimmed_and_cover_all_text(text: str, language: Language) -> None:
    spans = split_sentences(text, language)
    assert all(one.end <= two.start for one, two in pairwise(spans))
    assert all(span.slice(text) and span.slice(text) == span.slice(text).strip() for span in spans)
    assert "".join("".join(span.slice(text) for span in spans).split()) == "".join(text.split())


@pytest.mark.slow  # it looks at a clock
@pytest.mark.parametrize(
    "unit",
    ["He met G. Onishchenko for 8.5 years. In the U.S., he left «home»! And so on etc. Next\n", "a. ", ".[1]", "т. "],
)
def test_time_grows_with_the_length_not_with_its_square(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.process_time()
        split_sentences(text, "en")
        return time.process_time() - start

    seconds(10_000)
    assert seconds(160_000) < 40 * max(seconds(20_000), 0.005)  # 8 times the text; its square would be 64
