"""The views of a person's own account."""

import re
from collections.abc import Callable
from typing import Final

import segno
from markupsafe import Markup
from msgspec import Struct

from ocote.panel.frame.moments import moment_words
from ocote.people.sessions import OpenSession

_BROWSERS: Final = (
    (re.compile(r"Edg(e|A|iOS)?/"), "Edge"),
    (re.compile(r"OPR/|Opera"), "Opera"),
    (re.compile(r"SamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"Chrome/|CriOS/|Chromium/"), "Chrome"),
    (re.compile(r"Safari/"), "Safari"),
)
_SYSTEMS: Final = (
    (re.compile(r"iPhone"), "iPhone"),
    (re.compile(r"iPad"), "iPad"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Mac OS X|Macintosh"), "Mac"),
    (re.compile(r"CrOS"), "ChromeOS"),
    (re.compile(r"Linux|X11"), "Linux"),
)


class SessionView(Struct, frozen=True):
    """A session in the list of a person's sessions."""

    id: str
    browser: str
    address: str
    since: str
    seen: str
    is_this: bool


def session_view(session: OpenSession, say: Callable[[str], str]) -> SessionView:
    """A session in words."""
    return SessionView(
        id=session.id,
        browser=browser_words(session.agent, say),
        address=session.address,
        since=moment_words(session.created_at),
        seen=moment_words(session.seen_at),
        is_this=session.is_this,
    )


def browser_words(agent: str, say: Callable[[str], str] = str) -> str:
    """The browser and the machine that a ``User-Agent`` names.

    >>> browser_words("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox en Windows'
    >>> browser_words("curl/8.5.0")
    'Otro navegador'
    """
    browser = next((name for pattern, name in _BROWSERS if pattern.search(agent)), None)
    system = next((name for pattern, name in _SYSTEMS if pattern.search(agent)), None)
    if browser is None:
        return say("Otro navegador")
    return browser if system is None else f"{browser} {say('en')} {system}"


def authenticator_qr(uri: str) -> Markup:
    """The QR code of an authenticator as markup, dark on white in every theme, so that each camera reads it."""
    drawn = segno.make(uri, error="m", micro=False).svg_inline(border=4, light="#fff", omitsize=True)
    return Markup(drawn)  # noqa: S704 - a drawing: nothing of the text is in the markup


def in_groups(secret: str) -> str:
    """A secret in groups of four letters, for the person who types it.

    >>> in_groups("ABCDEFGHIJ")
    'ABCD EFGH IJ'
    """
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
