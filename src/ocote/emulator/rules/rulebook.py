"""The rules for each type of document, in the order that decides the answer (arithmetic.md 11)."""

from ocote.emulator.messages import Finding
from ocote.emulator.rules import export, purchase, receiver
from ocote.emulator.rules.adjusted import (
    adjusted_documents,
    not_above_adjusted,
    principal_of_adjusted,
    taxes_of_adjusted,
)
from ocote.emulator.rules.associated import associated_documents
from ocote.emulator.rules.contingency import lot_of_one_event, reported_event, transmission_fields
from ocote.emulator.rules.dates import emission_date
from ocote.emulator.rules.emitter import emitter_data, establishment, registered_taxpayer
from ocote.emulator.rules.invoice import invoice_lines, invoice_summary
from ocote.emulator.rules.lines import line_numbers
from ocote.emulator.rules.note import note_lines, note_summary
from ocote.emulator.rules.payments import balance_in_favour, condition, nothing_to_pay, payments
from ocote.emulator.rules.reading import Reading, Rule
from ocote.emulator.rules.related import related_documents, used_documents
from ocote.emulator.rules.tax_credit import tax_credit_lines, tax_credit_summary
from ocote.emulator.rules.third_parties import third_party
from ocote.emulator.rules.tributes import tribute_codes

_OPENING: tuple[Rule, ...] = (
    emission_date,
    transmission_fields,
    reported_event,
    lot_of_one_event,
    registered_taxpayer,
    emitter_data,
    establishment,
)

_SURROUNDINGS: tuple[Rule, ...] = (related_documents, associated_documents, third_party)
"""The rules on the sections beside buyer and lines."""

RULES: dict[str, tuple[Rule, ...]] = {
    "01": (
        *_OPENING,
        receiver.consumer,
        *_SURROUNDINGS,
        line_numbers,
        invoice_lines,
        used_documents,
        invoice_summary,
        tribute_codes,
        payments,
        nothing_to_pay,
        balance_in_favour,
        receiver.extension,
    ),
    "03": (
        *_OPENING,
        receiver.another_taxpayer,
        *_SURROUNDINGS,
        line_numbers,
        tax_credit_lines,
        used_documents,
        tax_credit_summary,
        tribute_codes,
        payments,
        nothing_to_pay,
        balance_in_favour,
        receiver.extension,
    ),
    "05": (
        *_OPENING,
        receiver.adjusted_taxpayer,
        adjusted_documents,
        third_party,
        principal_of_adjusted,
        line_numbers,
        note_lines,
        used_documents,
        taxes_of_adjusted,
        note_summary,
        tribute_codes,
        condition,
        not_above_adjusted,
    ),
    "11": (
        *_OPENING,
        export.exporter,
        export.foreign_buyer,
        *_SURROUNDINGS,
        line_numbers,
        export.export_lines,
        used_documents,
        export.export_summary,
        export.export_tributes,
        export.export_terms,
        payments,
        nothing_to_pay,
        balance_in_favour,
    ),
    "14": (
        *_OPENING,
        purchase.seller,
        line_numbers,
        purchase.purchase_lines,
        purchase.purchase_summary,
        payments,
        nothing_to_pay,
    ),
}


def first_broken_rule(reading: Reading) -> Finding | None:
    """The finding of the first broken rule, because MH reports one business error per answer; None without error."""
    for rule in RULES[reading.facts.doc_type]:
        found = rule(reading)
        if found is not None:
            return found
    return None
