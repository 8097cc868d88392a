"""The checked and complete description of a company."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from msgspec import Struct

from ocote.companies.company import Contact, ExportDefaults, IncompleteBuyers
from ocote.dte.editions import Edition
from ocote.dte.sale import Address, Environment, Person
from ocote.printing.brand import Brand

SmtpSecurity = Literal["starttls", "tls", "none"]


class GivenFile(Protocol):
    """A file from the operator, such as a ``pathlib.Path`` or a :class:`NamedFile`."""

    @property
    def name(self) -> str:
        """The name of the file for messages to the operator."""

    def read_bytes(self) -> bytes:
        """Reads the content of the file."""


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file whose content has been read already; the content may hold a private key."""

    name: str
    content: bytes = field(repr=False)

    def read_bytes(self) -> bytes:
        """Returns the content; the method is named as in ``pathlib.Path``."""
        return self.content


class PointOfSale(Struct, frozen=True):
    """A point of sale (``P001``), and the first numbers of its documents by type, where they do not begin with 1."""

    code: str
    first_numbers: Mapping[str, int] = {}


class Branch(Struct, frozen=True):
    """A branch (``M001``), its kind of establishment (CAT-009), its points of sale and how to reach it."""

    code: str
    kind: str
    points: tuple[PointOfSale, ...]
    contact: Contact = Contact()


@dataclass(frozen=True, slots=True)
class SmtpAccess:
    """The mail server that sends documents to the company's customers; stored sealed, as JSON.

    ``helo`` is the name by which the gateway introduces itself; None for the domain of the sender. Answers of customers
    go to ``reply_to``; None for the sender. Each address in ``copy_to`` gets a copy of what customers get.
    """

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    security: SmtpSecurity
    sender: str
    # Accesses that were stored by earlier versions lack the following fields.
    helo: str | None = None
    reply_to: str | None = None
    copy_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompanyDescription:
    """All data of a company that the operator provides.

    ``certificate`` is MH's file; ``mh_user`` and ``mh_password`` open MH's API. Customers withhold no VAT from a
    ``large_taxpayer``, who collects 1 % like a designated ``collection_agent``. ``export_taxes_authorized``: MH lets
    the company state taxes such as FOVIAL on exports. ``v2_from`` is the first day whose documents are written in
    Normativa v2.0; ``edition_overrides`` fixes the edition of single document types and events whatever the day.
    """

    nit: str
    nrc: str
    name: str
    trade_name: str | None
    activity_code: str
    large_taxpayer: bool
    collection_agent: bool
    export_taxes_authorized: bool
    incomplete_buyers: IncompleteBuyers
    environment: Environment
    phone: str
    email: str
    address: Address
    mh_user: str
    mh_password: str = field(repr=False)
    certificate: GivenFile
    certificate_password: str = field(repr=False)
    responsible: Person
    branches: tuple[Branch, ...]
    v2_from: date
    edition_overrides: Mapping[str, Edition]
    export: ExportDefaults | None
    brand: Brand
    smtp: SmtpAccess | None
