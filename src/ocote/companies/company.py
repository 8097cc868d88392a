"""The company's data for issuing: its fiscal profile, its access to MH and its signing key."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

import msgspec
from msgspec import Struct

from ocote.documents.view import Refused
from ocote.dte.editions import Edition, Schedule
from ocote.dte.sale import Address, Environment, Issuer, Person
from ocote.mh import Credentials
from ocote.printing.brand import Brand
from ocote.store.outbox import Listeners

IncompleteBuyers = Literal["fill", "refuse"]


class ExportDefaults(Struct, frozen=True):
    """The terms of every export invoice of the company, unless the request says otherwise (contract D15).

    ``country`` CAT-020, ``customs_office`` CAT-027, ``regime`` CAT-028, ``incoterm`` CAT-031, ``item_type`` CAT-011;
    freight and insurance in USD as decimal text.
    """

    country: str | None = None
    customs_office: str | None = None
    regime: str | None = None
    incoterm: str | None = None
    item_type: int | None = None
    freight: str = "0"
    insurance: str = "0"


class Contact(Struct, frozen=True):
    """How to reach a branch, as its documents and events say; None where the company's own data hold."""

    phone: str | None = None
    email: str | None = None
    address: Address | None = None


_NO_CONTACT: Final = Contact()


class Profile(Struct, frozen=True):
    """The description of a company without its secrets; stored as JSON.

    ``v2_from`` is the first day whose documents are written in Normativa v2.0; ``edition_overrides`` fixes the
    edition of single document types. ``responsible`` signs events. ``branches`` are the branches with data of their
    own, by code (``S001``). ``collection_agent``: designated to collect 1 % of VAT although not a large taxpayer.
    ``export_taxes_authorized``: MH lets it state taxes such as FOVIAL on exports. ``incomplete_buyers`` says what
    happens when the request lacks a datum of the buyer or seller that MH's schema demands: it is filled in, or the
    request refused.
    """

    nit: str
    nrc: str
    name: str
    trade_name: str | None
    activity_code: str
    phone: str
    email: str
    address: Address
    responsible: Person
    v2_from: date
    edition_overrides: dict[str, str]
    export: ExportDefaults | None = None
    brand: Brand = Brand()
    large_taxpayer: bool = False
    collection_agent: bool = False
    export_taxes_authorized: bool = False
    branches: dict[str, Contact] = {}
    incomplete_buyers: IncompleteBuyers = "fill"

    def schedule(self) -> Schedule:
        """The edition of the company's documents, by type and day."""
        return Schedule(self.v2_from, {key: _edition(value) for key, value in self.edition_overrides.items()})


def _edition(text: str) -> Edition:
    return "v1" if text == "v1" else "v2"


@dataclass(frozen=True, slots=True)
class Company:
    """A company that is ready to issue. ``updated_at`` distinguishes a stale copy from a current one."""

    id: int
    environment: Environment
    profile: Profile
    establishment_kinds: dict[tuple[str, str], str]
    credentials: Credentials = field(repr=False)
    certificate_fingerprint: str
    sealed_key: bytes = field(repr=False)
    sealed_smtp: bytes | None = field(repr=False)
    listeners: Listeners
    updated_at: str

    def require_point_of_sale(self, branch_code: str, pos_code: str) -> None:
        """Raises Refused for a point of sale that the company does not have or has removed."""
        if (branch_code, pos_code) not in self.establishment_kinds:
            raise Refused("company_not_ready", missing=f"el punto de venta {branch_code}{pos_code}")

    def address_of(self, branch_code: str) -> Address:
        """The address of a branch; the company's where the branch has none of its own."""
        return self._contact(branch_code).address or self.profile.address

    def email_of(self, branch_code: str) -> str:
        """The e-mail address of a branch; the company's where the branch has none of its own."""
        return self._contact(branch_code).email or self.profile.email

    def issuer(self, branch_code: str, pos_code: str, activity_code: str | None) -> Issuer:
        """The company as it appears in a document made at one of its points of sale, with the data of the branch."""
        profile = self.profile
        return Issuer(
            nit=profile.nit,
            nrc=profile.nrc,
            name=profile.name,
            trade_name=profile.trade_name,
            activity_code=activity_code or profile.activity_code,
            address=self.address_of(branch_code),
            phone=self._contact(branch_code).phone or profile.phone,
            email=self.email_of(branch_code),
            branch_code=branch_code,
            pos_code=pos_code,
            establishment_kind=self.establishment_kinds[branch_code, pos_code],
            responsible=profile.responsible,
            large_taxpayer=profile.large_taxpayer,
            collection_agent=profile.collection_agent,
            export_taxes_authorized=profile.export_taxes_authorized,
        )

    def _contact(self, branch_code: str) -> Contact:
        return self.profile.branches.get(branch_code, _NO_CONTACT)


def encode_profile(profile: Profile) -> str:
    """Encodes the profile as the stored text."""
    return msgspec.json.encode(profile).decode()


def decode_profile(text: str) -> Profile:
    """Decodes the profile from the stored text."""
    return msgspec.json.decode(text, type=Profile)
