"""Every state in three languages, light and dark, narrow and wide: python -m tests.browser.screenshots FOLDER [png]."""

from __future__ import annotations

import base64
import shutil
import sys
import tempfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS, HOST_PAGE
from tests.browser.service import library_service

WIDTHS, SCHEMES, HEIGHT = (360, 1280), ("light", "dark"), 800
QUESTIONS = {
    "en": "How many Tajik citizens were held at Vnukovo in April 2024?",
    "ru": "Сколько граждан Таджикистана удерживали во Внукове в апреле 2024 года?",
    "tg": "Моҳи апрели соли 2024 дар Внуково чанд шаҳрванди Тоҷикистон нигоҳ дошта мешуд?",
}
OUTSIDE = {
    "en": "Who won the football world cup?",
    "ru": "Кто стал чемпионом мира по футболу?",
    "tg": "Кӣ чемпиони футболи ҷаҳон шуд?",
}
HOST_BODY = "<h1>A page of yours</h1>" + "<p>Whatever stands here keeps its own look.</p>" * 3
QUALITY = 82  # of WebP: text stays sharp at a third of PNG's size


def host_page(page: Page, address: str, language: str) -> None:
    script = '<script type="module" src="/widget.js" data-floating></script>'
    body = HOST_PAGE.format(lang=language, body=HOST_BODY) + script
    page.route(f"{address}host", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=body))
    page.goto(f"{address}host")
    page.locator(".launcher").wait_for()


def ask(page: Page, question: str, sight: str) -> None:
    page.locator("textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator(f"muhojir-chat {sight}").first.wait_for()


def widget_states(page: Page, address: str, language: str, draw: Callable[[str], None]) -> None:
    host_page(page, address, language)
    draw("widget-closed")
    page.locator(".launcher").click()
    page.locator(".suggestions").wait_for()
    draw("widget-idle")
    ask(page, QUESTIONS[language], ".sources")
    draw("widget-answer")
    page.locator(".cite").first.click()
    page.locator(".reader mark").first.wait_for()
    draw("widget-source")
    page.keyboard.press("Escape")
    ask(page, OUTSIDE[language], ".refusal")
    draw("widget-refusal")
    page.route("**/v1/ask*", lambda route: route.abort())
    page.route("**/v1/ask/**", lambda route: route.abort())
    page.route("**/widget.js", lambda route: route.abort())
    ask(page, QUESTIONS[language], ".trouble")
    draw("widget-error")


def page_states(page: Page, address: str, language: str, draw: Callable[[str], None]) -> None:
    page.goto(f"{address}?lang={language}")
    draw("page-home")
    page.goto(f"{address}?lang={language}&q={quote(QUESTIONS[language])}")
    page.locator("#passages .row").first.wait_for()
    draw("page-answer")
    page.locator("#passages").scroll_into_view_if_needed()
    page.locator("#passages .why summary").first.click()
    page.evaluate("document.querySelector('#passages').scrollIntoView()")
    draw("page-passages")
    page.locator("muhojir-chat .cite").first.click()
    page.locator("#reader mark").first.wait_for()
    draw("page-source")
    page.goto(f"{address}?lang={language}&q={quote(OUTSIDE[language])}")
    page.locator("muhojir-chat .refusal").wait_for()
    draw("page-refusal")
    page.goto(f"{address}library?lang={language}")
    draw("page-library")


def drawing(page: Page, place: Path, kind: str) -> Callable[[str], None]:
    wire = page.context.new_cdp_session(page)
    options = {"format": kind} | ({"quality": QUALITY} if kind == "webp" else {})

    def draw(name: str) -> None:
        page.wait_for_timeout(60)  # the last frame of a scroll
        shot = wire.send("Page.captureScreenshot", options)
        place.with_name(f"{name}-{place.name}.{kind}").write_bytes(base64.b64decode(shot["data"]))

    return draw


def main(folder: Path, kind: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        library_service(Path(home)) as address,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS) as browser,
    ):
        for language, scheme, width in product(QUESTIONS, SCHEMES, WIDTHS):
            size = {"width": width, "height": HEIGHT}
            context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce", locale=language)
            page = context.new_page()
            draw = drawing(page, folder / f"{language}-{scheme}-{width}", kind)
            page_states(page, address, language, draw)
            widget_states(page, address, language, draw)
            context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "webp")
