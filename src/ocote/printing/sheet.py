"""A printed document as plain values for the templates, in words and formatted figures."""

from typing import Literal

from msgspec import Struct

Align = Literal["left", "right", "center"]
Undone = Literal["invalidated", "adjusted"]
"""How a stamped document was taken back: by an event that MH stamped, or by a credit note for the whole amount."""

Void = Literal["draft"] | Undone
"""Why a document does not count: it was taken back, or it is a draft that was never issued."""

Layout = Literal["ticket", "letter"]
"""``ticket`` for the narrow roll of a thermal printer, ``letter`` for whole pages."""

MarkKind = Literal["test", "contingency"] | Void


class Fact(Struct, frozen=True):
    """A labelled text. ``is_code`` sets figures that are easy to compare (codes, numbers)."""

    label: str
    value: str
    is_code: bool = False


class PrintedParty(Struct, frozen=True):
    """A person or company in the document. ``legal_name`` is printed below ``name``; "" when both are equal."""

    heading: str
    name: str
    legal_name: str
    facts: tuple[Fact, ...]


class Section(Struct, frozen=True):
    """A group of facts with a title, in some documents only (related documents, export, appendix).

    Two ``is_narrow`` sections that follow each other stand abreast in the letter.
    """

    heading: str
    facts: tuple[Fact, ...]
    is_narrow: bool = False


class Column(Struct, frozen=True):
    """A column of the letter's table of lines; a ``width_em`` of 0 takes the remaining width."""

    label: str
    align: Align
    width_em: float


class TableRow(Struct, frozen=True):
    """One line in the letter: a text for every column, and the sums of the amount columns up to this line.

    ``remarks`` are printed below the description.
    """

    cells: tuple[str, ...]
    carried: tuple[str, ...]
    remarks: tuple[str, ...] = ()


class Table(Struct, frozen=True):
    """The table of lines. The last ``amount_columns`` columns hold amounts that are summed.

    ``keeps_lines_whole`` says that every line is short enough never to be divided between two pages.
    """

    columns: tuple[Column, ...]
    amount_columns: int
    keeps_lines_whole: bool
    rows: tuple[TableRow, ...]


class StripLine(Struct, frozen=True):
    """One line on a narrow roll: description, ``count`` (quantity and price), amount, and remarks below."""

    description: str
    count: str
    amount: str
    remarks: tuple[str, ...]


class Amount(Struct, frozen=True):
    """One figure of the summary, USD. ``is_subtracted`` amounts are printed with ``(−)`` before their label."""

    label: str
    value: str
    is_subtracted: bool = False


class PrintedPayment(Struct, frozen=True):
    """One of many payments, USD; ``reference`` and ``term`` are "" where the document has none."""

    method: str
    reference: str
    term: str
    amount: str


class Summary(Struct, frozen=True):
    """The figures below the lines; ``payable`` is the most important figure.

    ``total`` is the total of the operation, where the amount to pay differs from it. A few payments are facts in
    ``payment``; many are listed in ``payments``, which is empty otherwise.
    """

    amounts: tuple[Amount, ...]
    payable: Amount
    total: Amount | None
    words: str
    payment: tuple[Fact, ...]
    payments: tuple[PrintedPayment, ...] = ()


class Mark(Struct, frozen=True):
    """A warning that every page must show."""

    kind: MarkKind
    text: str


class Sheet(Struct, frozen=True):
    """A printed document in reading order. The lines are in ``table`` for the letter, in ``strip`` for the ticket.

    ``remarks`` are free texts (observations), ``url`` is where the QR code leads.
    """

    title: str
    reference: str
    keywords: tuple[str, ...]
    issuer: PrintedParty
    identity: tuple[Fact, ...]
    parties: tuple[PrintedParty, ...]
    sections: tuple[Section, ...]
    table: Table | None
    strip: tuple[StripLine, ...]
    summary: Summary | None
    remarks: tuple[Fact, ...]
    appendix: tuple[Fact, ...]
    marks: tuple[Mark, ...]
    url: str
