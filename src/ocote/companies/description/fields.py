"""The table of all fields of a company, group by group, in the order in which faults are listed.

Lengths are the shortest that any document or event of either edition allows, because MH refuses longer texts.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from ocote.companies.company import Contact, ExportDefaults
from ocote.companies.description.place import find_address
from ocote.companies.description.rules import (
    Code,
    Colour,
    Correlative,
    Day,
    Dollars,
    Email,
    File,
    Flag,
    Formed,
    HostName,
    Identifier,
    MailAddress,
    MailAddresses,
    MailTemplate,
    OneOf,
    Paragraphs,
    Picture,
    Port,
    Secret,
    Term,
    Text,
    WholeNumber,
)
from ocote.companies.description.structure import Contradiction, Group, Part, RepeatedGroup
from ocote.companies.description.value import Branch, CompanyDescription, PointOfSale, SmtpAccess, SmtpSecurity
from ocote.dte import control_number, dui, nit, nrc
from ocote.dte.catalogs import Catalog
from ocote.dte.editions import V2_FROM, Edition
from ocote.dte.sale import Address, Person
from ocote.dte.types import DOCUMENT_TYPES, EDITION_SUBJECTS
from ocote.printing.brand import LONGEST_TERMS, Brand, MailTexts

_ESTABLISHMENT_KINDS: Final[Mapping[str, str]] = {"M": "02", "S": "01", "B": "04", "P": "07"}
"""The kind of establishment (CAT-009) for each first letter of a branch code (rules.md 1)."""

_SMTP_PORTS: Final[Mapping[str, int]] = {"starttls": 587, "tls": 465, "none": 25}

_PHONE: Final = Text(8, 30)

_MOST_COPIES: Final = 5
"""Addresses in copy_to: each of them gets as many messages as all customers together."""

_LONGEST_SUBJECT: Final = 150
_LONGEST_MAIL_TEXT: Final = 500
_MOST_LINES: Final = 12
"""Of a text of the company on a document or in a mail."""

_Values = Mapping[str, Any]
"""The values of a group's parts by key; None for a value that is left out or has a fault."""


def _address(values: _Values) -> Address | None:
    if values["district"] is None:
        return None
    if not values["district"]:
        raise Contradiction("district", "falta; es obligatorio.")
    return find_address(
        values["department"] or "", values["municipality"] or "", values["district"], values["complement"]
    )


_ADDRESS: Final = Group(
    _address,
    (
        Part("department", Term(), is_required=False),
        Part("municipality", Term(), is_required=False),
        Part("district", Term()),
        Part("complement", Text(1, 200)),
    ),
)


_MH: Final = Group(
    dict,
    (
        Part("user", Text(1, 100)),
        Part("password", Secret()),
        Part("certificate", File()),
        Part("certificate_password", Secret()),
    ),
)


def _responsible(values: _Values) -> Person:
    kind, number = values["document_type"], values["document_number"]
    if number is not None:
        parse = {"13": dui.parse_dui, "36": nit.parse_nit}.get(kind, Text(5, 20).read)
        try:
            number = parse(number)
        except ValueError as error:
            raise Contradiction("document_number", str(error)) from error
    return Person(name=values["name"], document_type=kind, document_number=number)


_RESPONSIBLE: Final = Group(
    _responsible,
    (
        Part("name", Text(5, 100)),
        Part("document_type", Code(Catalog.IDENTITY_DOCUMENTS)),
        Part("document_number", Term()),
    ),
)


def _branch(values: _Values) -> Branch:
    code = values["code"] or ""
    kind = values["kind"] or _ESTABLISHMENT_KINDS.get(code[:1], "")
    contact = Contact(values["phone"], values["email"], values["address"])
    return Branch(code, kind, values["pos"] or (), contact)


def _first_numbers(values: _Values) -> dict[str, int]:
    return {doc_type: number for doc_type, number in values.items() if number is not None}


_FIRST_NUMBERS: Final = Group(
    _first_numbers, tuple(Part(doc_type, Correlative(), is_required=False) for doc_type in DOCUMENT_TYPES)
)


def _point_of_sale(values: _Values) -> PointOfSale:
    return PointOfSale(values["code"] or "", values["next_number"] or {})


_POINT_OF_SALE: Final = Group(
    _point_of_sale,
    (
        Part(
            "code",
            Formed(control_number.is_pos_code, "no es un punto de venta: P y tres dígitos, por ejemplo P001."),
        ),
        Part("next_number", _FIRST_NUMBERS, is_required=False),
    ),
)

_BRANCH: Final = Group(
    _branch,
    (
        Part(
            "code",
            Formed(
                control_number.is_branch_code,
                "no es un código de establecimiento: M (casa matriz), S (sucursal), B (bodega) o P (patio) y tres "
                "dígitos, por ejemplo M001.",
            ),
        ),
        Part("kind", Code(Catalog.ESTABLISHMENT_KINDS), is_required=False),
        Part("phone", _PHONE, is_required=False),
        Part("email", Email(), is_required=False),
        Part("address", _ADDRESS, is_required=False),
        Part("pos", RepeatedGroup(_POINT_OF_SALE, "{} ya está en esta sucursal.")),
    ),
)


def _editions(values: _Values) -> tuple[date, dict[str, Edition]]:
    overrides = {subject: values[subject] for subject in EDITION_SUBJECTS if values[subject] is not None}
    return values["from"], overrides


_EDITION: Final = OneOf(("v1", "v2"), 'no es una edición: use "v1" o "v2".')

_EDITIONS: Final = Group(
    _editions,
    (
        Part("from", Day(), is_required=False, default=V2_FROM),
        *(Part(subject, _EDITION, is_required=False) for subject in EDITION_SUBJECTS),
    ),
)


def _export(values: _Values) -> ExportDefaults:
    return ExportDefaults(**values)


_EXPORT: Final = Group(
    _export,
    (
        Part("country", Code(Catalog.COUNTRIES), is_required=False),
        Part("customs_office", Code(Catalog.CUSTOMS_OFFICES), is_required=False),
        Part("regime", Code(Catalog.REGIMES), is_required=False),
        Part("incoterm", Code(Catalog.INCOTERMS), is_required=False),
        Part("item_type", WholeNumber((1, 2, 3), "1 (bienes), 2 (servicios) o 3 (ambos)"), is_required=False),
        Part("freight", Dollars(), is_required=False, default="0"),
        Part("insurance", Dollars(), is_required=False, default="0"),
    ),
)


def _brand(values: _Values) -> Brand:
    return Brand(values["logo"], values["colour"], values["roll_mm"])


_BRAND: Final = Group(
    _brand,
    (
        Part("logo", Picture(), is_required=False),
        Part("colour", Colour(), is_required=False),
        Part("roll_mm", WholeNumber((58, 80), "58 u 80"), is_required=False, default=80),
    ),
)


def _mail_texts(values: _Values) -> MailTexts:
    return MailTexts(values["subject"] or "", values["greeting"] or "", values["closing"] or "")


_MAIL_TEXTS: Final = Group(
    _mail_texts,
    (
        Part("subject", MailTemplate(_LONGEST_SUBJECT, 1), is_required=False),
        Part("greeting", MailTemplate(_LONGEST_MAIL_TEXT, _MOST_LINES), is_required=False),
        Part("closing", MailTemplate(_LONGEST_MAIL_TEXT, _MOST_LINES), is_required=False),
    ),
)


def _texts(values: _Values) -> dict[str, Any]:
    """The texts by the names that they have in the brand."""
    return {
        "terms": values["terms"] or "",
        "delivery": values["delivery"] or MailTexts(),
        "invalidation": values["invalidation"] or MailTexts(),
    }


_TEXTS: Final = Group(
    _texts,
    (
        Part("terms", Paragraphs(LONGEST_TERMS, _MOST_LINES), is_required=False),
        Part("delivery", _MAIL_TEXTS, is_required=False),
        Part("invalidation", _MAIL_TEXTS, is_required=False),
    ),
)


def _smtp(values: _Values) -> SmtpAccess:
    security: SmtpSecurity = values["security"] or "starttls"
    access = SmtpAccess(
        host=values["host"],
        port=values["port"] or _SMTP_PORTS[security],
        user=values["user"],
        password=values["password"],
        security=security,
        sender=values["sender"],
        helo=values["helo"],
        reply_to=values["reply_to"],
        copy_to=values["copy_to"] or (),
    )
    if (access.user is None) != (access.password is None):
        raise Contradiction("user", "user y password van juntos: falta uno de los dos.")
    if access.user is not None and access.security == "none":
        raise Contradiction("security", 'con "none" la contraseña viajaría sin cifrar; use "starttls" o "tls".')
    return access


_SMTP: Final = Group(
    _smtp,
    (
        Part(
            "security",
            OneOf(("starttls", "tls", "none"), 'no existe; use "starttls", "tls" o "none".'),
            is_required=False,
        ),
        Part("port", Port(), is_required=False),
        Part("host", Text(1, 253)),
        Part("user", Text(1, 200), is_required=False),
        Part("password", Secret(), is_required=False),
        Part("sender", MailAddress()),
        Part("helo", HostName(), is_required=False),
        Part("reply_to", MailAddress(), is_required=False),
        Part("copy_to", MailAddresses(_MOST_COPIES), is_required=False),
    ),
)


def _company(values: _Values) -> CompanyDescription | None:
    mh = values["mh"]
    if mh is None:
        return None
    v2_from, overrides = values["editions"] or (V2_FROM, {})
    return CompanyDescription(
        nit=values["nit"],
        nrc=values["nrc"],
        name=values["name"],
        trade_name=values["trade_name"],
        activity_code=values["activity_code"],
        large_taxpayer=values["large_taxpayer"],
        collection_agent=values["collection_agent"],
        export_taxes_authorized=values["export_taxes_authorized"],
        incomplete_buyers=values["incomplete_buyers"],
        environment=values["environment"],
        phone=values["phone"],
        email=values["email"],
        address=values["address"],
        mh_user=mh["user"],
        mh_password=mh["password"],
        certificate=mh["certificate"],
        certificate_password=mh["certificate_password"],
        responsible=values["responsible"],
        branches=values["branch"],
        v2_from=v2_from,
        edition_overrides=overrides,
        export=values["export"],
        brand=replace(values["brand"] or Brand(), **(values["texts"] or {})),
        smtp=values["smtp"],
    )


COMPANY: Final = Group(
    _company,
    (
        Part("nit", Identifier(nit.parse_nit)),
        Part("nrc", Identifier(nrc.parse_nrc)),
        Part("name", Text(5, 200)),
        Part("trade_name", Text(5, 150), is_required=False),
        Part("activity_code", Code(Catalog.ACTIVITIES)),
        Part("large_taxpayer", Flag(), is_required=False, default=False),
        Part("collection_agent", Flag(), is_required=False, default=False),
        Part("export_taxes_authorized", Flag(), is_required=False, default=False),
        Part(
            "incomplete_buyers",
            OneOf(("fill", "refuse"), 'no existe; use "fill" (completar y avisar) o "refuse" (rechazar).'),
            is_required=False,
            default="fill",
        ),
        Part("environment", OneOf(("00", "01"), 'no es un ambiente: "00" es pruebas, "01" es producción.')),
        Part("phone", _PHONE),
        Part("email", Email()),
        Part("address", _ADDRESS),
        Part("mh", _MH),
        Part("responsible", _RESPONSIBLE),
        Part("branch", RepeatedGroup(_BRANCH, "la sucursal {} ya está en este archivo.")),
        Part("editions", _EDITIONS, is_required=False),
        Part("export", _EXPORT, is_required=False),
        Part("brand", _BRAND, is_required=False),
        Part("texts", _TEXTS, is_required=False),
        Part("smtp", _SMTP, is_required=False),
    ),
)
"""The group of all fields of a company, whose ``build`` makes the :class:`CompanyDescription`."""
