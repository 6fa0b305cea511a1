"""axe-core in every state of the widget and the pages, light and dark; zoom and target sizes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import axe_playwright_python
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.answers import EN_QUESTION, HOSTILE_QUESTION, UNANSWERABLE
from tests.browser.conftest import Tab
from tests.browser.stub import Stub

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOST_ONLY = {"landmark-one-main", "page-has-heading-one", "region"}  # of the host page around the widget
ANSWERABLE = quote("How many Tajik citizens did Russia deport in 2024?")
SMALL = """node => [...node.querySelectorAll("button, a[href], input, select, textarea, summary")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && !one.closest("label") && (box.width < 24 || box.height < 24);
}).map((one) => one.outerHTML.slice(0, 90))"""


def violations(page: Page, leave_out: set[str] | None = None) -> list[str]:
    page.evaluate(AXE)
    options = json.dumps({"runOnly": {"type": "tag", "values": RULES}})
    found = page.evaluate(f"async () => (await axe.run(document, {options})).violations")
    kept = [one for one in found if one["id"] not in (leave_out or set())]
    return [f"{one['id']}: {node['html'][:120]} {node['failureSummary']}" for one in kept for node in one["nodes"]]


def ask(chat: Locator, question: str) -> None:
    chat.locator("textarea").fill(question)
    chat.locator("textarea").press("Enter")


def answered(chat: Locator, _: Stub) -> None:
    ask(chat, EN_QUESTION)
    expect(chat.locator(".sources")).to_be_visible()


def source(chat: Locator, stub: Stub) -> None:
    answered(chat, stub)
    chat.locator(".cite").first.click()
    expect(chat.locator("mark")).to_have_count(1)


def hostile(chat: Locator, _: Stub) -> None:
    ask(chat, HOSTILE_QUESTION)
    chat.locator(".sources .row").first.click()
    expect(chat.locator("mark")).to_have_count(1)


def refused(chat: Locator, _: Stub) -> None:
    ask(chat, UNANSWERABLE)
    expect(chat.locator(".refusal")).to_be_visible()


def streaming(chat: Locator, stub: Stub) -> None:
    stub.fault = "held"
    ask(chat, EN_QUESTION)
    expect(chat.locator(".sentence")).to_have_count(1)


def cut(chat: Locator, stub: Stub) -> None:
    stub.fault = "cut"
    ask(chat, EN_QUESTION)
    expect(chat.locator(".trouble")).to_be_visible()


def idle(chat: Locator, _: Stub) -> None:
    expect(chat.locator(".suggestions .row")).to_have_count(1)


STATES = [idle, answered, source, hostile, refused, streaming, cut]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_no_state_of_the_panel_violates_a_rule(
    host: Callable[..., Tab], stub: Stub, state: Callable[[Locator, Stub], None], scheme: str
) -> None:
    stub.policy = None  # axe itself is injected
    page = host("<p>A page.</p>", "data-floating", color_scheme=scheme, width=360, height=740).page
    page.locator(".launcher").click()
    chat = page.locator("muhojir-chat")
    state(chat, stub)
    assert violations(page, HOST_ONLY) == []
    assert chat.locator(".muhojir").evaluate(SMALL) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["", "library", "?q={answered}", "?q={refused}", "?q=x&published_from=abc"])
def test_no_page_violates_a_rule(library: str, open_tab: Callable[..., Tab], address: str, scheme: str) -> None:
    questions = {"answered": ANSWERABLE, "refused": quote(UNANSWERABLE)}
    page = open_tab(library + address.format(**questions), color_scheme=scheme, bypass_csp=True).page
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert page.locator("body").evaluate(SMALL) == []


def test_the_source_beside_the_page_violates_no_rule(library: str, open_tab: Callable[..., Tab]) -> None:
    page = open_tab(f"{library}?lang=en&q={ANSWERABLE}", bypass_csp=True).page
    page.locator("muhojir-chat .cite").first.click()
    expect(page.locator("#reader mark").first).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_scrolls_sideways_when_the_page_is_narrow_or_enlarged(
    library: str, open_tab: Callable[..., Tab], width: int
) -> None:
    """320 CSS pixels are a 1280 pixel window at 400 per cent, 640 at 200."""
    page = open_tab(f"{library}?lang=en&q={ANSWERABLE}", width=width).page
    expect(page.locator("muhojir-chat .answer")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_forced_colours_keep_the_quote_visible(host: Callable[..., Tab], stub: Stub) -> None:
    chat = host(forced_colors="active").page.locator("muhojir-chat")
    source(chat, stub)
    background = chat.locator("mark").evaluate("node => getComputedStyle(node).backgroundColor")
    around = chat.locator(".text p").first.evaluate("node => getComputedStyle(node).color")
    assert background not in {"rgba(0, 0, 0, 0)", around}


def test_a_right_to_left_host_gets_the_button_at_its_end(host: Callable[..., Tab], stub: Stub) -> None:
    tab = host('<script>document.documentElement.dir = "rtl"</script>', "data-floating")
    stub.policy = None
    tab.page.reload()
    box = tab.page.locator(".launcher").bounding_box()
    assert box
    assert box["x"] < 100
