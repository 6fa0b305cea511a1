"""The figures that the widget promises: size, first words, weight and readiness of the page."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.answers import EN_QUESTION
from tests.browser.conftest import Tab
from tests.browser.stub import STATIC, Stub

WIDGET_BYTES = 40_000  # gzipped; a comparable widget states 100 to 150 kB
FIRST_WORDS_MS = 150  # after the first event has arrived: what people still feel as at once
PAGE_BYTES = 120_000  # everything that `/` loads, as sent
READY_MS = 1000


def test_the_widget_is_small(record_property: Callable[[str, object], None]) -> None:
    size = len(gzip.compress((STATIC / "widget.js").read_bytes(), 9, mtime=0))
    record_property("gzipped bytes", size)
    assert size <= WIDGET_BYTES


def test_the_first_words_follow_the_first_event_at_once(
    host: Callable[..., Tab], stub: Stub, record_property: Callable[[str, object], None]
) -> None:
    """Measured in the page: from the first chunk that the stream yields to the frame that shows a sentence."""
    page = host().page
    page.evaluate(
        """() => {
            const read = ReadableStreamDefaultReader.prototype.read;
            ReadableStreamDefaultReader.prototype.read = async function () {
                const chunk = await read.call(this);
                window.firstEvent ??= performance.now();
                return chunk;
            };
            const shown = () => {
                const there = document.querySelector("muhojir-chat").shadowRoot.querySelector(".sentence");
                if (there) window.firstWords = performance.now();
                else requestAnimationFrame(shown);
            };
            shown();
        }"""
    )
    chat = page.locator("muhojir-chat")
    chat.locator("textarea").fill(EN_QUESTION)
    chat.locator("textarea").press("Enter")
    expect(chat.locator(".sources")).to_be_visible()
    waited = page.evaluate("window.firstWords - window.firstEvent")
    record_property("milliseconds", waited)
    assert 0 <= waited <= FIRST_WORDS_MS


ENTRIES = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
READY = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"


def test_the_reading_page_is_light_and_ready_soon(
    library: str, open_tab: Callable[..., Tab], record_property: Callable[[str, object], None]
) -> None:
    """The best of five loads, each in a fresh profile: the first warms up, and other work on the machine adds noise."""
    loads = []
    for _ in range(5):
        page = open_tab(f"{library}?lang=en").page
        page.wait_for_load_state("networkidle")
        loads.append(page.evaluate(f"[{READY}, {ENTRIES}.reduce((sum, one) => sum + one.transferSize, 0)]"))
        page.context.close()
    ready, weight = min(loads)
    record_property("milliseconds", ready)
    record_property("bytes", weight)
    assert 0 < weight <= PAGE_BYTES
    assert ready <= READY_MS
