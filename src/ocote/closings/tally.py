"""Adds up the documents of a cash register by type and by form of payment. Pure; amounts in USD."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from ocote.dte.paying import CREDIT
from ocote.dte.types import DOCUMENT_TYPES
from ocote.store.document_row import State

_ZERO: Final = Decimal("0.00")

CutChange = Literal["stamped", "rejected", "invalidated"]
"""What became of a document after the cut that holds its number: it counts now, or it counts no more."""


class PaidPart(Struct, frozen=True):
    """A payment of a document: the method (CAT-017), the amount, and whether the payment is still to come."""

    method: str
    amount: Decimal
    is_credit: bool


class CountedDocument(Struct, frozen=True):
    """A document as a cut counts it.

    ``is_invalidated``: an event has cancelled the document. A credit note that cancels is a document of its own, and
    the cancelled one counts beside it.
    """

    id: str
    doc_type: str
    control_number: str
    state: State
    is_invalidated: bool
    payable: Decimal
    payments: tuple[PaidPart, ...]

    @property
    def counts(self) -> bool:
        """Whether the amounts of the document are part of the cut."""
        return self.state != "rejected" and not self.is_invalidated

    @property
    def is_open(self) -> bool:
        """Whether the state may still change without a cancellation: no cut says the last word about it."""
        return self.state != "stamped"


class TypeTotal(Struct, frozen=True):
    """The documents of one type: the first and the last number, how many count, their amount, and how many do not.

    The amount of a type that gives money back, such as a credit note, is positive here.
    """

    doc_type: str
    first: str
    last: str
    count: int = 0
    amount: Decimal = _ZERO
    invalidated: int = 0
    rejected: int = 0


class Correction(Struct, frozen=True):
    """A document of an earlier cut that counts otherwise now; the amount is negative when it counts no more."""

    doc_type: str
    control_number: str
    why: CutChange
    amount: Decimal


class MethodTotal(Struct, frozen=True):
    """The money taken by one method (CAT-017), less what was paid out by it."""

    method: str
    amount: Decimal


class Tally(Struct, frozen=True):
    """The sums of a cut.

    ``taken`` is the money by method; ``on_credit`` is what buyers still owe, ``noted`` what credit notes gave back
    without saying how. ``corrections`` are part of every sum but those of ``types``.
    """

    types: tuple[TypeTotal, ...] = ()
    taken: tuple[MethodTotal, ...] = ()
    on_credit: Decimal = _ZERO
    noted: Decimal = _ZERO
    corrections: tuple[Correction, ...] = ()

    @property
    def documents(self) -> int:
        """How many documents the cut holds, counted or not."""
        return sum(each.count + each.invalidated + each.rejected for each in self.types)

    @property
    def counting(self) -> int:
        """How many documents of the cut count."""
        return sum(each.count for each in self.types)

    @property
    def invalidated(self) -> int:
        """How many documents of the cut an event had cancelled."""
        return sum(each.invalidated for each in self.types)

    @property
    def rejected(self) -> int:
        """How many documents of the cut the tax authority had refused."""
        return sum(each.rejected for each in self.types)

    @property
    def sold(self) -> Decimal:
        """The amount of all sales, less credit notes; purchases are apart."""
        return sum((amount * _sign(kind) for kind, amount in self._amounts() if not _is_purchase(kind)), start=_ZERO)

    @property
    def bought(self) -> Decimal:
        """The amount of all purchases."""
        return sum((amount for kind, amount in self._amounts() if _is_purchase(kind)), start=_ZERO)

    @property
    def taken_in_all(self) -> Decimal:
        """The money of all methods."""
        return sum((each.amount for each in self.taken), start=_ZERO)

    def _amounts(self) -> list[tuple[str, Decimal]]:
        of_types = [(each.doc_type, each.amount) for each in self.types]
        return of_types + [(each.doc_type, each.amount) for each in self.corrections]


class TallySheet:
    """Adds documents up one after the other, so that a long cut takes no more memory than a short one.

    ``open`` tells of each document whose state may still change whether it was counted, by its id; ``invalidated`` are
    the ids of those that had been cancelled: the next cut corrects neither twice.
    """

    def __init__(self) -> None:
        self._types: dict[str, TypeTotal] = {}
        self._taken: dict[str, Decimal] = {}
        self._on_credit = self._noted = _ZERO
        self._corrections: list[Correction] = []
        self.open: dict[str, bool] = {}
        self.invalidated: list[str] = []

    def add(self, document: CountedDocument) -> None:
        """Counts a document of this cut."""
        self._note(document)
        self._types[document.doc_type] = _with(self._types.get(document.doc_type), document)
        if document.counts:
            self._pay(document, 1)

    def correct(self, document: CountedDocument, *, was_counted: bool) -> None:
        """Counts a document of an earlier cut in which it was counted, or was not, if this has changed."""
        self._note(document)
        if document.counts == was_counted:
            return
        sign = 1 if document.counts else -1
        why: CutChange = "stamped" if document.counts else "invalidated" if document.is_invalidated else "rejected"
        amount = sign * document.payable
        self._corrections.append(Correction(document.doc_type, document.control_number, why, amount))
        self._pay(document, sign)

    def result(self) -> Tally:
        """The sums of what was added."""
        return Tally(
            types=tuple(total for _, total in sorted(self._types.items())),
            taken=tuple(MethodTotal(method, amount) for method, amount in sorted(self._taken.items())),
            on_credit=self._on_credit,
            noted=self._noted,
            corrections=tuple(self._corrections),
        )

    def _note(self, document: CountedDocument) -> None:
        if document.is_open:
            self.open[document.id] = document.counts
        if document.is_invalidated:
            self.invalidated.append(document.id)

    def _pay(self, document: CountedDocument, sign: int) -> None:
        if _sign(document.doc_type) < 0:
            self._noted += sign * document.payable
            return
        sign *= -1 if _is_purchase(document.doc_type) else 1
        for part in document.payments:
            if part.is_credit:
                self._on_credit += sign * part.amount
            else:
                self._taken[part.method] = self._taken.get(part.method, _ZERO) + sign * part.amount


class CountedMoney(Struct, frozen=True):
    """The money of one method: expected by the documents, and counted by the cashier."""

    method: str
    expected: Decimal
    counted: Decimal

    @property
    def difference(self) -> Decimal:
        """The counted amount less the expected one, negative when money is missing."""
        return self.counted - self.expected


def differences(sums: Tally, counted: Mapping[str, Decimal]) -> tuple[CountedMoney, ...]:
    """Each method that was taken or counted, with both amounts."""
    expected = {each.method: each.amount for each in sums.taken}
    methods = sorted({*expected, *(method for method, amount in counted.items() if amount)})
    return tuple(CountedMoney(each, expected.get(each, _ZERO), counted.get(each, _ZERO)) for each in methods)


def payments_of(condition: int, parts: Iterable[tuple[str, Decimal, bool]]) -> tuple[PaidPart, ...]:
    """The payments of a signed document: by method, amount and whether they have a term.

    ``condition`` is CAT-016: on credit nothing was taken yet.
    """
    return tuple(
        PaidPart(method, amount, condition == CREDIT or has_term) for method, amount, has_term in parts if amount
    )


def _with(total: TypeTotal | None, document: CountedDocument) -> TypeTotal:
    number = document.control_number
    before = total or TypeTotal(document.doc_type, number, number)
    return TypeTotal(
        doc_type=document.doc_type,
        first=min(before.first, number),
        last=max(before.last, number),
        count=before.count + document.counts,
        amount=before.amount + (document.payable if document.counts else _ZERO),
        invalidated=before.invalidated + document.is_invalidated,
        rejected=before.rejected + (document.state == "rejected" and not document.is_invalidated),
    )


def _sign(doc_type: str) -> int:
    return DOCUMENT_TYPES[doc_type].export_sign


def _is_purchase(doc_type: str) -> bool:
    return DOCUMENT_TYPES[doc_type].is_purchase
