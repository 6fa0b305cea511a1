from __future__ import annotations

import pytest

from corpus.imprint import is_office, notice_owner, organisation, statement_title
from corpus.reading import read_bytes

BODY = (
    "Hundreds of seasonal workers were held at the crossing in September, several weeks longer than in other years.\n\n"
    "The drivers of the buses said that nobody had told them why, and that the passengers had no water with them."
)


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("МИНИСТЕРСТВО ТРАНСПОРТА РЕСПУБЛИКИ", True),
        ("Вазорати нақлиёти ҷумҳурӣ", True),
        ("Embassy of the Republic", True),
        ("The ministry has made 3 statements.", False),
        ("Ministers meet in the valley", False),
    ],
)
def test_an_office_is_known_by_its_name(line: str, is_one: bool) -> None:
    assert is_office(line) is is_one


@pytest.mark.parametrize(
    ("line", "following", "title"),
    [
        ("Заявление", "о положении на границе", "Заявление о положении на границе"),
        ("ОБРАЩЕНИЕ", "к пассажирам", "Обращение к пассажирам"),
        ("STATEMENT", "on the closed crossing", "Statement on the closed crossing"),
        ("Statement on the closed crossing", "3 May 2016", "Statement on the closed crossing"),
        ("Изҳорот дар бораи гузаргоҳ", "", "Изҳорот дар бораи гузаргоҳ"),
        ("Statement", "3 May 2016", ""),
        ("Statements differ on the crossing", "", ""),
        ("A closed crossing", "on the border", ""),
    ],
)
def test_a_statement_is_titled_with_what_it_is_on(line: str, following: str, title: str) -> None:
    assert statement_title(line, following) == title


@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("Open Mountain Legal Network (OMLN), Khorog", "Open Mountain Legal Network (OMLN)"),
        ("Сеть правовой помощи (СПП), Бишкек", "Сеть правовой помощи (СПП)"),
        ("Centre for the Rights of Workers (CRW)", "Centre for the Rights of Workers (CRW)"),
        ("International Federation for Human Rights (FIDH), Paris", "International Federation for Human Rights (FIDH)"),
        ("Open Mountain Legal Network (NATO), Khorog", ""),
        ("Workers of the valley (more than ever), Khorog", ""),
        ("The Open Legal Network (OLN) says that it will sue", ""),
    ],
)
def test_the_letters_behind_a_body_are_those_of_its_name(line: str, body: str) -> None:
    assert organisation(line) == body


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("© 2016 Valley Courier. Terms of use", "Valley Courier"),
        ("Open Mountain Network © 2017", "Open Mountain Network"),
        ("При использовании материалов гиперссылка на «Голос долины» обязательна.", "Голос долины"),
        ("При использовании материалов ссылка на сайт обязательна.", ""),
        ("© All rights reserved", ""),
    ],
)
def test_a_notice_names_who_holds_the_rights(text: str, owner: str) -> None:
    assert notice_owner(text) == owner


def test_a_statement_below_a_letterhead_has_its_own_title_and_the_office_for_publisher() -> None:
    head = "МИНИСТЕРСТВО ТРАНСПОРТА РЕСПУБЛИКИ\n\nЗаявление\nо положении на границе\n\n29 апреля 2014 года\n\n"
    record = read_bytes(f"{head}{BODY}".encode(), "a.txt").record
    assert record.title == "Заявление о положении на границе"
    assert record.publisher == "МИНИСТЕРСТВО ТРАНСПОРТА РЕСПУБЛИКИ"
    assert record.source_type == "statement"


def test_news_of_a_ministry_are_not_its_statement() -> None:
    record = read_bytes(f"Ministry of Transport closes a crossing\n\n3 May 2016\n\n{BODY}".encode(), "a.txt").record
    assert (record.title, record.publisher) == ("Ministry of Transport closes a crossing", "")


def test_a_body_below_the_title_is_the_publisher() -> None:
    text = f"# Nine weeks at the crossing\n\nOpen Mountain Legal Network (OMLN), Khorog\n\n{BODY}"
    record = read_bytes(text.encode(), "a.md").record
    assert record.title == "Nine weeks at the crossing"
    assert record.publisher == "Open Mountain Legal Network (OMLN)"


@pytest.mark.parametrize(
    ("title", "page", "publisher"),
    [
        (
            "A closed crossing | Valley Courier",
            "<footer>Valley Courier. All rights reserved.</footer>",
            "Valley Courier",
        ),
        (
            "A closed crossing - Голос долины",
            "<p>Перепечатка без ссылки на Голос долины запрещена.</p>",
            "Голос долины",
        ),
        ("A closed crossing | Valley | Courier", "<footer>© Courier</footer>", "Courier"),
        ("A closed crossing | Valley Courier", "<footer>About us</footer>", ""),
        ("A closed crossing | Border news", "<nav><a>Border news</a> <a>Sports</a></nav>", ""),
        ("Valley Courier | A closed crossing", "<footer>© 2016 Valley Courier</footer>", "Valley Courier"),
        ("A closed crossing | Курьер", "<footer><p>Курьер</p><p>Все права защищены.</p></footer>", "Курьер"),
        ("A closed crossing | Valley", "<nav><p>Valley</p><p>Права человека</p></nav>", ""),
        ("A closed crossing | 2", "<footer>© 2 Valley Road</footer>", ""),
        ("A closed crossing", "<footer>A closed crossing. All rights reserved.</footer>", ""),
    ],
)
def test_the_site_of_a_pages_title_counts_where_a_notice_repeats_it(title: str, page: str, publisher: str) -> None:
    paragraphs = "".join(f"<p>{part}</p>" for part in BODY.split("\n\n"))
    html = f"<html><head><title>{title}</title></head><body><h1>A closed crossing</h1>{paragraphs}{page}</body></html>"
    assert read_bytes(html.encode(), "a.html").record.publisher == publisher


def test_the_site_of_a_pages_title_counts_where_the_masthead_repeats_it() -> None:
    paragraphs = "".join(f"<p>{part}</p>" for part in BODY.split("\n\n"))
    head = "<head><title>A closed crossing | Valley Courier</title></head><header>Valley Courier</header>"
    html = f"<html>{head}<body><h1>A closed crossing</h1>{paragraphs}</body></html>"
    assert read_bytes(html.encode(), "a.html").record.publisher == "Valley Courier"
