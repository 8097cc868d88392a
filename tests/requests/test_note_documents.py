"""Notes on several CCFs, and on CCFs of other systems or on paper (rules.md 7)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ocote.documents.view import AnswerWarning
from ocote.dte.credit_note.value import Portion, StatedCcf
from ocote.dte.mentions import Mentions, ThirdParty
from ocote.dte.sale import Line
from ocote.issuing.request import NoteRequest, encoded
from ocote.requests.note import read_note
from ocote.web.invalid import InvalidRequest
from tests.requests.reading import as_sent, faults_of

CODE = "E8B60BA3-8901-47EC-AC04-9E8F603C38DC"
OTHER_CODE = "0A1B2C3D-8901-47EC-AC04-9E8F603C38DC"
CONTROL = "DTE-03-M001P001-000000000000012"
NIT = "0614-180948-001-4"
CUSTOMER = {"name": "Cliente de prueba, S.A. de C.V.", "nit": "06140202211028", "nrc": "2345678"}
ELECTRONIC = {"generation_code": CODE, "issued_on": "2027-01-14", "amount_taxable": 100}
PAPER = {"number": "S221001345", "issued_on": "2027-01-14", "amount_taxable": 50}
DAY = date(2027, 1, 14)
UNTAXED = {"generation_code": CODE, "issued_on": "2027-01-14", "amount_exempt": 20}
NUMBERED = ELECTRONIC | {"control_number": CONTROL}
ELECTRONIC_NUMBERS = (
    CODE.lower(),
    CODE.replace("-", ""),
    CODE.replace("-", "/"),
    CONTROL,
    CONTROL.replace("-", ""),
    CONTROL.replace("-", " ").lower(),
    CONTROL.replace("DTE-03", "DTE-01"),
)
LOOKALIKES = (
    "I\u00a01",
    "\uff29 1",
    "e\u0301 1",
    "\u00e9 1",
    "\u0131 1",
    "stra\u00dfe",
    "I\u20101",
    "I  1",
    "N\u00b0 1",
    "A_1",
)
STATED = StatedCcf(CODE, DAY, Portion(gross=Decimal("113.00"), taxable=Decimal("100.00")))
ON_PAPER = StatedCcf("S221001345", DAY, Portion(gross=Decimal("56.50"), taxable=Decimal("50.00")), electronic=False)


def line(**more: Any) -> dict[str, Any]:
    return {"description": "Devolución", "quantity": 2, "unit_price": 5.65, **more}


def charge(**more: Any) -> dict[str, Any]:
    return {"description": "Propina", "amount": 5, **more}


def read(body: object) -> NoteRequest:
    return read_note(as_sent(body))


def foreign(*documents: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A note on CCFs of other systems alone, with a line for each."""
    lines = [line(related=position) for position in range(len(documents))]
    return {"customer": CUSTOMER, "related_documents": list(documents), "lines": lines, **more}


def of_lines(note: NoteRequest) -> list[int | None]:
    return [each.related for each in note.lines or ()]


@pytest.mark.parametrize(
    ("body", "adjusted", "positions"),
    [
        (
            {"document_id": "A", "related_documents": [{"document_id": "B"}], "lines": [line(), line(related=0)]},
            ("B", "A"),
            [1, 0],
        ),
        ({"document_id": "A", "lines": [line(document_id="B"), line()]}, ("A", "B"), [1, 0]),
        ({"document_id": "A", "lines": [line(document_id="A"), line(document_id=" B ")]}, ("A", "B"), [0, 1]),
        ({"lines": [line(document_id="B"), line(document_id="A"), line(document_id="B")]}, ("B", "A"), [0, 1, 0]),
        (
            {
                "related_documents": [{"document_id": "A"}, {"document_id": "B"}],
                "lines": [line(related=1), line(related=0)],
            },
            ("A", "B"),
            [1, 0],
        ),
        (
            {
                "related_documents": [{"document_id": "A"}],
                "lines": [line(), line(document_id="B"), line(document_id="A")],
            },
            ("A", "B"),
            [0, 1, 0],
        ),
        (
            {
                "document_id": "A",
                "related_documents": [{"document_id": "A"}, PAPER],
                "lines": [line(), line(related=1)],
            },
            ("A", ON_PAPER),
            [0, 1],
        ),
        (
            {"document_id": "A", "related_documents": [ELECTRONIC], "lines": [line(related=0), line()]},
            (STATED, "A"),
            [0, 1],
        ),
        (foreign(ELECTRONIC, lines=[line()]), (STATED,), [0]),
        (foreign(ELECTRONIC, PAPER), (STATED, ON_PAPER), [0, 1]),
    ],
)
def test_every_ccf_is_listed_once_the_list_of_the_request_first(
    body: dict[str, Any], adjusted: tuple[object, ...], positions: list[int]
) -> None:
    note = read(body)

    assert (note.document_ref, note.adjusted, of_lines(note)) == ("", adjusted, positions)


def test_a_charge_names_its_ccf_as_a_line_does() -> None:
    note = read(
        {
            "document_id": "A",
            "related_documents": [{"document_id": "B"}],
            "lines": [line()],
            "charges": [charge(), charge(related=0), charge(document_id="C")],
        }
    )

    assert note.adjusted == ("B", "A", "C")
    assert [each.related for each in note.charges] == [1, 0, 2]


@pytest.mark.parametrize(
    "body",
    [
        {"document_id": "A", "lines": [line(), line()]},
        {"document_id": "A", "lines": [line(document_id="A"), line()]},
        {"lines": [line(document_id="A"), line(document_id=" A")]},
        {"related_documents": [{"document_id": "A"}], "lines": [line(), line(related=0)]},
        {"document_id": "A", "related_documents": [{"document_id": "A"}], "lines": [line(related=0), line()]},
    ],
)
def test_one_own_ccf_makes_the_same_request_however_it_is_named(body: dict[str, Any]) -> None:
    kept = '{"description":"Devolución","quantity":"2","unit_price":"5.65","discount_percentage":"0"}'

    assert encoded(read(body)).decode() == (
        f'{{"document_ref":"A","lines":[{kept},{kept}],"full_adjustment":false,"external_ref":null}}'
    )


@pytest.mark.parametrize("more", [{}, {"full_adjustment": True}])
def test_one_own_ccf_in_the_list_may_be_copied_or_cancelled(more: dict[str, Any]) -> None:
    assert read({"related_documents": [{"document_id": "A"}], **more}) == read({"document_id": "A", **more})


def test_a_note_on_others_alone_has_parties_and_terms_of_its_own() -> None:
    note = read(
        foreign(
            ELECTRONIC,
            customer=CUSTOMER | {"trade_name": "El Centro", "type_contributor": 3, "district": "1116"},
            activity_code="46900",
            transaction_condition=2,
            redirect_email=["a@example.com", "b@example.com"],
            on_behalf_of={"name": "Cooperativa", "nit": NIT},
            prices_include_vat=False,
        )
    )

    assert note.customer is not None
    assert (note.customer.nit, note.customer.nrc) == ("06140202211028", "2345678")
    assert (note.customer.trade_name, note.customer.contributor_type) == ("El Centro", 3)
    assert note.customer.place is not None
    assert (note.activity_code, note.condition) == ("46900", 2)
    assert note.redirect_email == "a@example.com,b@example.com"
    assert note.mentions == Mentions(on_behalf_of=ThirdParty("Cooperativa", NIT.replace("-", "")))
    assert note.prices_include_vat is False


def test_what_is_not_said_is_left_open() -> None:
    note = read(foreign(ELECTRONIC))

    assert (note.activity_code, note.condition, note.redirect_email) == (None, None, None)
    assert (note.mentions, note.prices_include_vat) == (None, None)
    assert note.lines == (Line("Devolución", Decimal(2), Decimal("5.65"), related=0),)


def test_all_amounts_of_a_ccf_of_another_system_are_read() -> None:
    [stated] = read(
        foreign(
            ELECTRONIC
            | {
                "generation_code": CODE.lower(),
                "control_number": f" {CONTROL.lower()} ",
                "doc_type": "03",
                "amount_exempt": 3,
                "amount_not_subject": "4.5",
                "amount_vat": 13.01,
                "amount_withheld": 1,
                "amount_collected": 0.99,
                "amount_income_tax": 10,
                "taxes": [{"code": "59", "amount": 5}],
                "charges": [charge(), charge(amount=-2), charge(description="Reintegro", amount=1)],
            }
        )
    ).adjusted

    assert stated == StatedCcf(
        CODE,
        DAY,
        Portion(
            gross=Decimal("113.01"),
            taxable=Decimal("100.00"),
            withheld=Decimal("1.00"),
            exempt=Decimal("3.00"),
            not_subject=Decimal("4.50"),
            collected=Decimal("0.99"),
            income_tax=Decimal("10.00"),
            taxes={"59": Decimal("5.00")},
            charges={"Propina": Decimal("3.00"), "Reintegro": Decimal("1.00")},
        ),
        control_number=CONTROL,
    )


def test_the_number_of_a_paper_ccf_is_written_in_capitals() -> None:
    [stated] = read(foreign(PAPER | {"number": " s221-a "})).adjusted

    assert isinstance(stated, StatedCcf)
    assert (stated.number, stated.electronic) == ("S221-A", False)


def test_a_stated_ccf_is_kept_in_few_words_however_its_numbers_are_written() -> None:
    written = read(foreign(ELECTRONIC | {"amount_taxable": "100.00", "amount_exempt": 0, "amount_vat": 13}))

    assert encoded(written) == encoded(read(foreign(ELECTRONIC)))
    assert (
        f'"adjusted":[{{"number":"{CODE}","issued_on":"2027-01-14","amounts":{{"gross":"113.00","taxable":"100.00"}}}}]'
    ) in encoded(written).decode()


def test_vat_that_is_not_stated_is_rounded_half_up() -> None:
    [stated] = read(foreign(ELECTRONIC | {"amount_taxable": 0.5})).adjusted

    assert isinstance(stated, StatedCcf)
    assert stated.amounts.vat == Decimal("0.07")


LINES = [line(), line(related=0)]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"lines": [line()]}, [("field_required", "document_id")]),
        ({"customer": CUSTOMER}, [("field_required", "document_id")]),
        ({"related_documents": []}, [("related_empty", "related_documents")]),
        ({"document_id": "A", "related_documents": "B"}, [("list_expected", "related_documents")]),
        (
            {"document_id": "A", "related_documents": [{"document_id": "B"}]},
            [("field_required", "lines")],
        ),
        (
            {"document_id": "A", "related_documents": [{"document_id": "B"}], "full_adjustment": True},
            [("full_adjustment_one_ccf", "full_adjustment"), ("field_required", "lines")],
        ),
        (
            {"document_id": "A", "charges": [charge(document_id="B")]},
            [("charge_without_sale", "charges"), ("field_required", "lines")],
        ),
        ({"customer": CUSTOMER, "related_documents": [ELECTRONIC]}, [("field_required", "lines")]),
        (
            {"document_id": "A", "lines": [line(document_id="B"), line()], "full_adjustment": True},
            [("note_lines_and_full_adjustment", "lines"), ("full_adjustment_one_ccf", "full_adjustment")],
        ),
        (
            {
                "document_id": "A",
                "related_documents": [{"document_id": "B"}],
                "lines": [line(related=0, document_id="B")],
            },
            [("line_names_ccf_twice", "lines[0].related")],
        ),
        (
            {"document_id": "A", "related_documents": [{"document_id": "B"}], "lines": [line(related=1)]},
            [("related_index_unknown", "lines[0].related")],
        ),
        ({"document_id": "A", "lines": [line(related=0)]}, [("related_index_unknown", "lines[0].related")]),
        ({"document_id": "A", "lines": [line(related=-1)]}, [("related_index_unknown", "lines[0].related")]),
        (
            {"document_id": "A", "lines": [line()], "charges": [charge(related=3)]},
            [("related_index_unknown", "charges[0].related")],
        ),
        (
            {"related_documents": [{"document_id": "A"}, {"document_id": "B"}], "lines": [line(), line(related=1)]},
            [("field_required", "lines[0].related")],
        ),
        ({"lines": [line(document_id="A"), line()]}, [("field_required", "lines[1].document_id")]),
        (
            {"lines": [line(document_id="A")], "charges": [charge()]},
            [("field_required", "charges[0].document_id")],
        ),
        ({"lines": [line(document_id="A"), line(document_id=5)]}, [("text_expected", "lines[1].document_id")]),
        ({"lines": [line(document_id=5)]}, [("text_expected", "lines[0].document_id")]),
        (
            {"related_documents": [{"document_id": "A"}], "lines": [line(document_id=5)]},
            [("text_expected", "lines[0].document_id")],
        ),
        (
            {"related_documents": [{"document_id": "A"}, {"document_id": "B"}], "lines": [line(related=-1)]},
            [("related_index_unknown", "lines[0].related")],
        ),
        (
            {"related_documents": [{"document_id": "A"}, {"document_id": "B"}], "lines": ["x", line()]},
            [("object_expected", "lines[0]"), ("field_required", "lines[1].related")],
        ),
        (
            {"related_documents": ["A", {"document_id": "B"}], "lines": [line(related=1)]},
            [("object_expected", "related_documents[0]")],
        ),
        (
            {
                "document_id": "A",
                "related_documents": [{"document_id": "B"}],
                "lines": [line()],
                "charges": [charge(related=-1)],
            },
            [("related_index_unknown", "charges[0].related")],
        ),
        (
            {"document_id": "A", "related_documents": [{"document_id": "B"}], "lines": [line()], "charges": "x"},
            [("list_expected", "charges")],
        ),
        (
            {"related_documents": [{"document_id": 5}], "full_adjustment": True},
            [("text_expected", "related_documents[0].document_id")],
        ),
        (
            foreign(ELECTRONIC, full_adjustment=True),
            [("note_lines_and_full_adjustment", "lines"), ("full_adjustment_one_ccf", "full_adjustment")],
        ),
        (
            {"document_id": "A", "related_documents": [{"document_id": "B"}], "lines": [line()]},
            [("related_unused", "related_documents[0]")],
        ),
        ({"document_id": "A", "lines": [line(document_id="B")]}, [("related_unused", "document_id")]),
        (
            {"document_id": "A", "related_documents": [{"document_id": "B"}] * 2, "lines": LINES},
            [("related_repeated", "related_documents[1]")],
        ),
        (
            foreign(ELECTRONIC, ELECTRONIC | {"generation_code": CODE.lower()}),
            [("related_repeated", "related_documents[1]")],
        ),
        (foreign(PAPER, PAPER), [("related_repeated", "related_documents[1]")]),
        (
            foreign(NUMBERED, NUMBERED | {"generation_code": OTHER_CODE, "control_number": CONTROL.lower()}),
            [("control_number_repeated", "related_documents[1].control_number")],
        ),
        (foreign(NUMBERED, NUMBERED), [("related_repeated", "related_documents[1]")]),
        (
            {"lines": [line(document_id=str(number)) for number in range(51)]},
            [("related_too_many", "lines")],
        ),
        (
            {
                "document_id": "A",
                "related_documents": [{"document_id": str(number)} for number in range(50)],
                "lines": [line(), *(line(related=number) for number in range(50))],
            },
            [("related_too_many", "related_documents")],
        ),
        (
            {"document_id": "A", "related_documents": [{"document_id": str(number)} for number in range(51)]},
            [("related_too_many", "related_documents")],
        ),
        (
            foreign(*(PAPER | {"number": str(number)} for number in range(51)), on_behalf_of={"name": "P", "nit": NIT}),
            [("related_too_many", "related_documents")],
        ),
        (foreign(ELECTRONIC, customer=None), [("note_customer_missing", "customer")]),
        (
            foreign(ELECTRONIC, customer={"email": "a@example.com"}),
            [("note_customer_field_missing", f"customer.{name}") for name in ("name", "nit", "nrc")],
        ),
        (
            foreign(ELECTRONIC, customer=CUSTOMER | {"nit": "1"}, transaction_condition=4),
            [("invalid_nit", "customer.nit"), ("transaction_condition_unknown", "transaction_condition")],
        ),
        (
            {"document_id": "A", "on_behalf_of": {"name": "P", "nit": NIT}},
            [("field_not_here", "on_behalf_of")],
        ),
    ],
)
def test_refuses_documents_that_make_no_note(body: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert faults_of(read_note, body) == faults


@pytest.mark.parametrize(
    ("document", "faults"),
    [
        ({}, [("field_required", "document_id")]),
        ({"document_id": "A", "issued_on": "2027-01-14"}, [("related_named_twice", "issued_on")]),
        ({"document_id": "A", "amount_taxable": 5}, [("related_named_twice", "amount_taxable")]),
        (
            {"amount_taxable": 5},
            [("field_required", "generation_code"), ("field_required", "issued_on")],
        ),
        (PAPER | {"generation_code": CODE}, [("related_named_twice", "generation_code")]),
        (PAPER | {"control_number": CONTROL}, [("control_number_on_paper", "control_number")]),
        (PAPER | {"number": "x" * 37}, [("text_too_long", "number")]),
        (PAPER | {"number": 5}, [("text_expected", "number")]),
        *((PAPER | {"number": number}, [("number_is_electronic", "number")]) for number in ELECTRONIC_NUMBERS),
        *((PAPER | {"number": number}, [("paper_number_characters", "number")]) for number in LOOKALIKES),
        (ELECTRONIC | {"generation_code": "A"}, [("generation_code_malformed", "generation_code")]),
        (
            ELECTRONIC | {"control_number": "DTE-01-M001P001-000000000000012"},
            [("control_number_malformed", "control_number")],
        ),
        (ELECTRONIC | {"doc_type": "01"}, [("adjusted_not_ccf", "doc_type")]),
        (ELECTRONIC | {"issued_on": None}, [("field_required", "issued_on")]),
        (ELECTRONIC | {"issued_on": "14/01/2027"}, [("date_unknown", "issued_on")]),
        (ELECTRONIC | {"amount_taxable": None}, [("adjusted_amounts_missing", "amount_taxable")]),
        (
            ELECTRONIC | {"amount_taxable": 0, "amount_vat": 0, "charges": [charge()]},
            [("adjusted_amounts_missing", "amount_taxable")],
        ),
        (ELECTRONIC | {"amount_taxable": -1}, [("number_negative", "amount_taxable")]),
        (ELECTRONIC | {"amount_exempt": 0.001}, [("number_too_many_decimals", "amount_exempt")]),
        (ELECTRONIC | {"amount_vat": 13.02}, [("adjusted_vat_differs", "amount_vat")]),
        (ELECTRONIC | {"amount_withheld": 1.02}, [("adjusted_one_percent_differs", "amount_withheld")]),
        (ELECTRONIC | {"amount_collected": 0.98}, [("adjusted_one_percent_differs", "amount_collected")]),
        (ELECTRONIC | {"amount_income_tax": 100.01}, [("adjusted_income_tax_too_large", "amount_income_tax")]),
        (UNTAXED | {"amount_income_tax": 20.01}, [("adjusted_income_tax_too_large", "amount_income_tax")]),
        (UNTAXED | {"amount_vat": 0.01}, [("adjusted_nothing_taxed", "amount_vat")]),
        (UNTAXED | {"amount_withheld": 0.01}, [("adjusted_nothing_taxed", "amount_withheld")]),
        (UNTAXED | {"amount_collected": 0.01}, [("adjusted_nothing_taxed", "amount_collected")]),
        (UNTAXED | {"taxes": [{"code": "59", "amount": 1}]}, [("adjusted_nothing_taxed", "taxes")]),
        (UNTAXED | {"taxes": [{"code": "C5", "amount": 1}]}, [("adjusted_nothing_taxed", "taxes")]),
        (ELECTRONIC | {"taxes": [{"code": "59", "amount": -1}]}, [("number_negative", "taxes[0].amount")]),
        (ELECTRONIC | {"taxes": [{"code": "59"}]}, [("field_required", "taxes[0].amount")]),
        (ELECTRONIC | {"taxes": [{"code": "20", "amount": 1}]}, [("tax_automatic", "taxes[0].code")]),
        (ELECTRONIC | {"taxes": [{"code": "57", "amount": 1}]}, [("tax_not_here", "taxes[0].code")]),
        (ELECTRONIC | {"taxes": [{"code": "59", "amount": 1}] * 2}, [("tax_repeated", "taxes")]),
        (ELECTRONIC | {"charges": [charge(amount=0)]}, [("charge_zero", "charges[0].amount")]),
    ],
)
def test_refuses_what_describes_no_ccf(document: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    expected = [(code, f"related_documents[0].{field}") for code, field in faults]

    assert faults_of(read_note, foreign(document)) == expected


def test_an_amount_may_differ_as_far_as_rounding_goes() -> None:
    amounts = {"amount_vat": 12.99, "amount_withheld": 1.01, "amount_collected": 0.99}

    assert read(foreign(ELECTRONIC | amounts)).adjusted


@pytest.mark.parametrize(
    "document",
    [
        ELECTRONIC | {"taxes": [{"code": "59", "amount": 0}]},
        ELECTRONIC | {"amount_taxable": 0.03, "amount_vat": 0.01, "amount_withheld": 0.01},
        ELECTRONIC | {"amount_exempt": 20, "amount_income_tax": 120},
        UNTAXED | {"amount_taxable": 0, "amount_vat": 0, "amount_withheld": 0, "taxes": []},
        UNTAXED | {"amount_income_tax": 20},
        PAPER | {"number": "Serie A 15/2041-3.B"},
        PAPER | {"number": "DTE-15"},
        PAPER | {"number": "0" * 31},
        PAPER | {"number": "0" * 36},
    ],
)
def test_takes_what_a_ccf_may_say(document: dict[str, Any]) -> None:
    assert read(foreign(document)).adjusted


def test_a_tax_of_nothing_is_a_tax_of_the_ccf() -> None:
    [stated] = read(foreign(ELECTRONIC | {"taxes": [{"code": "59", "amount": 0}]})).adjusted

    assert isinstance(stated, StatedCcf)
    assert stated.amounts.taxes == {"59": Decimal("0.00")}


@pytest.mark.parametrize(
    ("number", "shown"),
    [("I\u00a01", "U+00A0"), ("\uff291", "U+FF29"), ("I#1_#", "«#», «_»"), ("I  1", "espacios seguidos")],
)
def test_a_strange_character_of_a_paper_number_is_named(number: str, shown: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read(foreign(PAPER | {"number": number}))

    assert refused.value.faults[0].message.endswith(f"puntos; lleva {shown}")


def test_what_a_note_repeats_of_its_ccf_is_ignored_unread() -> None:
    warnings: list[AnswerWarning] = []
    sent = {
        "document_id": "A",
        "customer": {"nit": "1"},
        "activity_code": "1",
        "transaction_condition": 9,
        "redirect_email": "nobody",
    }

    note = read_note(as_sent(sent), None, warnings)

    assert note == NoteRequest("A")
    assert [(each.code, each.field) for each in warnings] == [
        ("field_ignored", name) for name in ("customer", "activity_code", "transaction_condition", "redirect_email")
    ]
    assert {each.values["why"] for each in warnings} == {"la nota repite lo que dice su crédito fiscal"}


BESIDE_AN_OWN_ONE = {
    "document_id": "A",
    "customer": CUSTOMER,
    "related_documents": [ELECTRONIC],
    "lines": [line(related=0), line()],
}


def test_the_customer_of_another_system_is_read_beside_an_own_ccf() -> None:
    warnings: list[AnswerWarning] = []

    note = read_note(as_sent(BESIDE_AN_OWN_ONE | {"activity_code": "46900"}), None, warnings)

    assert note.customer is not None
    assert (note.customer.nit, note.customer.nrc) == ("06140202211028", "2345678")
    assert note.activity_code is None
    assert [(each.code, each.field) for each in warnings] == [("field_ignored", "activity_code")]


def test_the_customer_beside_an_own_ccf_may_be_absent() -> None:
    assert read(BESIDE_AN_OWN_ONE | {"customer": None}).customer is None


def test_a_faulty_customer_beside_an_own_ccf_is_refused() -> None:
    assert faults_of(read_note, BESIDE_AN_OWN_ONE | {"customer": {"nit": "1"}}) == [
        ("note_customer_field_missing", "customer.name"),
        ("note_customer_field_missing", "customer.nrc"),
        ("invalid_nit", "customer.nit"),
    ]


def test_the_customer_is_ignored_when_all_ccfs_are_own_ones() -> None:
    warnings: list[AnswerWarning] = []
    sent = BESIDE_AN_OWN_ONE | {"related_documents": [{"document_id": "B"}], "customer": {"nit": "1"}}

    assert read_note(as_sent(sent), None, warnings).customer is None
    assert [(each.code, each.field) for each in warnings] == [("field_ignored", "customer")]


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        (
            {"document_id": "A", "lines": [line(document_id="A", related=0)], "related_documents": [ELECTRONIC]},
            "lines[0].related",
            "la línea nombra su CCF con document_id o con related, no con los dos",
        ),
        ({"lines": [line()]}, "document_id", "va en related_documents con generation_code o number"),
        (foreign({}), "related_documents[0].document_id", "con generation_code, y uno en papel con number"),
        ({"lines": [line(document_id="A"), line()]}, "lines[1].document_id", "o envíe document_id de la nota"),
        (
            {"lines": [line(document_id="A")], "charges": [charge()]},
            "charges[0].document_id",
            "o envíe document_id de la nota",
        ),
        (
            {"related_documents": [{"document_id": "A"}, {"document_id": "B"}], "lines": [line(), line(related=1)]},
            "lines[0].related",
            "o envíe document_id de la nota",
        ),
        (
            foreign(ELECTRONIC, PAPER, lines=[line(related=0)]),
            "related_documents[1]",
            "no lo nombra ninguna línea; envíe related: 1 en una línea, o quítelo",
        ),
        (
            {"document_id": "A", "lines": [line(document_id="B")]},
            "document_id",
            "no lo nombra ninguna línea; quite document_id",
        ),
        (foreign(ELECTRONIC, customer=None), "customer", "es obligatorio en una nota sobre CCF de otros sistemas"),
        (
            foreign(ELECTRONIC, customer={"name": "P", "nrc": "2345678"}),
            "customer.nit",
            "es obligatorio para el cliente en una nota sobre CCF de otros sistemas",
        ),
        (
            foreign(ELECTRONIC, customer={"name": "P", "nrc": "2345678", "dui": "00016297-5"}),
            "customer.nit",
            "en una nota sobre CCF de otros sistemas; el DUI va en nit",
        ),
        (
            foreign(ELECTRONIC | {"amount_taxable": None, "amount_gross": 113}),
            "related_documents[0].amount_taxable",
            "sin IVA (o amount_exempt, amount_not_subject), mayor que cero; ¿lo envió como «amount_gross»?",
        ),
        (
            foreign(ELECTRONIC | {"amount_taxable": None, "amount_taxabel": 100}),
            "related_documents[0].amount_taxable",
            "¿lo envió como «amount_taxabel»?",
        ),
        (
            foreign(ELECTRONIC | {"amount_income_tax": 100.01}),
            "related_documents[0].amount_income_tax",
            "no puede pasar de las ventas del CCF, 100.00",
        ),
        (
            foreign(PAPER | {"control_number": CONTROL}),
            "related_documents[0].control_number",
            "un CCF en papel no lleva control_number",
        ),
        (
            foreign(ELECTRONIC | {"amount_vat": 13.02}),
            "related_documents[0].amount_vat",
            "no envíe amount_vat, o envíe 13.00",
        ),
        (
            foreign(ELECTRONIC | {"amount_withheld": 1.02}),
            "related_documents[0].amount_withheld",
            "redondeos, envíe 1.00",
        ),
    ],
)
def test_a_refusal_says_what_to_send(body: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read(body)

    [found] = [each for each in refused.value.faults if each.field == field]
    assert said in found.message


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("amount_gross", "este nombre no existe aquí"),
        ("fecha", "este nombre no existe aquí"),
        ("numeroControl", "este nombre no existe aquí; ¿quiso decir «control_number»?"),
        ("ventasExentas", "este nombre no existe aquí; ¿quiso decir «amount_exempt»?"),
        ("iva", "este nombre no existe aquí; ¿quiso decir «amount_vat»?"),
    ],
)
def test_ocote_computes_nothing_of_a_ccf_of_another_system(name: str, why: str) -> None:
    warnings: list[AnswerWarning] = []

    read_note(as_sent(foreign(ELECTRONIC | {name: 113})), None, warnings)

    [warned] = warnings
    assert (warned.field, warned.values["why"]) == (f"related_documents[0].{name}", why)


def test_lines_are_asked_for_with_the_reason() -> None:
    with pytest.raises(InvalidRequest) as refused:
        read({"document_id": "A", "related_documents": [{"document_id": "B"}]})

    assert refused.value.faults[0].message == (
        "es obligatorio; una nota sobre varios CCF, o sobre uno de otro sistema, dice en sus líneas qué ajusta de cada "
        "uno"
    )


def test_a_ccf_under_a_wrong_name_is_found() -> None:
    with pytest.raises(InvalidRequest) as refused:
        read({"ccf": "A"})

    assert refused.value.faults[0].message == "es obligatorio; ¿lo envió como «ccf»?"
