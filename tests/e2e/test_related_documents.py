"""The documents that a credit note adjusts, in every answer about the note (contract 10.2)."""

from typing import Any

from ocote.dte.types import CCF
from tests.builders.bodies import ccf, invoice, note
from tests.e2e.answers import refusal
from tests.e2e.damage import change
from tests.running_gateway import RunningGateway

FOREIGN = "5A2C8E51-6B7D-4F3A-9C11-0D2E4F6A8B90"


def linked(gateway: RunningGateway, made: dict[str, Any], *links: dict[str, Any]) -> None:
    """Makes a note on one CCF a note on these documents, as the database keeps such a note."""
    name = made["document_id"]
    change(gateway.settings.database_url, "UPDATE document SET adjusts_id = NULL WHERE id = :id", id=name)
    for position, values in enumerate(links):
        change(
            gateway.settings.database_url,
            """INSERT INTO adjusted_document (company_id, note_id, position, document_id, number, taken, stated)
               SELECT company_id, id, :position, :document_id, :number, :taken, :stated FROM document WHERE id = :id""",
            id=name,
            position=position,
            **{"document_id": None, "stated": None, **values},
        )


def own(sold: dict[str, Any], taken: str) -> dict[str, Any]:
    """The link to a CCF of the company."""
    return {"document_id": sold["document_id"], "number": sold["generation_code"], "taken": taken}


def test_a_note_on_one_ccf_names_it_with_what_the_note_takes(either_gateway: RunningGateway) -> None:
    sold = either_gateway.post("/invoice", ccf("b2b-1"))
    answer = either_gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60"))
    assert answer["related"] == [
        {
            "document_id": sold["document_id"],
            "doc_type": CCF.code,
            "issued_here": True,
            "external_ref": "b2b-1",
            "control_number": sold["control_number"],
            "generation_code": sold["generation_code"],
            "amount_taxable": 20,
            "amount_exempt": 0,
            "amount_not_subject": 0,
            "invalidated": False,
        }
    ]
    assert either_gateway.get("/status/nc-1")["related"] == answer["related"]
    [listed, unrelated] = either_gateway.get("/documents")["documents"]
    assert listed["related"] == answer["related"]
    assert "related" not in unrelated
    assert "related" not in either_gateway.post("/invoice", invoice("pos-1"))


def test_a_note_on_several_documents_names_all_of_them_in_the_order_of_its_request(gateway: RunningGateway) -> None:
    first, second = (gateway.post("/invoice", ccf(reference)) for reference in ("b2b-1", "b2b-2"))
    made = gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60"))
    gateway.post("/credit-memo", note("b2b-1", "nc-2", "11.30"))
    linked(
        gateway,
        made,
        own(second, '{"gross":"11.30","taxable":"10.00"}'),
        {
            "number": FOREIGN,
            "taken": '{"gross":"5.65","taxable":"5.00","exempt":"1.25"}',
            "stated": f'{{"number":"{FOREIGN}","issued_on":"2026-05-28","amounts":{{"gross":"113.00"}},'
            '"control_number":"DTE-03-M001P001-000000000000071"}',
        },
        own(first, '{"gross":"5.65","taxable":"5.00"}'),
        {
            "number": "4512",
            "taken": '{"not_subject":"3.00"}',
            "stated": '{"number":"4512","issued_on":"2026-05-20","amounts":{"not_subject":"9.00"},"electronic":false}',
        },
    )
    status = gateway.get("/credit-memo/status/nc-1")
    assert "adjusted_document" not in status
    amounts = [[each[f"amount_{kind}"] for kind in ("taxable", "exempt", "not_subject")] for each in status["related"]]
    assert [[str(amount) for amount in of_one] for of_one in amounts] == [
        ["10.00", "0.00", "0.00"],
        ["5.00", "1.25", "0.00"],
        ["5.00", "0.00", "0.00"],
        ["0.00", "0.00", "3.00"],
    ]
    assert [each.get("external_ref") for each in status["related"]] == ["b2b-2", None, "b2b-1", None]
    assert [each.get("invalidated") for each in status["related"]] == [False, None, False, None]
    stated = [each for each in status["related"] if not each["issued_here"]]
    assert [{key: each[key] for key in each if not key.startswith("amount_")} for each in stated] == [
        {
            "document_id": None,
            "doc_type": CCF.code,
            "issued_here": False,
            "control_number": "DTE-03-M001P001-000000000000071",
            "generation_code": FOREIGN,
            "issued_on": "2026-05-28",
        },
        {
            "document_id": None,
            "doc_type": CCF.code,
            "issued_here": False,
            "control_number": None,
            "generation_code": None,
            "number": "4512",
            "issued_on": "2026-05-20",
        },
    ]
    alone, several, *_ = gateway.get("/documents")["documents"]
    assert several["related"] == status["related"]
    assert [each["external_ref"] for each in alone["related"]] == ["b2b-1"]
    assert alone["adjusted_document"]["external_ref"] == "b2b-1"
    assert gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60"))["related"] == status["related"]


def test_a_note_on_several_documents_keeps_each_from_being_cancelled_until_it_is_cancelled_itself(
    gateway: RunningGateway,
) -> None:
    first, second = (gateway.post("/invoice", ccf(reference)) for reference in ("b2b-1", "b2b-2"))
    made = gateway.post("/credit-memo", note("b2b-1", "nc-1", "22.60"))
    taken = '{"gross":"11.30","taxable":"10.00"}'
    linked(gateway, made, own(first, taken), own(second, taken))
    for reference in ("b2b-1", "b2b-2"):
        assert refusal(gateway, f"/invalidate/{reference}") == (409, "invalidation_blocked_by_note")
    assert gateway.post("/invalidate/nc-1", None)["invalidated"] is True
    for reference in ("b2b-1", "b2b-2"):
        assert gateway.get(f"/status/{reference}")["invalidated"] is False, "the note took back only a part"
        assert gateway.post(f"/invalidate/{reference}", None)["invalidated"] is True
    assert [each["invalidated"] for each in gateway.get("/status/nc-1")["related"]] == [True, True]
