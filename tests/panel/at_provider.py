"""The way of a browser from the panel to the identity provider and back, without a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from tests.builders.oidc_provider import Account, OidcProvider, open_provider
from tests.panel_client import PanelClient, Shown, add
from tests.running_gateway import RunningGateway, running_gateway

Scene = tuple[RunningGateway, OidcProvider]
NUMBERS: Final = count(1)
"""Numbers for the addresses of people, each of whom is new."""

_ONWARD = re.compile(r'<meta http-equiv="refresh" content="0; url=([^"]*)">')
_JOURNEY: Final = "ocote-journey"


@contextmanager
def known_provider(database_url: str, folder: Path) -> Iterator[Scene]:
    """A gateway and the provider that it knows, with one clock."""
    with (
        open_provider() as provider,
        running_gateway(database_url, folder, identity_provider=provider.access) as gateway,
    ):
        provider.clock = gateway.clock
        yield gateway, provider


@contextmanager
def without_faults(scene: Scene) -> Iterator[None]:
    """Begins with a provider of which the gateway remembers nothing, and ends without the faults of a test."""
    gateway, provider = scene
    gateway.time_passes(hours=2)
    yield
    provider.claims.clear()
    provider.broken.clear()
    provider.metadata.clear()
    provider.account, provider.sign = Account(), None
    provider.begins_again()


def somebody(scene: Scene, **person: Any) -> str:
    """A new person whose e-mail address the account at the provider has from now on; returns the address."""
    gateway, provider = scene
    number = next(NUMBERS)
    email = f"persona{number}@example.com"
    add(gateway, email=email, **person)
    provider.account = Account(subject=f"sujeto-{number}", email=email)
    return email


def is_in(browser: PanelClient) -> bool:
    """Whether a browser has a session."""
    return browser.get("/account").status == 200


def leads_to(shown: Shown) -> str:
    """The address to which a page leads on by itself; the page has to be one that does."""
    found = _ONWARD.search(shown.text)
    assert found, (shown.status, shown.words)
    return unescape(found[1])


def way_back(url: str) -> str:
    """The path below ``/panel``, with its query, to which the provider sends the browser from an address there."""
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        answer.read()
        location = answer.getheader("Location") or ""
    finally:
        connection.close()
    assert answer.status == 302, answer.status
    back = urlsplit(location)
    return f"{back.path.removeprefix('/panel')}?{back.query}"


def comes_back(browser: PanelClient, path: str) -> Shown:
    """Comes back from the provider, with the cookies that a browser sends with a link of another site."""
    held = {name: value for name, value in browser.cookies.items() if name != _JOURNEY}
    for name in held:
        del browser.cookies[name]
    shown = browser.get(path, **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
    for name, value in held.items():
        browser.cookies.setdefault(name, value)
    return shown


def goes(browser: PanelClient, path: str, fields: dict[str, str] | None = None) -> Shown:
    """Goes to the provider with a form of the panel and comes back; returns the page there."""
    return comes_back(browser, way_back(leads_to(browser.post(path, fields or {}))))


def logs_in(browser: PanelClient, **fields: str) -> Shown:
    """Logs in by the provider; returns the page after the way back."""
    browser.get("/login")
    return goes(browser, "/login/identity", fields)
