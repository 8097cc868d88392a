"""The navigation of the panel: one table of links, of which each person sees what their role allows."""

from collections.abc import Collection
from typing import Final, cast

from msgspec import Struct

from ocote.panel.frame.access import PANEL_PATH, PageAccess
from ocote.people.person import Membership, PanelPerson
from ocote.people.rights import Right


class _Entry(Struct, frozen=True):
    group: str
    label: str
    icon: str
    path: str
    access: PageAccess
    short: str = ""


_COMPANY: Final = "/c/{company_id:int}"

_ENTRIES: Final = (
    _Entry("", "Hoy", "home", f"{_COMPANY}/today", "read"),
    _Entry("", "Nuevo documento", "plus", f"{_COMPANY}/drafts", "issue", "Nuevo"),
    _Entry("", "Documentos", "documents", f"{_COMPANY}/documents", "read"),
    _Entry("", "Cierre del día", "check", f"{_COMPANY}/closings", "read", "Cierre"),
    _Entry("Catálogos", "Clientes", "people", f"{_COMPANY}/customers", "read"),
    _Entry("Catálogos", "Artículos", "items", f"{_COMPANY}/items", "read"),
    _Entry("Contabilidad", "Libros y anexos", "book", f"{_COMPANY}/books", "export"),
    _Entry("Contabilidad", "Exportar", "download", f"{_COMPANY}/exports", "export"),
    _Entry("Operación", "Contingencias", "contingency", f"{_COMPANY}/contingencies", "see_settings"),
    _Entry("Operación", "Correos", "mail", f"{_COMPANY}/mails", "see_settings"),
    _Entry("Operación", "Webhooks", "webhook", f"{_COMPANY}/webhooks", "see_settings"),
    _Entry("Operación", "Solicitudes de la API", "search", f"{_COMPANY}/requests", "see_settings"),
    _Entry("Empresa", "Datos de la empresa", "company", f"{_COMPANY}/company", "see_settings"),
    _Entry("Empresa", "Personas", "people", f"{_COMPANY}/people", "see_settings"),
    _Entry("Empresa", "Claves de la API", "key", f"{_COMPANY}/keys", "see_settings"),
    _Entry("Empresa", "Correlativos", "counter", f"{_COMPANY}/counters", "see_settings"),
    _Entry("Empresa", "Bitácora", "audit", f"{_COMPANY}/audit", "see_settings"),
    _Entry("Operación del servicio", "Empresas", "company", "/operator/companies", "operator"),
    _Entry("Operación del servicio", "Procesos y salud", "clock", "/operator/health", "operator"),
    _Entry("Operación del servicio", "Bitácora del servicio", "audit", "/operator/audit", "operator"),
)
"""Each link of the navigation, shown when the panel has its page and the person may see it. Labels are in Spanish."""


class NavLink(Struct, frozen=True):
    """A link of the navigation; ``is_current`` for the page that is shown, or a page below it.

    ``short`` is the label where there is little room.
    """

    href: str
    label: str
    icon: str
    is_current: bool
    short: str


class NavGroup(Struct, frozen=True):
    """Links under a heading, which the first group does not have."""

    label: str
    links: tuple[NavLink, ...]


def navigation(
    known: Collection[str], person: PanelPerson, membership: Membership | None, current: str
) -> tuple[NavGroup, ...]:
    """The navigation of a person in a company; ``known`` are the paths of the panel, ``current`` that of the page."""
    groups: dict[str, list[NavLink]] = {}
    for entry in _ENTRIES:
        if entry.path in known and _may(person, membership, entry.access):
            company = "" if membership is None else str(membership.company_id)
            path = entry.path.replace("{company_id:int}", company)
            is_current = current == path or current.startswith(f"{path}/")
            link = NavLink(PANEL_PATH + path, entry.label, entry.icon, is_current, entry.short or entry.label)
            groups.setdefault(entry.group, []).append(link)
    return tuple(NavGroup(label, tuple(links)) for label, links in groups.items())


def home_of(person: PanelPerson, membership: Membership) -> str:
    """The first page of a company."""
    del person
    return f"{PANEL_PATH}/c/{membership.company_id}/today"


def _may(person: PanelPerson, membership: Membership | None, access: PageAccess) -> bool:
    if access == "operator":
        return person.is_operator
    return membership is not None and membership.may(cast("Right", access))
