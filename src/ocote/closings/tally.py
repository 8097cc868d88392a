"""Adds up the documents of a cash register by type and by form of payment. Pure; amounts in USD."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct

from ocote.dte.paying import CREDIT
from ocote.dte.types import DOCUMENT_TYPES
from ocote.store.document_row import State

_ZERO: Final = Decimal("0.00")


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


class TypeTotal(Struct, frozen=True):
    """The documents of one type: the first and the last number, how many count, their amount, and how many do not.

    The amount of a type that gives money back, such as a credit note, is positive here.
    """

    doc_type: str
    first: str
    last: str
    count: int
    amount: Decimal
    invalidated: int
    rejected: int


class MethodTotal(Struct, frozen=True):
    """The money taken by one method (CAT-017), less what was paid out by it."""

    method: str
    amount: Decimal


class Tally(Struct, frozen=True):
    """The sums of a cut.

    ``taken`` is the money by method; ``on_credit`` is what buyers still owe, ``noted`` what credit notes gave back
    without saying how.
    """

    types: tuple[TypeTotal, ...] = ()
    taken: tuple[MethodTotal, ...] = ()
    on_credit: Decimal = _ZERO
    noted: Decimal = _ZERO

    @property
    def documents(self) -> int:
        """How many documents the cut holds, counted or not."""
        return sum(each.count + each.invalidated + each.rejected for each in self.types)

    @property
    def sold(self) -> Decimal:
        """The amount of all sales, less credit notes; purchases are apart."""
        sales = (each.amount * _sign(each.doc_type) for each in self.types if not _is_purchase(each.doc_type))
        return sum(sales, _ZERO)

    @property
    def bought(self) -> Decimal:
        """The amount of all purchases."""
        return sum((each.amount for each in self.types if _is_purchase(each.doc_type)), _ZERO)

    @property
    def taken_in_all(self) -> Decimal:
        """The money of all methods."""
        return sum((each.amount for each in self.taken), _ZERO)


def tally(documents: Iterable[CountedDocument]) -> Tally:
    """The sums of documents in any order."""
    by_type: dict[str, list[CountedDocument]] = {}
    taken: dict[str, Decimal] = {}
    on_credit = noted = _ZERO
    for document in documents:
        by_type.setdefault(document.doc_type, []).append(document)
        if not document.counts:
            continue
        if _sign(document.doc_type) < 0:
            noted += document.payable
            continue
        sign = -1 if _is_purchase(document.doc_type) else 1
        for part in document.payments:
            if part.is_credit:
                on_credit += sign * part.amount
            else:
                taken[part.method] = taken.get(part.method, _ZERO) + sign * part.amount
    return Tally(
        types=tuple(_type_total(doc_type, listed) for doc_type, listed in sorted(by_type.items())),
        taken=tuple(MethodTotal(method, amount) for method, amount in sorted(taken.items())),
        on_credit=on_credit,
        noted=noted,
    )


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


def _type_total(doc_type: str, listed: list[CountedDocument]) -> TypeTotal:
    numbers = sorted(each.control_number for each in listed)
    counting = [each for each in listed if each.counts]
    return TypeTotal(
        doc_type=doc_type,
        first=numbers[0],
        last=numbers[-1],
        count=len(counting),
        amount=sum((each.payable for each in counting), _ZERO),
        invalidated=sum(each.is_invalidated for each in listed),
        rejected=sum(each.state == "rejected" and not each.is_invalidated for each in listed),
    )


def _sign(doc_type: str) -> int:
    return DOCUMENT_TYPES[doc_type].export_sign


def _is_purchase(doc_type: str) -> bool:
    return DOCUMENT_TYPES[doc_type].is_purchase
