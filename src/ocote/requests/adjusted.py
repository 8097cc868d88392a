"""The CCFs that a note lists: own ones, and those of other systems or on paper with their amounts (rules.md 7)."""

import re
from decimal import Decimal
from typing import Any, Final

from msgspec.structs import replace

from ocote.dte.arithmetic import COLLECTION_RATE, WITHHOLDING_RATE
from ocote.dte.characters import listed_characters
from ocote.dte.credit_note.value import Portion, StatedCcf, summed
from ocote.dte.money import CENT, to_cents
from ocote.dte.net_line import VAT_RATE
from ocote.dte.types import CCF
from ocote.requests.description import InnerList, RequestField, RequestObject
from ocote.requests.kinds import CodeValue, DayValue, DecimalValue, Faulty, IdentifierValue
from ocote.requests.line_terms import MOST_TAXES, TAX_AMOUNT, TAX_CODE, check_tax, check_taxes
from ocote.requests.reading import FoundValues, Reading, says
from ocote.requests.related import GENERATION_CODE, ISSUED_ON, MAX_RELATED, OWN
from ocote.requests.sale_terms import CHARGE_AMOUNT, CHARGE_DESCRIPTION, MAX_CHARGES

_LONGEST_NUMBER: Final = 36
"""Of a document on paper, in MH's schemas."""

_CONTROL_NUMBER: Final = re.compile(rf"DTE-{CCF.code}-[0-9A-Z]{{8}}-[0-9]{{15}}")
"""Of any system: Normativa v1.x leaves the eight characters of establishment and point of sale free."""


_PAPER_NUMBER: Final = f"^[0-9A-Za-z ./-]{{1,{_LONGEST_NUMBER}}}$"
_NO_PAPER_NUMBER: Final = re.compile("[^0-9A-Za-z ./-]|  +")
"""What a paper number does not hold, so that no two of them look alike."""

_SEPARATORS: Final = re.compile("[^0-9A-Z]")
_ELECTRONIC: Final = re.compile("[0-9A-F]{32}|DTE[0-9]{2}[0-9A-Z]{8}[0-9]{15}")
"""A generation code or a control number without its hyphens, as the VAT books (F-07) have them."""


def _paper_number(text: str) -> str:
    strange = dict.fromkeys(_NO_PAPER_NUMBER.findall(text))
    if strange:
        raise Faulty("paper_number_characters", characters=", ".join(map(_shown, strange)))
    number = text.upper()
    if len(number) > _LONGEST_NUMBER:
        raise Faulty("text_too_long", limit=_LONGEST_NUMBER)
    if _ELECTRONIC.fullmatch(_SEPARATORS.sub("", number)):
        raise Faulty("number_is_electronic")
    return number


def _shown(strange: str) -> str:
    if not strange.strip(" "):
        return "espacios seguidos"
    return f"«{strange}»" if strange.isascii() else listed_characters(strange)


def _control_number(text: str) -> str:
    number = text.upper()
    if not _CONTROL_NUMBER.fullmatch(number):
        raise Faulty("control_number_malformed")
    return number


_OWN = replace(
    OWN,
    meaning="One of the company's own CCFs: its `document_id`, `external_ref` or `control_number`.",
    example="B2B-2026-0032",
)
_GENERATION_CODE = replace(GENERATION_CODE, meaning="Generation code of an electronic CCF of another system.")
_NUMBER = RequestField(
    "number",
    IdentifierValue(_PAPER_NUMBER, _paper_number),
    "Number of a CCF on paper: at most 36 letters without accents, digits, single blanks, hyphens, slashes and dots.",
    "S221001345",
)
_CONTROL_NUMBER_FIELD = RequestField(
    "control_number",
    IdentifierValue(parse=_control_number),
    "Its control number, with `generation_code`, for what people read.",
    "DTE-03-M001P001-000000000000012",
)
_DOC_TYPE = RequestField(
    "doc_type", CodeValue[str]({CCF.code: "tax-credit voucher (CCF)"}, "adjusted_not_ccf"), "May be absent.", CCF.code
)
_ISSUED_ON = replace(ISSUED_ON, kind=DayValue(), meaning="The date of the CCF.")
_USD = DecimalValue(2, "number_negative")
_TAXABLE = RequestField(
    "amount_taxable",
    _USD,
    "USD: taxed sales of the whole CCF after discounts, without VAT, less what notes of the other system took of it; "
    "never less the notes that were made here, which are subtracted from it. All amounts of the CCF are stated so.",
    100.00,
)
_EXEMPT = RequestField("amount_exempt", _USD, "USD: exempt sales.", 0)
_NOT_SUBJECT = RequestField("amount_not_subject", _USD, "USD: sales not subject to VAT.", 0)
_VAT = RequestField(
    "amount_vat",
    _USD,
    "USD: 13 % of `amount_taxable`, which it is when absent. Leave it out where the CCF adds up several roundings.",
    13.00,
)
_WITHHELD = RequestField(
    "amount_withheld", _USD, "USD: the 1 % that the buyer withheld: 1 % of `amount_taxable`.", 1.00
)
_COLLECTED = RequestField("amount_collected", _USD, "USD: the 1 % that you collected: 1 % of `amount_taxable`.", 0)
_INCOME_TAX = RequestField(
    "amount_income_tax", _USD, "USD: income tax that the buyer withheld, at most the sales of all kinds.", 0
)
_TAX_AMOUNT = replace(
    TAX_AMOUNT,
    kind=_USD,
    meaning="USD in the whole CCF, less what notes of the other system took of it.",
    required=True,
)
_TAXES: RequestField[list[FoundValues]] = RequestField(
    "taxes",
    InnerList(
        RequestObject(
            "StatedTax",
            "A tax of section 1 or 3 of CAT-015 in the summary of a CCF; never VAT.",
            (TAX_CODE, _TAX_AMOUNT),
            check=check_tax,
        ),
        MOST_TAXES,
        check_taxes,
        least=0,
        too_many="list_too_long",
    ),
    "Taxes beside VAT, each once, of a CCF with taxed sales.",
)
_CHARGES: RequestField[list[FoundValues]] = RequestField(
    "charges",
    InnerList(
        RequestObject(
            "StatedCharge",
            "A charge or a credit outside the base of VAT in a CCF.",
            (CHARGE_DESCRIPTION, CHARGE_AMOUNT),
        ),
        MAX_CHARGES,
        least=0,
        too_many="list_too_long",
    ),
    "Charges and credits outside the base of VAT, which go back by their descriptions.",
)
_SALES: Final = (_TAXABLE, _EXEMPT, _NOT_SUBJECT)
_ON_TAXED: Final = (_VAT, _WITHHELD, _COLLECTED, _TAXES)
_ONE_PERCENT: Final = ((_WITHHELD, WITHHOLDING_RATE), (_COLLECTED, COLLECTION_RATE))
_STATED: tuple[RequestField[Any], ...] = (
    _DOC_TYPE,
    _GENERATION_CODE,
    _CONTROL_NUMBER_FIELD,
    _NUMBER,
    _ISSUED_ON,
    *_SALES,
    _VAT,
    _WITHHELD,
    _COLLECTED,
    _INCOME_TAX,
    _TAXES,
    _CHARGES,
)


def _check_document(reading: Reading) -> None:
    """Notes a CCF that is named in two ways or in none, and amounts that do not go together."""
    sent = [field for field in _STATED if reading.has(field)]
    if reading.has(_OWN):
        for field in sent:
            reading.refuse(field, "related_named_twice")
    elif not sent:
        instead = f"; un CCF de otro sistema se nombra con {_GENERATION_CODE.name}, y uno en papel con {_NUMBER.name}"
        reading.miss(_OWN, instead=instead)
    else:
        _check_number(reading)
        _check_amounts(reading)


def _check_number(reading: Reading) -> None:
    if not reading.has(_GENERATION_CODE) and not reading.has(_NUMBER):
        reading.miss(_GENERATION_CODE, instead=f"; de un CCF en papel envíe {_NUMBER.name}")
    elif reading.has(_NUMBER):
        if reading.has(_GENERATION_CODE):
            reading.refuse(_GENERATION_CODE, "related_named_twice")
        if reading.has(_CONTROL_NUMBER_FIELD):
            reading.refuse(_CONTROL_NUMBER_FIELD, "control_number_on_paper")
    if not reading.has(_ISSUED_ON):
        reading.miss(_ISSUED_ON)


def _check_amounts(reading: Reading) -> None:
    found = reading.found
    if any(reading.has(field) and found.get(field) is None for field in _SALES):
        return
    sales = [found.get(field) or Decimal(0) for field in _SALES]
    if not any(sales):
        reading.miss(_TAXABLE, "adjusted_amounts_missing")
        return
    if says(found, _TAXABLE):
        _check_taxed(reading)
    else:
        for field in _ON_TAXED:
            if says(found, field):
                reading.refuse(field, "adjusted_nothing_taxed")
    if (found.get(_INCOME_TAX) or 0) > sum(sales):
        reading.refuse(_INCOME_TAX, "adjusted_income_tax_too_large", limit=to_cents(sum(sales, Decimal(0))))


def _check_taxed(reading: Reading) -> None:
    """Notes VAT, or 1 % of VAT, that differs by more than MH tolerates from what the taxed sales make (rules.md 10)."""
    found = reading.found
    taxable = found[_TAXABLE]
    vat, expected = found.get(_VAT), to_cents(taxable * VAT_RATE)
    if vat is not None and abs(vat - expected) > CENT:
        reading.refuse(_VAT, "adjusted_vat_differs", expected=expected)
    for field, rate in _ONE_PERCENT:
        amount, expected = found.get(field), to_cents(taxable * rate)
        if amount and abs(amount - expected) > CENT:
            reading.refuse(field, "adjusted_one_percent_differs", expected=expected)


ADJUSTED_DOCUMENTS: RequestField[list[FoundValues]] = RequestField(
    "related_documents",
    InnerList(
        RequestObject(
            "AdjustedDocument",
            "A CCF that a note adjusts: an own one by `document_id`, or one of another system by `generation_code`, "
            "one on paper by `number`, with `issued_on` and the amounts of the whole CCF, less what notes of the "
            "other system took of it, on which the limit of the notes that are made here depends.",
            (_OWN, *_STATED),
            check=_check_document,
            is_of_others=True,
        ),
        MAX_RELATED,
        least=0,
        too_many="related_too_many",
    ),
    "Other CCFs of the same customer that the note adjusts, above all those that were not issued here; each line names "
    "its own by `related` or `document_id`.",
)


def names_own(reading: Reading) -> bool:
    """Whether a document of the list was sent as one of the company's own."""
    return reading.has_inside(ADJUSTED_DOCUMENTS, _OWN)


def names_foreign(reading: Reading) -> bool:
    """Whether a document of the list was sent as one of another system, or on paper."""
    return any(reading.has_inside(ADJUSTED_DOCUMENTS, field) for field in (_GENERATION_CODE, _NUMBER))


def own_of(found: FoundValues) -> str | None:
    """The identifier of one of the company's own CCFs; None for a CCF of another system and for a faulty one."""
    return found.get(_OWN)


def number_of(found: FoundValues) -> tuple[str, bool] | None:
    """The number of a CCF of another system, and whether it is electronic; None for a faulty one."""
    code, number = found.get(_GENERATION_CODE), found.get(_NUMBER)
    if code is not None:
        return code, True
    return (number, False) if number is not None else None


def control_number_of(found: FoundValues) -> str | None:
    """The control number of a CCF of another system; None for one that was described without it."""
    return found.get(_CONTROL_NUMBER_FIELD)


def control_number_at(position: int) -> str:
    """The path of the control number of a listed CCF."""
    return f"{ADJUSTED_DOCUMENTS.name}[{position}].{_CONTROL_NUMBER_FIELD.name}"


def stated_ccf(found: FoundValues) -> StatedCcf:
    """A CCF of another system as the request describes it, in a request without faults."""
    code = found.get(_GENERATION_CODE)
    return StatedCcf(
        number=code if code is not None else found[_NUMBER],
        issued_on=found[_ISSUED_ON],
        amounts=_portion(found),
        electronic=code is not None,
        control_number=found.get(_CONTROL_NUMBER_FIELD),
    )


def _portion(found: FoundValues) -> Portion:
    """The amounts with 2 decimals. One that is zero is left to its default, which is not written when it is kept."""
    taxable, vat = found.get(_TAXABLE) or Decimal(0), found.get(_VAT)
    charged = summed((each[CHARGE_DESCRIPTION], each[CHARGE_AMOUNT]) for each in found.get(_CHARGES) or ())
    amounts = {
        "gross": taxable + (vat if vat is not None else to_cents(taxable * VAT_RATE)),
        "taxable": taxable,
        "withheld": found.get(_WITHHELD),
        "exempt": found.get(_EXEMPT),
        "not_subject": found.get(_NOT_SUBJECT),
        "collected": found.get(_COLLECTED),
        "income_tax": found.get(_INCOME_TAX),
    }
    return Portion(
        **{name: to_cents(amount) for name, amount in amounts.items() if amount},
        taxes={each[TAX_CODE]: to_cents(each[_TAX_AMOUNT]) for each in found.get(_TAXES) or ()},
        charges={description: to_cents(amount) for description, amount in charged.items()},
    )
