"""Compares a document's row with its signed texts, MH's answer and the documents beside it. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from ocote.archive.walking.adjusted import AdjustedList, AdjustedLists, compare_related, judge_list
from ocote.archive.walking.company import Comparison, Verdicts
from ocote.archive.walking.fault import Named, StatedField
from ocote.archive.walking.numbering import may_leave_its_number
from ocote.archive.walking.signatures import SigningSpan
from ocote.dte.control_number import parse_control_number
from ocote.dte.money import to_cents
from ocote.dte.sale import Contingency
from ocote.dte.sections.transmission import NORMAL, OTHER_KIND, TransmissionMode
from ocote.dte.stated import StatedDocument, StatedIdentification, read_document, stated_amounts
from ocote.dte.types import CREDIT_NOTE, DOCUMENT_TYPES
from ocote.store.more_amounts import amounts_of
from ocote.store.verifying import ArchivedRow, SupersededRow

_LATE: Final = (2, 2)
"""``tipoModelo`` and ``tipoOperacion`` of a document that is transmitted late (rules.md 4)."""


def judge_document(row: ArchivedRow, verdicts: Verdicts, lists: AdjustedLists) -> None:
    """Judges the present text of a document, its row, its stamp, and its relations to other documents and events.

    ``lists`` are those of the notes in the page.
    """
    adjusted = lists.get((row.id, row.version))
    last = row.posted_at if row.version == 1 else row.stamped_at or row.rejected_at
    stated = verdicts.read(read_document, row.jws, SigningSpan(row.posted_at, last), _named(row))
    if stated is not None:
        found = _compare(row, stated, verdicts)
        if adjusted or row.adjusted_code is not None:
            numbers = [one.number for one in adjusted or ()] or [row.adjusted_code]
            compare_related(numbers, stated.related or (), found)
        if found.differences:
            verdicts.fault("differs", _named(row), found.differences)
    _judge_stamp(row, verdicts)
    _judge_cancellation(row, verdicts)
    # A note that was signed again after its page was read may have another list now.
    if row.doc_type == CREDIT_NOTE.code and adjusted is not None:
        _judge_note(row, adjusted, verdicts)


def _compare(row: ArchivedRow, stated: StatedDocument, verdicts: Verdicts) -> Comparison:
    said = stated.identification
    found = Comparison()
    found.add("number", row.control_number, said.control_number)
    found.add("number", _series(row), _series_of(row.control_number))
    found.add("code", row.generation_code, said.generation_code)
    found.add("type", row.doc_type, said.doc_type)
    found.add("version", _versions(row.doc_type).get(row.edition), said.version)
    found.add("year", str(row.year), said.issued_on[:4])
    verdicts.compare_company(said.environment, stated.issuer.nit, found)
    _compare_place(row, stated, found)
    if row.doc_type == said.doc_type and row.doc_type in DOCUMENT_TYPES:
        _compare_amounts(row, stated, found)
    found.add("party", row.customer_name, stated.party_name)
    _compare_transmission(row, said, found)
    return found


def _series(row: ArchivedRow) -> str:
    return f"{row.doc_type} {row.branch_code}{row.pos_code}"


def _series_of(number: str) -> str | None:
    """The type and the place that a control number names; None for a text that is no control number."""
    try:
        parts = parse_control_number(number)
    except ValueError:
        return None
    return f"{parts.doc_type} {parts.branch}{parts.pos}"


def _versions(doc_type: str) -> dict[str, int]:
    """The schema version of a type in each edition."""
    row = DOCUMENT_TYPES.get(doc_type)
    return {} if row is None else {edition: written.version for edition, written in row.editions.items()}


def _compare_place(row: ArchivedRow, stated: StatedDocument, found: Comparison) -> None:
    if stated.issuer.branch_code is not None:
        found.add("branch", row.branch_code, stated.issuer.branch_code)
    if stated.issuer.pos_code is not None:
        found.add("point of sale", row.pos_code, stated.issuer.pos_code)


def _compare_amounts(row: ArchivedRow, stated: StatedDocument, found: Comparison) -> None:
    kept, said = amounts_of(row), stated_amounts(stated)
    compared: tuple[tuple[StatedField, Decimal, Decimal], ...] = (
        ("taxable", kept.taxable, said.taxable),
        ("vat", kept.vat, said.vat),
        ("exempt", kept.exempt, said.exempt),
        ("not subject", kept.not_subject, said.not_subject),
        ("taxes", kept.taxes, said.taxes),
        ("gross", kept.gross, said.gross),
        ("discount", kept.discount, said.discount),
        ("collected", kept.collected, said.collected),
        ("withheld", kept.withheld, said.withheld),
        ("income tax", kept.income_tax, said.income_tax),
        ("charges", kept.charges, said.charges),
        ("payable", kept.payable, said.payable),
    )
    for field, stored, signed in compared:
        found.add(field, stored, to_cents(signed) if to_cents(signed) == signed else signed)


def _compare_transmission(row: ArchivedRow, said: StatedIdentification, found: Comparison) -> None:
    """A document outside any contingency declares none; one that waits declares the cause of its contingency.

    What was settled in a contingency may have arrived before it: then the text that was signed first counts.
    """
    if row.contingency_id is None:
        found.add("transmission", _mode_text(NORMAL), _mode_text(said.mode))
    elif row.state == "contingency" and row.cause is not None:
        declared = Contingency(row.cause, row.cause_reason if row.cause == OTHER_KIND else None)
        found.add("transmission", _mode_text(_late(declared)), _mode_text(said.mode))
    elif said.mode != NORMAL:
        _require_late(said, found)


def _require_late(said: StatedIdentification, found: Comparison) -> None:
    """Any cause will do, because the cause may have been corrected since."""
    found.add("transmission", _mode_text(TransmissionMode(*_LATE, None, None)), f"{said.model}/{said.operation}")


def _late(cause: Contingency) -> TransmissionMode:
    return TransmissionMode(*_LATE, cause.kind, cause.reason)


def _mode_text(mode: TransmissionMode) -> str:
    parts: list[Any] = [mode.model, mode.operation, mode.kind, mode.reason]
    return "/".join(str(part) for part in parts if part is not None)


def _judge_stamp(row: ArchivedRow, verdicts: Verdicts) -> None:
    if row.state != "stamped":
        if row.stamp is not None:
            verdicts.fault("stamp_unexpected", _named(row), state=row.state)
        if row.state == "rejected" and row.answer is None:
            verdicts.fault("answer_missing", _named(row))
        return
    if row.stamp is None or row.stamped_at is None:
        verdicts.fault("stamp_missing", _named(row))
        return
    verdicts.stamps.append(row.stamp)
    verdicts.stamp(_named(row), row.stamp, row.answer, row.generation_code)


def _judge_cancellation(row: ArchivedRow, verdicts: Verdicts) -> None:
    """An event or a note cancels a document, in the transaction that keeps the stamp of the event or the note."""
    if row.has_event and row.invalidated_by != "event":
        verdicts.fault("not_cancelled", _named(row))
    elif row.invalidated_at is not None or row.invalidated_by is not None:
        has_cause = {"event": row.has_event, "note": row.has_note}.get(row.invalidated_by or "", False)
        if not has_cause or row.invalidated_at is None:
            verdicts.fault("cancelled_without_cause", _named(row))


def _judge_note(row: ArchivedRow, adjusted: AdjustedList, verdicts: Verdicts) -> None:
    if adjusted:
        judge_list(row, _named(row), adjusted, verdicts)
    elif row.adjusted_code is None:
        verdicts.fault("adjusted_missing", _named(row))
    elif row.adjusted_state != "stamped":
        verdicts.fault("adjusted_not_stamped", _named(row))
    elif (
        row.state == "stamped"
        and row.adjusts_whole
        and row.invalidated_at is None
        and row.adjusted_cancelled_at is None
    ):
        verdicts.fault("adjusted_not_cancelled", _named(row))


def _named(row: ArchivedRow) -> Named:
    return Named("document", row.control_number)


class EarlierTexts:
    """The texts of a document that later texts replaced, judged from the latest to the first.

    All of them bear the number of the document, except those before a number that the document left (decision 0015).
    """

    def __init__(self, row: ArchivedRow) -> None:
        self._row = row
        self._number: str | None = row.control_number
        self.below = row.version

    def judge(self, texts: Sequence[SupersededRow], verdicts: Verdicts) -> None:
        """Judges the next texts, whose versions go down."""
        for text in texts:
            self._require_next(text.version, verdicts)
            self.below = text.version
            self._judge(text, verdicts)

    def end(self, verdicts: Verdicts) -> None:
        """Judges that no text is missing below the last one."""
        self._require_next(0, verdicts)

    def _require_next(self, version: int, verdicts: Verdicts) -> None:
        for missing in range(version + 1, self.below):
            verdicts.fault("version_missing", self._named(missing))

    def _named(self, version: int) -> Named:
        return Named("superseded", self._row.control_number, {"version": str(version)})

    def _judge(self, text: SupersededRow, verdicts: Verdicts) -> None:
        row = self._row
        span = SigningSpan(row.posted_at, row.posted_at if text.version == 1 else None)
        named = self._named(text.version)
        if may_leave_its_number(text.why, text.answer):
            self._number = None
        stated = verdicts.read(read_document, text.jws, span, named)
        if stated is None:
            return
        said = stated.identification
        found = Comparison()
        if self._number is None:
            found.add("number", _series(row), _series_of(said.control_number))
            self._number = said.control_number
        else:
            found.add("number", self._number, said.control_number)
        found.add("code", text.generation_code, said.generation_code)
        found.add("type", row.doc_type, said.doc_type)
        found.add("year", str(row.year), said.issued_on[:4])
        if said.version not in _versions(row.doc_type).values():
            found.add("version", None, said.version)
        verdicts.compare_company(said.environment, stated.issuer.nit, found)
        _compare_place(row, stated, found)
        if text.why == "contingency":
            found.add("transmission", _mode_text(NORMAL), _mode_text(said.mode))
        elif text.why in {"cause", "unsent"}:
            _require_late(said, found)
        if found.differences:
            verdicts.fault("differs", named, found.differences)
