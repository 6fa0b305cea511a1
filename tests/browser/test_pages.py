"""The reading page, the page about the library and the demonstration, on the real service and the shipped library."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Tab

OpenTab = Callable[..., Tab]
QUESTIONS = {
    "en": ("How many Tajik citizens did Russia deport in 2024?", "30,000"),
    "ru": ("Сколько граждан Таджикистана Россия депортировала в 2024 году?", "30 тысяч"),
    "tg": ("Соли 2024 аз Русия чанд шаҳрванди Тоҷикистон ихроҷ шуд?", "30 ҳазор"),
}
OUT_OF_SCOPE = "How do I bake sourdough bread at home?"


@pytest.mark.parametrize("language", QUESTIONS)
def test_asks_in_each_language_and_opens_the_quoted_words_in_their_document(
    library: str, open_tab: OpenTab, language: str
) -> None:
    question, figure = QUESTIONS[language]
    tab = open_tab(f"{library}?lang={language}")
    tab.page.locator("#q").fill(question)
    tab.page.keyboard.press("Enter")
    chat = tab.page.locator("muhojir-chat")
    expect(chat.locator(".answer")).to_contain_text(figure)
    sentence = chat.locator(".sentence > span").first.inner_text()
    chat.locator(".cite").first.click()
    expect(tab.page.locator("#reader mark").first).to_contain_text(sentence[:40])
    tab.page.keyboard.press("Escape")
    expect(chat.locator(".cite").first).to_be_focused()
    assert tab.errors == []
    assert tab.foreign(library) == []


def test_a_shared_address_shows_the_answer_at_once_and_asks_nothing_again(library: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"{library}?lang=en&q={quote(QUESTIONS['en'][0])}")
    expect(tab.page.locator("muhojir-chat .answer")).to_contain_text("30,000")
    assert not [url for url in tab.requests if "/v1/ask" in url]
    expect(tab.page.locator("#passages .row")).to_have_count(10)


def test_the_page_answers_and_opens_sources_without_javascript(library: str, open_tab: OpenTab) -> None:
    page = open_tab(f"{library}?lang=en", java_script_enabled=False).page
    page.locator("#q").fill(QUESTIONS["en"][0])
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#plain .answer")).to_contain_text("30,000")
    page.locator("#plain .sources .row").first.click()
    expect(page.locator("mark").first).to_contain_text("30,000")


def test_a_refusal_on_the_page_has_no_citation(library: str, open_tab: OpenTab) -> None:
    page = open_tab(f"{library}?lang=en&q={quote(OUT_OF_SCOPE)}").page
    expect(page.locator("muhojir-chat .refusal")).to_be_visible()
    expect(page.locator("muhojir-chat .cite")).to_have_count(0)


def test_filters_ask_again_and_stand_in_the_address(library: str, open_tab: OpenTab) -> None:
    page = open_tab(f"{library}?lang=en&q={quote(QUESTIONS['en'][0])}").page
    expect(page.locator("muhojir-chat .answer")).to_contain_text("30,000")
    with page.expect_response("**/v1/ask**"):
        page.get_by_role("checkbox", name="Russian").check()
    expect(page.locator("#passages .title").first).to_be_visible()
    assert "language=ru" in page.url
    expect(page.locator("#passages .excerpt").first).to_have_attribute("lang", "ru")
    page.go_back()
    expect(page.get_by_role("checkbox", name="Russian")).not_to_be_checked()


def test_a_bar_of_the_histogram_chooses_its_year(library: str, open_tab: OpenTab) -> None:
    page = open_tab(f"{library}?lang=en").page
    page.locator("rect[data-year='2011']").click()
    page.locator("rect[data-year='2015']").click()
    expect(page.locator("select[name=published_from]")).to_have_value("2011")
    expect(page.locator("select[name=published_to]")).to_have_value("2015")


def test_a_passage_tells_why_it_was_found(library: str, open_tab: OpenTab) -> None:
    page = open_tab(f"{library}?lang=en&q={quote(QUESTIONS['en'][0])}").page
    why = page.locator("#passages .why").first
    why.locator("summary").click()
    expect(why).to_contain_text("By its words: place")
    expect(why).to_contain_text("By its meaning: place")
    expect(why).to_contain_text("Matched words:")


def test_the_print_sheet_holds_what_a_citation_needs(library: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"{library}?lang=en&q={quote(QUESTIONS['en'][0])}")
    page = tab.page
    expect(page.locator("muhojir-chat .answer")).to_contain_text("30,000")
    page.emulate_media(media="print")
    for gone in ("#ask", ".margin", "muhojir-chat .composer"):
        expect(page.locator(gone)).to_be_hidden()
    printed = page.locator("#colophon").inner_text()
    assert "digest of" in printed.lower()
    assert "Library snapshot" in printed
    assert page.url in printed
    assert page.pdf()[:4] == b"%PDF"


def test_what_is_dark_on_the_screen_is_dark_on_white_in_print(library: str, open_tab: OpenTab) -> None:
    page = open_tab(f"{library}?lang=en&q={quote(QUESTIONS['en'][0])}", color_scheme="dark").page
    page.emulate_media(media="print")
    for words in ("muhojir-chat .answer", "#passages .excerpt", "#colophon"):
        colour = page.locator(words).first.evaluate("node => getComputedStyle(node).color")
        assert max(int(part) for part in colour[4:-1].split(",")) < 128, (words, colour)


def test_a_follow_up_on_the_page_is_scrolled_into_sight(library: str, open_tab: OpenTab) -> None:
    page = open_tab(f"{library}?lang=en&q={quote(QUESTIONS['en'][0])}", height=600).page
    page.locator("muhojir-chat textarea").fill("And in 2023?")
    page.keyboard.press("Enter")
    expect(page.locator("muhojir-chat .asked")).to_have_text([QUESTIONS["en"][0], "And in 2023?"])
    expect(page.locator("muhojir-chat .asked").last).to_be_in_viewport()


def test_the_page_about_the_library_names_what_is_missing(library: str, open_tab: OpenTab) -> None:
    page = open_tab(f"{library}library?lang=en").page
    expect(page.locator(".missing")).to_contain_text("No document from: 1996")
    expect(page.locator(".lead")).to_contain_text("1995–2025")


@pytest.mark.parametrize(("address", "status"), [("?q=x&published_from=abc", 422), ("?passage=nothing", 404)])
def test_a_wrong_address_gets_a_page_with_words(library: str, open_tab: OpenTab, address: str, status: int) -> None:
    page = open_tab(library + address).page
    expect(page.locator(".trouble")).to_be_visible()
    assert page.request.get(library + address).status == status


def test_the_widget_withstands_a_hostile_host_page(library: str, open_tab: OpenTab) -> None:
    tab = open_tab(f"{library}embed-demo?lang=en", height=1400)
    expect(tab.page.locator("#check")).to_contain_text("Connected to")
    send = tab.page.locator("#inline .send")
    looks = send.evaluate(
        "node => ['textTransform', 'letterSpacing', 'float'].map((name) => getComputedStyle(node)[name])"
    )
    assert looks == ["none", "normal", "none"]
    tab.page.locator("#inline textarea").fill(QUESTIONS["en"][0])
    send.click()
    expect(tab.page.locator("#inline .answer")).to_contain_text("30,000")
    tab.page.locator(".launcher").click()
    expect(tab.page.locator("muhojir-chat[floating] textarea")).to_be_focused()


def test_the_demonstration_says_when_another_origin_is_not_served(library: str, open_tab: OpenTab) -> None:
    other = f"http://localhost:{urlsplit(library).port}"
    page = open_tab(f"{library}embed-demo?lang=en&server={quote(other)}").page
    expect(page.locator("#check")).to_contain_text("does not serve pages from")


def test_the_demonstration_takes_no_strangers_server(library: str, open_tab: OpenTab) -> None:
    page = open_tab(f"{library}embed-demo?server=https://elsewhere.example").page
    assert page.locator("[server], [data-server]").count() == 0
