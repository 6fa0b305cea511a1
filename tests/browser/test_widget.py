"""The widget in a browser against the recorded service: what a reader sees and can do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.answers import (
    EN_QUESTION,
    HOSTILE,
    HOSTILE_QUESTION,
    LEFT_OPEN,
    QUESTIONS,
    RU_QUESTION,
    SOURCES,
    TG_QUESTION,
    UNANSWERABLE,
)  # fmt: skip
from tests.browser.conftest import Tab
from tests.browser.stub import Stub

Host = Callable[..., Tab]
FOCUSED = """() => {
    let at = document.activeElement;
    while (at.shadowRoot) at = at.shadowRoot.activeElement;
    return at.className || at.tagName;
}"""
FLOATING = {"markup": "<p>A page.</p>", "script": "data-floating"}


def ask(chat: Locator, question: str) -> None:
    chat.locator("textarea").fill(question)
    chat.locator("textarea").press("Enter")


@pytest.mark.parametrize("question", [EN_QUESTION, RU_QUESTION, TG_QUESTION])
def test_answers_in_the_language_of_the_source_and_opens_its_quote(host: Host, question: str) -> None:
    source = QUESTIONS[question]
    tab = host(lang=source.language)
    chat = tab.page.locator("muhojir-chat")
    ask(chat, question)
    expect(chat.locator(".sources .row")).to_have_count(2)
    assert chat.locator(".sentence > span").first.get_attribute("lang") == source.language
    chat.locator(".cite").nth(1).click()
    expect(chat.locator("mark")).to_have_text([source.quotes[1]])
    expect(chat.locator(".source-title")).to_have_text(source.title)
    assert tab.errors == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "inferred from the text"), ("ru", "апрель 2024"), ("tg", "апрели 2024")]
)
def test_the_record_tells_the_date_and_its_basis(host: Host, language: str, words: str) -> None:
    chat = host(f'<muhojir-chat lang="{language}"></muhojir-chat>').page.locator("muhojir-chat")
    ask(chat, RU_QUESTION)
    chat.locator(".sources .row").first.click()
    expect(chat.locator(".record")).to_contain_text(words)


def test_an_emoji_before_the_quote_does_not_shift_the_highlight(host: Host) -> None:
    chat = host().page.locator("muhojir-chat")
    ask(chat, EN_QUESTION)
    chat.locator(".cite").nth(1).click()
    expect(chat.locator("mark")).to_have_text(["Some of them were students of the polytechnic."])


def test_a_refusal_looks_like_one_and_shows_the_nearest_passages(host: Host) -> None:
    chat = host().page.locator("muhojir-chat")
    ask(chat, UNANSWERABLE)
    expect(chat.locator(".refusal")).to_contain_text("The library holds no answer")
    expect(chat.locator(".cite")).to_have_count(0)
    chat.locator(".refusal .row").click()
    expect(chat.locator(".reader mark")).to_have_count(1)


@pytest.mark.parametrize(("question", "told"), [(EN_QUESTION, 0), (f"{EN_QUESTION} And {LEFT_OPEN}?", 1)])
def test_the_part_of_a_question_that_is_left_open_is_named(host: Host, question: str, told: int) -> None:
    chat = host().page.locator("muhojir-chat")
    ask(chat, question)
    expect(chat.locator(".cite").first).to_be_visible()
    expect(chat.get_by_text(f"The documents hold no answer about: {LEFT_OPEN}")).to_have_count(told)


def test_follow_ups_send_the_earlier_questions(host: Host, stub: Stub) -> None:
    chat = host().page.locator("muhojir-chat")
    for question in (EN_QUESTION, UNANSWERABLE):
        ask(chat, question)
        expect(chat.locator("h2.asked").last).to_have_text(question)
        expect(chat.locator(".send")).to_have_text("Ask")
    assert [turn["question"] for turn in stub.asked[1]["history"]] == [EN_QUESTION]
    chat.get_by_role("button", name="Clear").click()
    ask(chat, EN_QUESTION)
    expect(chat.locator(".sources .row")).to_have_count(2)
    assert stub.asked[2]["history"] == []


def test_a_suggested_question_of_the_interface_language_is_asked_by_a_click(host: Host) -> None:
    chat = host(lang="tg").page.locator("muhojir-chat")
    expect(chat.locator(".suggestions .row")).to_have_text([TG_QUESTION])
    chat.locator(".suggestions .row").click()
    expect(chat.locator(".sources .row")).to_have_count(2)


def test_markup_scripts_and_addresses_of_sources_stay_text(host: Host) -> None:
    tab = host()
    chat = tab.page.locator("muhojir-chat")
    ask(chat, HOSTILE_QUESTION)
    expect(chat.locator(".sentence").first).to_contain_text(HOSTILE.quotes[0])
    chat.locator(".cite").first.click()
    expect(chat.locator("mark")).to_have_text([HOSTILE.quotes[0]])
    assert chat.locator(".source :is(img, script, b, a)").count() == 0
    assert tab.page.title() == "Host page"
    wide = chat.locator(".reader").evaluate("node => node.scrollWidth > node.clientWidth")
    assert not wide, "a long word must not widen the reader"


def test_the_whole_trip_works_by_keyboard_alone(host: Host) -> None:
    tab = host(**FLOATING)
    keyboard = tab.page.keyboard
    keyboard.press("Tab")
    assert tab.page.evaluate(FOCUSED) == "launcher"
    keyboard.press("Enter")
    assert tab.page.evaluate(FOCUSED) == "TEXTAREA"
    keyboard.type(EN_QUESTION)
    keyboard.press("Enter")
    chat = tab.page.locator("muhojir-chat")
    expect(chat.locator(".sources .row")).to_have_count(2)
    for _ in range(9):
        keyboard.press("Shift+Tab")
        if tab.page.evaluate(FOCUSED) == "cite":
            break
    keyboard.press("Enter")
    expect(chat.locator("mark")).to_have_count(1)
    assert tab.page.evaluate(FOCUSED) == "quiet back"
    keyboard.press("Escape")
    assert tab.page.evaluate(FOCUSED) == "cite"
    keyboard.press("Escape")
    assert tab.page.evaluate(FOCUSED) == "launcher"


def test_one_announcement_says_the_answer(host: Host) -> None:
    tab = host()
    chat = tab.page.locator("muhojir-chat")
    ask(chat, EN_QUESTION)
    expect(chat.locator(".sources .row")).to_have_count(2)
    said = chat.locator("[role=log] p").all_inner_texts()
    assert len(said) == 2
    assert said[0] == "Searching the library…"
    assert said[1].startswith("Answer: On 27 April")


def test_two_widgets_on_one_page_do_not_share_a_conversation(host: Host) -> None:
    tab = host("<muhojir-chat lang=en></muhojir-chat><muhojir-chat lang=ru></muhojir-chat>")
    first, second = tab.page.locator("muhojir-chat").all()
    ask(first, EN_QUESTION)
    ask(second, RU_QUESTION)
    expect(first.locator(".asked")).to_have_text([EN_QUESTION])
    expect(second.locator(".asked")).to_have_text([RU_QUESTION])
    expect(second.locator(".send")).to_have_text("Спросить")


def test_a_strict_policy_is_kept_and_no_other_origin_is_asked(host: Host, stub: Stub) -> None:
    tab = host()
    violations: list[str] = []
    tab.page.on("console", lambda message: violations.append(message.text) if message.type == "error" else None)
    chat = tab.page.locator("muhojir-chat")
    ask(chat, EN_QUESTION)
    chat.locator(".cite").first.click()
    expect(chat.locator("mark")).to_have_count(1)
    assert tab.foreign(stub.url) == []
    assert violations == []
    assert tab.page.context.cookies() == []
    assert tab.page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize(
    ("button", "copied"), [("Text", SOURCES["harbour-en"].quotes[0]), ("BibTeX", "@misc"), ("Copy link", "?passage=")]
)
def test_citations_are_copied(host: Host, button: str, copied: str) -> None:
    tab = host(permissions=["clipboard-read", "clipboard-write"])
    chat = tab.page.locator("muhojir-chat")
    ask(chat, EN_QUESTION)
    chat.locator(".cite").first.click()
    chat.get_by_role("button", name=button, exact=True).click()
    expect(chat.get_by_role("button", name="Copied")).to_be_visible()
    assert copied in tab.page.evaluate("navigator.clipboard.readText()")


def test_every_language_has_every_text(host: Host) -> None:
    tab = host()
    keys = tab.page.evaluate(
        """async () => {
            const source = await (await fetch("/widget.js")).text();
            const table = (name) => source.match(new RegExp(`const ${name} = {([^]*?)\\n};`))[1];
            return ["EN", "RU", "TG"].map((name) => [...table(name).matchAll(/^  (\\w+):/gm)].map((m) => m[1]));
        }"""
    )
    assert keys[0] == keys[1] == keys[2]
    assert len(keys[0]) > 40
