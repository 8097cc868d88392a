"""The shapes of documents and events by type and version (protocol.md 7)."""

from ocote.emulator.shapes.notation import Check
from ocote.emulator.shapes.v1 import credit_note as credit_note_v3
from ocote.emulator.shapes.v1 import events as events_v1
from ocote.emulator.shapes.v1 import excluded_subject as excluded_subject_v1
from ocote.emulator.shapes.v1 import export_invoice as export_invoice_v1
from ocote.emulator.shapes.v1 import invoice as invoice_v1
from ocote.emulator.shapes.v1 import tax_credit as tax_credit_v3
from ocote.emulator.shapes.v2 import credit_note as credit_note_v4
from ocote.emulator.shapes.v2 import events as events_v2
from ocote.emulator.shapes.v2 import excluded_subject as excluded_subject_v2
from ocote.emulator.shapes.v2 import export_invoice as export_invoice_v3
from ocote.emulator.shapes.v2 import invoice as invoice_v2
from ocote.emulator.shapes.v2 import tax_credit as tax_credit_v4

DOCUMENTS: dict[tuple[str, int], Check] = {
    ("01", 1): invoice_v1.shape(),
    ("01", 2): invoice_v2.shape(),
    ("03", 3): tax_credit_v3.shape(),
    ("03", 4): tax_credit_v4.shape(),
    ("05", 3): credit_note_v3.shape(),
    ("05", 4): credit_note_v4.shape(),
    ("11", 1): export_invoice_v1.shape(),
    ("11", 3): export_invoice_v3.shape(),
    ("14", 1): excluded_subject_v1.shape(),
    ("14", 2): excluded_subject_v2.shape(),
}
"""The shapes by ``tipoDte`` and ``version``; the emulator refuses other pairs."""

INVALIDATIONS: dict[int, Check] = {2: events_v1.invalidation(), 3: events_v2.invalidation()}
CONTINGENCIES: dict[int, Check] = {3: events_v1.contingency(), 4: events_v2.contingency()}
