"""What the widget says when something is in the way, and how a reader gets on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.answers import EN_QUESTION, ENGLISH
from tests.browser.conftest import Tab
from tests.browser.stub import Fault, Stub, serving

Host = Callable[..., Tab]


def ask(chat: Locator, question: str = EN_QUESTION) -> None:
    chat.locator("textarea").fill(question)
    chat.locator("textarea").press("Enter")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("cut", "The connection broke off."),
        ("key", "The service refused the key."),
        ("busy", "Try again in 7 seconds."),
        ("broken", "The service failed."),
        ("html", "is not the question service"),
        ("not ready", "is not ready yet"),
    ],
)
def test_says_what_is_wrong_and_retries(host: Host, stub: Stub, fault: Fault, words: str) -> None:
    chat = host().page.locator("muhojir-chat")
    stub.fault = fault
    ask(chat)
    expect(chat.locator(".trouble")).to_contain_text(words)
    stub.fault = None
    chat.get_by_role("button", name="Try again").click()
    expect(chat.locator(".sources .row")).to_have_count(2)
    expect(chat.locator(".trouble")).to_have_count(0)


def test_a_cut_stream_keeps_the_sentences_that_came(host: Host, stub: Stub) -> None:
    stub.fault = "cut"
    chat = host().page.locator("muhojir-chat")
    ask(chat)
    expect(chat.locator(".trouble")).to_be_visible()
    expect(chat.locator(".sentence")).to_have_count(1)


def test_a_service_without_a_stream_is_asked_for_the_whole_answer(host: Host, stub: Stub) -> None:
    stub.fault = "no stream"
    chat = host().page.locator("muhojir-chat")
    ask(chat)
    expect(chat.locator(".sources .row")).to_have_count(2)


def test_sentences_appear_before_the_answer_is_complete_and_stop_keeps_them(host: Host, stub: Stub) -> None:
    stub.fault = "held"
    chat = host().page.locator("muhojir-chat")
    ask(chat)
    expect(chat.locator(".sentence")).to_have_count(1)
    chat.get_by_role("button", name="Stop").click()
    expect(chat.locator(".trouble")).to_contain_text("Stopped.")
    expect(chat.locator(".sentence")).to_have_count(1)


def test_a_slow_service_is_explained(host: Host, stub: Stub) -> None:
    stub.fault = "slow"
    tab = host()
    tab.page.clock.install()
    chat = tab.page.locator("muhojir-chat")
    ask(chat)
    expect(chat.locator(".status")).to_have_text("Searching the library…")
    tab.page.clock.fast_forward(6000)
    expect(chat.locator(".status")).to_contain_text("longer than usual")
    stub.released.set()
    expect(chat.locator(".sources .row")).to_have_count(2)


def test_a_service_that_is_away_is_named(host: Host, stub: Stub) -> None:
    stub.policy = None
    tab = host('<muhojir-chat server="http://127.0.0.1:9/"></muhojir-chat>')
    ask(tab.page.locator("muhojir-chat"))
    expect(tab.page.locator(".trouble")).to_contain_text("127.0.0.1:9 does not respond")


def test_an_offline_device_is_told_apart(host: Host) -> None:
    tab = host()
    tab.page.context.set_offline(True)
    ask(tab.page.locator("muhojir-chat"))
    expect(tab.page.locator(".trouble")).to_contain_text("This device is offline")


def test_another_origin_is_served_when_it_is_allowed_and_told_when_not(host: Host, stub: Stub) -> None:
    stub.policy = None
    with serving(Stub()) as other:
        chat = host(f'<muhojir-chat server="{other.url}"></muhojir-chat>').page.locator("muhojir-chat")
        ask(chat)
        expect(chat.locator(".sources .row")).to_have_count(2)
        other.fault = "origin"
        ask(chat)
        expect(chat.locator(".trouble")).to_contain_text(f"does not serve pages from {stub.url.rstrip('/')}")


def test_a_policy_that_forbids_the_service_is_named(host: Host, stub: Stub) -> None:
    with serving(Stub()) as other:
        tab = host(f'<muhojir-chat server="{other.url}"></muhojir-chat>')
        ask(tab.page.locator("muhojir-chat"))
        expect(tab.page.locator(".trouble")).to_contain_text("connect-src")


def test_the_key_travels_as_a_bearer_token(host: Host, stub: Stub) -> None:
    stub.key = "pk_test"
    chat = host('<muhojir-chat key="pk_test"></muhojir-chat>').page.locator("muhojir-chat")
    ask(chat)
    expect(chat.locator(".sources .row")).to_have_count(2)


@pytest.mark.parametrize(
    ("fault", "words"),
    [(None, "Connected to"), ("key", "refused the key"), ("html", "is not the question service")],
)
def test_the_self_check_speaks_in_words(host: Host, stub: Stub, fault: Fault | None, words: str) -> None:
    tab = host()
    stub.fault = fault
    assert words in tab.page.evaluate("document.querySelector('muhojir-chat').check()")


def test_a_citation_opens_while_the_answer_is_still_coming_and_keeps_the_focus(host: Host, stub: Stub) -> None:
    stub.fault = "held"
    chat = host().page.locator("muhojir-chat")
    ask(chat)
    chat.locator(".cite").click()
    expect(chat.locator(".reader mark")).to_have_text([ENGLISH.quotes[0]])
    chat.get_by_role("button", name="Back to the answer").click()
    stub.released.set()
    expect(chat.locator(".sources .row")).to_have_count(2)
    expect(chat.locator(".cite").first).to_be_focused()
