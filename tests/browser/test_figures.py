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


def test_the_reading_page_is_light_and_ready_soon(
    library: str, open_tab: Callable[..., Tab], record_property: Callable[[str, object], None]
) -> None:
    for _ in range(3):  # the first one also warms the browser and the service up
        page = open_tab(f"{library}?lang=en").page
    page.wait_for_load_state("networkidle")
    entries = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
    weight = page.evaluate(f"{entries}.reduce((sum, one) => sum + one.transferSize, 0)")
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    record_property("bytes", weight)
    record_property("milliseconds", ready)
    assert 0 < weight <= PAGE_BYTES
    assert ready <= READY_MS
