"""The views of a person's own account."""

from collections.abc import Callable

import segno
from markupsafe import Markup
from msgspec import Struct

from ocote.panel.frame.browsers import browser_words
from ocote.panel.frame.moments import moment_words
from ocote.people.identity import LinkedIdentity
from ocote.people.sessions import OpenSession


class SessionView(Struct, frozen=True):
    """A session in the list of a person's sessions."""

    id: str
    browser: str
    address: str
    since: str
    seen: str
    is_this: bool


class IdentityView(Struct, frozen=True):
    """An identity in the list of a person's account."""

    id: str
    issuer: str
    since: str
    used: str
    is_removable: bool


def identity_view(identity: LinkedIdentity) -> IdentityView:
    """An identity in words; the issuer without the beginning that all of them have."""
    return IdentityView(
        id=identity.id,
        issuer=identity.issuer.partition("://")[2].rstrip("/"),
        since=moment_words(identity.since),
        used=moment_words(identity.used_at or identity.since),
        is_removable=identity.is_removable,
    )


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
