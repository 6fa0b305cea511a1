"""One Chromium for the run; a fresh page per test that keeps what it asked for and what it complained about."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="run scripts/install-browser first")

from playwright.sync_api import Browser, Page  # noqa: E402

from tests.browser.service import library_service  # noqa: E402
from tests.browser.stub import Stub, serving  # noqa: E402

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
INLINE = "<muhojir-chat></muhojir-chat>"
HOST_PAGE = '<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Host page</title><main>{body}</main>'


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("chromium is not on the PATH; run scripts/install-browser")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Tab:
    """A page with its requests by origin and its errors."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def foreign(self, *homes: str) -> list[str]:
        return [url for url in self.requests if not url.startswith((*homes, "data:", "blob:"))]


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[Callable[..., Tab]]:
    """open_tab(url, width=1280, ...) -> Tab; other names are options of Playwright's browser context."""
    contexts = []

    def opened(url: str, width: int = 1280, height: int = 900, **options: object) -> Tab:
        options = {"locale": "en-GB", "reduced_motion": "reduce", **options}
        context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(8000)
        tab = Tab(context.new_page())
        tab.page.on("request", lambda request: tab.requests.append(request.url))
        tab.page.on("pageerror", lambda error: tab.errors.append(str(error)))
        tab.page.goto(url)
        return tab

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving(Stub()) as running:
        yield running


@pytest.fixture
def host(stub: Stub, open_tab: Callable[..., Tab]) -> Callable[..., Tab]:
    """host(markup) serves a page of the stub's origin that holds the widget's script and the markup."""

    def opened(markup: str = INLINE, script: str = "", lang: str = "en", **options: object) -> Tab:
        tag = f'<script type="module" src="/widget.js" {script}></script>'
        stub.pages["/host"] = HOST_PAGE.format(lang=lang, body=markup) + tag
        return open_tab(f"{stub.url}host", **options)

    return opened


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real service on the shipped library."""
    with library_service(tmp_path_factory.mktemp("home")) as address:
        yield address
