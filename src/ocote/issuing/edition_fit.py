"""Whether the edition in force and the company's settings allow all that a request says, before a number is used. Pure.

What a document cannot say is refused and never dropped in silence.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from ocote.companies.company import Profile
from ocote.documents.view import Refused
from ocote.dte.sale import Line
from ocote.dte.schedule import Edition
from ocote.dte.tax_places import TaxSection, editions_with, needs_authorization, section_of
from ocote.dte.terms import SaleTerms
from ocote.dte.types import DocumentType
from ocote.issuing.export_terms import item_type_of
from ocote.issuing.request import InvoiceRequest, RequestedExport

_NAMES: Final = {"v1": "v1.x", "v2": "v2.0"}
"""The editions as people write them."""


class Form(Struct, frozen=True):
    """The document that is to be form: its type, its edition, and the company that issues it."""

    row: DocumentType
    edition: Edition
    profile: Profile


class _NamedTax(Struct, frozen=True):
    """A tax with its path in the request."""

    field: str
    code: str
    section: TaxSection


def require_sale_fits(request: InvoiceRequest, form: Form) -> None:
    """Raises Refused for the first field of a sale without a place in the edition, or that the company may not send.

    Codes: ``not_in_edition``, ``tax_not_authorized`` and ``collection_not_agent``.
    """
    only = item_type_of(form.profile.export, request.export or RequestedExport()) if lacks_item_types(form) else None
    require_lines_fit(request.lines, form, only)
    if request.terms is not None:
        _require_terms_fit(request.terms, form)


def require_lines_fit(lines: Sequence[Line], form: Form, only_kind: int | None = None) -> None:
    """Raises Refused as ``require_sale_fits`` does, for the lines of a sale or a note.

    ``only_kind`` is the kind of item (CAT-011) of all lines, where lines have none of their own.
    """
    for index, line in enumerate(lines):
        if only_kind is not None and line.item_type not in (None, only_kind):
            refuse_in_edition(f"lines[{index}].item_kind", form)
        for tax in _taxes(line, index):
            if form.edition not in editions_with(tax.code, tax.section, form.row):
                refuse_in_edition(tax.field, form)
            if needs_authorization(tax.section, form.row) and not form.profile.export_taxes_authorized:
                raise Refused("tax_not_authorized", field=tax.field, tax=tax.code)


def refuse_in_edition(field: str, form: Form) -> None:
    """Raises Refused, because documents of the type have no place for the field in this edition."""
    raise Refused("not_in_edition", field=field, doc_type=form.row.code, edition=_NAMES[form.edition])


def _require_terms_fit(terms: SaleTerms, form: Form) -> None:
    if terms.income_tax is not None and form.edition == "v2":
        refuse_in_edition("income_tax_withheld", form)
    for index, charge in enumerate(terms.charges):
        if charge.item_type is not None and lacks_item_types(form):
            refuse_in_edition(f"charges[{index}].item_kind", form)
    if terms.collects_vat and not (form.profile.large_taxpayer or form.profile.collection_agent):
        raise Refused("collection_not_agent", field="vat_collection")


def lacks_item_types(form: Form) -> bool:
    """Whether lines have no kind of item of their own: an export of v1.x has one for all its lines."""
    return form.row.is_export and form.edition == "v1"


def _taxes(line: Line, index: int) -> Iterator[_NamedTax]:
    for position, tax in enumerate(line.taxes):
        section = section_of(tax.code)
        if section is not None:
            yield _NamedTax(f"lines[{index}].taxes[{position}]", tax.code, section)
    if line.special_tax is not None:
        yield _NamedTax(f"lines[{index}].special_tax", line.special_tax.code, 2)
