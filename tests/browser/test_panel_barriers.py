"""Every page of the panel, light on a phone and dark on a wide screen: no barrier, nothing too wide, no complaint.

A theme changes colours alone, and a width what stands beside what: all rules are asked once in each width and once in
each theme. The parts of which pages are made stand together in the gallery, which is looked at in every combination.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from ocote.panel.site import panel_routes
from tests.browser.visiting import PHONE, WIDE, barriers, complaints_of, enters, faults_of_shape
from tests.databases import Databases
from tests.panel.lively import CASHIER, OWNER, Lively, lively_company

C: Final = "/c/{company_id:int}"
LOOKS: Final[tuple[tuple[ViewportSize, Literal["light", "dark"]], ...]] = ((PHONE, "light"), (WIDE, "dark"))

NO_PAGES: Final = frozenset(
    {
        "/",
        C,
        "/account/passkeys/{passkey:int}",
        "/login/code",
        "/login/identity/back",
        "/enter/{token}",
        "/setup/activities",
        "/setup/said",
        f"{C}/books/file",
        f"{C}/company/activities",
        f"{C}/company/brand/sample",
        f"{C}/company/brand/sample.svg",
        f"{C}/company/logo",
        f"{C}/company/texts/document",
        f"{C}/company/texts/mail",
        f"{C}/company/texts/picture",
        f"{C}/customers/clientes-ejemplo.csv",
        f"{C}/customers/clientes.csv",
        f"{C}/documents/export",
        f"{C}/documents/{{document_id}}/file/{{kind}}",
        f"{C}/drafts/find/activities",
        f"{C}/drafts/find/customers",
        f"{C}/drafts/find/items",
        f"{C}/drafts/{{draft_id}}/files/{{kind}}",
        f"{C}/drafts/{{draft_id}}/preview.pdf",
        f"{C}/exports/file",
        f"{C}/items/articulos.csv",
    }
)
"""What leads elsewhere, files and parts of pages; the page of a passkey is looked at in test_panel_passkeys.py.

The sample of a mail runs no script at all, not even that of a test.
"""

INSTEAD: Final = {
    f"{C}/customers/{{customer_id:int}}/merge": ("", "?other={double}"),
    f"{C}/documents": ("", "?state=rejected&period=month", "?q=nadie", "?date_from=ayer"),
    f"{C}/drafts/new": ("?copy_of={ccf}", "?retry_of={rejected}", "?note_of={noted}"),
    f"{C}/books/review": ("?month=2026-06",),
    f"{C}/drafts/{{draft_id}}/outcome": (),
    f"{C}/items/edit": ("?code={code}",),
    f"{C}/items/item": ("?code={code}",),
    f"{C}/items/remove": ("?code={code}",),
    f"{C}/mails": ("", "?view=waiting", "?view=all"),
    f"{C}/today": ("?day=2026-06-17", "?day=2026-06-18", "?month=2026-06", "?month=2026-05"),
}
"""The queries with which a page is opened, where it is not opened without one alone."""

MORE: Final = (
    f"{C}/drafts/{{issued}}",
    f"{C}/drafts/{{issued}}/outcome",
    f"{C}/books?month=2026-06&count=1",
    "/no-such-page",
    *(
        f"{C}/documents/{{{state}}}"
        for state in ("ccf", "noted", "note", "export", "purchase", "invalidated", "rejected", "waiting", "leaving")
    ),
    *(f"{C}/documents/{{{state}}}/cancel" for state in ("ccf", "invalidated", "rejected", "waiting", "leaving")),
)
KEYS_OF_OWNERS: Final = f"{C}/keys?for=cashier"
AS_CASHIER: Final = (f"{C}/today", f"{C}/documents", f"{C}/drafts", f"{C}/closings", f"{C}/customers", KEYS_OF_OWNERS)
REFUSED: Final = (
    "/no-such-page",
    "/invitation/used",
    "/enter/used",
    f"{C}/documents?date_from=ayer",
    KEYS_OF_OWNERS,
)
"""Pages that say why they cannot be opened, or what is wrong with what was asked."""

AS_NOBODY: Final = (
    "/login",
    "/login?next=%2Fpanel%2Faccount",
    "/invitation/{token}",
    "/invitation/used",
    "/enter/used",
)


@pytest.fixture(scope="module")
def lively(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lively]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with lively_company(all_databases.sqlite(), folder) as lively:
        yield lively


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser in which nobody has logged in; nothing moves in it."""
    with browser.new_context(locale="es-SV", reduced_motion="reduce") as context:
        yield context


def all_pages() -> list[str]:
    """The patterns of every page of the panel with their queries."""
    routes = [route.path for route in panel_routes().all if route.get is not None and route.path not in NO_PAGES]
    asked = [f"{path}{query}" for path in routes for query in INSTEAD.get(path, ("",))]
    return [*asked, *MORE]


def faults_on(page: Page) -> list[str]:
    """The faults of an open page, light on a phone and dark on a wide screen."""
    found = []
    for viewport, theme in LOOKS:
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=theme)
        found += [f"{theme}: {each}" for each in (*faults_of_shape(page), *barriers(page))]
    return found


def visits(lively: Lively, page: Page, patterns: Iterable[str]) -> dict[str, list[str]]:
    """The faults of the pages that have any."""
    said, faults = complaints_of(page.context), {}
    for pattern in patterns:
        page.set_viewport_size(PHONE)
        answer = page.goto(f"{lively.gateway.url}/panel{lively.path(pattern)}")
        assert answer is not None
        is_refused = pattern in REFUSED
        found = faults_on(page)
        found += [f"answered {answer.status}"] if answer.ok == is_refused else []
        found += [each for each in said if not (is_refused and "Failed to load resource" in each)]
        said.clear()
        if found:
            faults[pattern] = found
    return faults


def test_no_page_of_an_owner_who_operates_the_gateway_has_a_barrier(context: BrowserContext, lively: Lively) -> None:
    page = context.new_page()
    enters(page, lively.gateway, OWNER)
    assert visits(lively, page, all_pages()) == {}


def test_no_page_of_a_cashier_has_a_barrier(context: BrowserContext, lively: Lively) -> None:
    page = context.new_page()
    enters(page, lively.gateway, CASHIER)
    assert visits(lively, page, AS_CASHIER) == {}


def test_no_page_of_somebody_who_has_not_logged_in_has_a_barrier(context: BrowserContext, lively: Lively) -> None:
    assert visits(lively, context.new_page(), AS_NOBODY) == {}
