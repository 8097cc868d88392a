"""The views of passkeys."""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from ocote.panel.frame.moments import moment_words
from ocote.panel.frame.phrases import Phrase, phrase
from ocote.people.passkeys import KnownPasskey
from ocote.people.site import Site, SiteFault

_FAULTS: Final[Mapping[SiteFault, Phrase]] = {
    "not_confidential": phrase(
        "Los navegadores solo guardan llaves de acceso en direcciones https://, y esta no lo es."
    ),
    "no_name": phrase(
        "Los navegadores no guardan llaves de acceso en una dirección hecha de números: abra el panel por su nombre, "
        "por ejemplo https://facturas.example.com."
    ),
}


class PasskeyView(Struct, frozen=True):
    """A passkey in the list of a person's passkeys."""

    id: int
    label: str
    made: str
    used: str


def passkey_view(passkey: KnownPasskey, say: Callable[[str], str]) -> PasskeyView:
    """A passkey in words."""
    used = moment_words(passkey.used_at) if passkey.used_at is not None else say("Todavía no")
    return PasskeyView(passkey.id, passkey.label, moment_words(passkey.created_at), used)


def why_not_here(site: Site) -> str | Phrase:
    """Why no browser makes a passkey at this address, and what to do; empty where they do."""
    if site.fault is None:
        return ""
    if site.fault == "elsewhere":
        return phrase("Las llaves de acceso valen en %(origin)s: abra el panel en esa dirección.", origin=site.origin)
    return _FAULTS[site.fault]
