"""A person at the panel in a real browser, and what a page must not have: barriers, a broken width, complaints."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.builders.people import PERSON_PASSWORD
from tests.running_gateway import RunningGateway

PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
WIDE: Final[ViewportSize] = {"width": 1440, "height": 900}

_SERIOUS: Final = ("serious", "critical")
_ASK_AXE: Final = """async (rules) => (await axe.run(document, {
    resultTypes: ['violations'], ...(rules.length ? {runOnly: {type: 'rule', values: rules}} : {}),
})).violations.map((each) => [each.impact, each.id, each.nodes.map((node) => node.target.join(' ')).slice(0, 3)])"""
_SHAPE: Final = """() => [document.documentElement.scrollWidth, innerWidth, document.title,
    document.querySelectorAll('h1').length,
    [...document.querySelectorAll('.table-wrap:not([tabindex])')]
        .filter((each) => each.scrollWidth > each.clientWidth + 1)
        .map((each) => each.querySelector('caption').textContent)]"""


@contextmanager
def visited(
    browser: Browser, gateway: RunningGateway, email: str | None = None, path: str = "", **options: Any
) -> Iterator[Page]:
    """A page of the panel, for a person who has logged in or for nobody. Fails if the browser complained of anything.

    ``options`` are those of a context of Playwright.
    """
    options.setdefault("viewport", PHONE)
    with browser.new_context(locale="es-SV", accept_downloads=True, reduced_motion="reduce", **options) as context:
        said = complaints_of(context)
        page = context.new_page()
        if email is not None:
            enters(page, gateway, email)
        if path:
            page.goto(f"{gateway.url}/panel{path}")
        yield page
        assert said == []


def enters(page: Page, gateway: RunningGateway, email: str, password: str = PERSON_PASSWORD) -> None:
    """Logs in on the page."""
    page.goto(f"{gateway.url}/panel/login")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url("**/panel/c/**")


def complaints_of(context: BrowserContext) -> list[str]:
    """A list into which go errors of scripts, refusals of the policy of a page, and what could not be loaded."""
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    return said


def faults_of_shape(page: Page) -> list[str]:
    """Whether the page is wider than its window, cuts a table off, has no title, or has not one first heading."""
    wide, window, title, headings, cut_off = page.evaluate(_SHAPE)
    faults = [f"{wide} pixels wide in a window of {window}"] if wide > window else []
    faults += [f"cut off at {window}: {each}" for each in cut_off]
    faults += [] if title.strip() else ["no title"]
    return faults + ([] if headings == 1 else [f"{headings} first headings"])


def barriers(page: Page, *rules: str) -> list[str]:
    """The serious and critical findings of axe-core on the page, by all of its rules or by some."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_axe())  # not through an element of the page, which its policy would refuse
    return [
        f"{impact}: {rule} at {', '.join(places)}"
        for impact, rule, places in page.evaluate(_ASK_AXE, list(rules))
        if impact in _SERIOUS
    ]


@cache
def _axe() -> str:
    source = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    return f"{source};undefined"
