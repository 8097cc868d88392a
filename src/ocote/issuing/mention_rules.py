"""The rules on what a sale says beside its amounts, by edition, company and day (wider-sales.md 4.5). Pure."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from ocote.dte.faults import Fault, InvalidSale
from ocote.dte.mention_limits import MOST_APPENDIX_ROWS, MentionLimits
from ocote.dte.mentions import NO_MENTIONS, Delivery, Doctor, Mentions, RelatedDocument
from ocote.dte.related_window import last_day_to_relate
from ocote.dte.types import SETTLEMENTS
from ocote.errors import fault
from ocote.issuing.edition_fit import Form, refuse_in_edition
from ocote.issuing.request import InvoiceRequest

RELATED: Final = "related_documents"
"""The field of the request that lists related documents."""


def require_mentions_fit(request: InvoiceRequest, form: Form) -> None:
    """Raises Refused (``not_in_edition``) for the first field without a place in the edition in force."""
    limits, mentions = form.row.editions[form.edition].mentions, request.mentions or NO_MENTIONS
    if request.related and not limits.related:
        refuse_in_edition(RELATED, form)
    if mentions.bought_for is not None and not limits.final_buyer:
        refuse_in_edition("bought_for", form)
    _require_principal_fits(mentions, form)


def require_sound_mentions(request: InvoiceRequest, mentions: Mentions, form: Form, day: date) -> None:
    """Raises InvalidSale with every fault of what the document of ``day`` would say beside its amounts.

    ``mentions`` are those of the request with its related documents.
    """
    limits = form.row.editions[form.edition].mentions
    faults = [
        *_buyer_faults(request, limits),
        *_principal_faults(mentions, form, limits),
        *_related_faults(mentions.related, limits, day),
        *_document_faults(mentions, limits),
        *_text_faults(mentions, limits),
    ]
    if faults:
        raise InvalidSale(faults)


def require_sound_texts(mentions: Mentions, form: Form) -> None:
    """Raises InvalidSale for remarks and rows of the appendix that the edition does not take."""
    faults = list(_text_faults(mentions, form.row.editions[form.edition].mentions))
    if faults:
        raise InvalidSale(faults)


def require_sound_principal(mentions: Mentions, form: Form) -> None:
    """Raises Refused or InvalidSale for a principal whom a document of the edition and of the company cannot name."""
    _require_principal_fits(mentions, form)
    faults = list(_principal_faults(mentions, form, form.row.editions[form.edition].mentions))
    if faults:
        raise InvalidSale(faults)


def _require_principal_fits(mentions: Mentions, form: Form) -> None:
    principal = mentions.on_behalf_of
    if (
        principal is not None
        and not principal.domiciled
        and not form.row.editions[form.edition].mentions.foreign_third_party
    ):
        refuse_in_edition("on_behalf_of.domiciled", form)


def _buyer_faults(request: InvoiceRequest, limits: MentionLimits) -> Iterator[Fault]:
    document = request.customer.document if request.customer is not None else None
    if document is not None:
        yield from _too_short("customer.document_number", document.number, limits.buyer_document)


def _principal_faults(mentions: Mentions, form: Form, limits: MentionLimits) -> Iterator[Fault]:
    principal = mentions.on_behalf_of
    if principal is None:
        return
    if _same_number(principal.nit, form.profile.nit):
        yield fault("third_party_is_issuer", "on_behalf_of.nit")
    lengths = limits.third_party_name
    yield from _too_short("on_behalf_of.name", principal.name, lengths.start)
    if len(principal.name) >= lengths.stop:
        yield fault("text_too_long", "on_behalf_of.name", limit=lengths.stop - 1)
    if any(each.doc_type in SETTLEMENTS for each in mentions.related):
        yield fault("third_party_beside_settlement", "on_behalf_of")


def _same_number(stated: str, own: str) -> bool:
    """Whether a tax number is the company's NIT; that of a principal abroad is kept as it was written."""
    return "".join(filter(str.isalnum, stated)) == own


def _related_faults(related: Sequence[RelatedDocument], limits: MentionLimits, day: date) -> Iterator[Fault]:
    if len(related) > limits.most_related:
        yield fault("related_too_many", RELATED, limit=limits.most_related)
    if len({each.doc_type for each in related}) > 1:
        yield fault("related_types_mixed", RELATED)
    seen: set[str] = set()
    for index, each in enumerate(related):
        at = f"{RELATED}[{index}]"
        if each.doc_type not in limits.related:
            yield fault("related_type_not_allowed", at, allowed=" o ".join(limits.related))
        if each.number in seen:
            yield fault("related_repeated", at)
        seen.add(each.number)
        if not each.electronic and len(each.number) > limits.paper_number:
            yield fault("text_too_long", f"{at}.number", limit=limits.paper_number)
        yield from _day_faults(at, each, day)


def _day_faults(at: str, related: RelatedDocument, day: date) -> Iterator[Fault]:
    last = last_day_to_relate(related.doc_type, related.issued_on)
    if related.issued_on > day:
        yield fault("related_after_document", at, day=related.issued_on)
    elif last is not None and day > last:
        yield fault("related_too_old", at, last_day=last)


def _document_faults(mentions: Mentions, limits: MentionLimits) -> Iterator[Fault]:
    for index, document in enumerate(mentions.documents):
        yield from _too_short(f"documents[{index}].name", document.name, limits.document_text)
        yield from _too_short(f"documents[{index}].detail", document.detail, limits.document_text)
    for index, doctor in enumerate(mentions.doctors):
        yield from _doctor_faults(f"doctors[{index}]", doctor, limits)
    for index, vehicle in enumerate(mentions.transport):
        if vehicle.mode > limits.last_transport:
            yield fault("transport_mode_unknown", f"transport[{index}].mode")


def _doctor_faults(at: str, doctor: Doctor, limits: MentionLimits) -> Iterator[Fault]:
    if doctor.document_number is not None:
        yield from _too_short(f"{at}.document_number", doctor.document_number, limits.doctor_document)


def _text_faults(mentions: Mentions, limits: MentionLimits) -> Iterator[Fault]:
    if mentions.remarks is not None and len(mentions.remarks) > limits.remarks:
        yield fault("text_too_long", "remarks", limit=limits.remarks)
    shortest, added = limits.appendix, 0
    for index, row in enumerate(mentions.appendix):
        at = f"appendix[{index}]"
        yield from _too_short(f"{at}.field", row.field, shortest.field)
        yield from _too_short(f"{at}.label", row.label, shortest.label)
        yield from _too_short(f"{at}.value", row.value, shortest.value)
    if mentions.delivery is not None:
        persons, plate = _delivery_texts(mentions.delivery)
        if limits.delivery_as_rows:
            added = len(persons) + len(plate)
        for name, text in persons.items():
            yield from _too_short(f"delivery.{name}", text, limits.person)
        for name, text in plate.items():
            yield from _too_short(f"delivery.{name}", text, limits.plate)
    if len(mentions.appendix) + added > MOST_APPENDIX_ROWS:
        yield fault("appendix_too_long", "appendix", limit=MOST_APPENDIX_ROWS - added)


def _delivery_texts(delivery: Delivery) -> tuple[dict[str, str], dict[str, str]]:
    """The texts about the persons, and the plate, each by its field in the request."""
    persons = {
        "delivered_by": delivery.delivered_by,
        "delivered_by_document": delivery.delivered_by_document,
        "received_by": delivery.received_by,
        "received_by_document": delivery.received_by_document,
    }
    plate = {"vehicle_plate": delivery.vehicle_plate}
    return (
        {name: text for name, text in persons.items() if text is not None},
        {name: text for name, text in plate.items() if text is not None},
    )


def _too_short(field: str, text: str, shortest: int) -> Iterator[Fault]:
    if len(text) < shortest:
        yield fault("text_too_short", field, limit=shortest)
