"""Credit notes, purchases, cancellations and lists over HTTP (contract 10 to 13, D33)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from ocote.api.bodies.invalidation import invalidation_body
from ocote.documents.view import CreditMemo, InvalidationAttempt, InvalidationStatus, Refused
from ocote.issuing.request import InvalidationRequest
from ocote.web.limiter import RateLimiter
from tests.api.client import Client, client_of, http_app
from tests.api.twin import POSTED, TwinGateway, document

API = "/api/connect"
LINE = {"description": "Tela", "quantity": 3.5, "unit_price": 4.00}
PURCHASE = {"external_ref": "COMPRA-1", "subject": {"name": "Marta", "dui": "00016297-5"}, "lines": [LINE]}
NOTE = {"document_id": "B2B-2026-0031", "external_ref": "NC-1"}


@pytest.fixture
def gateway() -> TwinGateway:
    return TwinGateway()


@pytest.fixture
def client(gateway: TwinGateway) -> Client:
    return client_of(gateway)


class TestFamilies:
    async def test_each_document_is_issued_on_its_own_route(self, client: Client) -> None:
        assert (await client.post(f"{API}/credit-memo", NOTE)).json["doc_type"] == "05"
        assert (await client.post(f"{API}/suex", PURCHASE)).json["doc_type"] == "14"

    async def test_and_may_be_tried_first(self, client: Client, gateway: TwinGateway) -> None:
        assert (await client.post(f"{API}/credit-memo?dry_run=1", NOTE)).json["schema"]
        assert (await client.post(f"{API}/suex?dry_run=1", PURCHASE)).json["doc_type"] == "14"
        assert gateway.requests == []

    async def test_and_is_found_by_the_routes_of_its_family_alone(self, client: Client) -> None:
        await client.post(f"{API}/credit-memo", NOTE)
        await client.post(f"{API}/suex", PURCHASE)

        found = {
            (route, reference): (await client.get(f"{API}{route}/{reference}")).status
            for route in ("/status", "/credit-memo/status", "/suex/status")
            for reference in ("NC-1", "COMPRA-1")
        }

        assert found == {
            ("/status", "NC-1"): 200,
            ("/status", "COMPRA-1"): 404,
            ("/credit-memo/status", "NC-1"): 200,
            ("/credit-memo/status", "COMPRA-1"): 404,
            ("/suex/status", "NC-1"): 404,
            ("/suex/status", "COMPRA-1"): 200,
        }

    async def test_a_purchase_tells_its_seller(self, client: Client) -> None:
        await client.post(f"{API}/suex", PURCHASE)

        assert (await client.get(f"{API}/suex/status/COMPRA-1")).json["subject_name"] == "Marta"


class TestInvalidation:
    @pytest.fixture(autouse=True)
    def _documents(self, gateway: TwinGateway) -> None:
        gateway.kept[1, "A"] = document(external_ref="A")
        gateway.kept[1, "S"] = document(external_ref="S", family="suex", doc_type="14", id="s")

    async def test_needs_no_body(self, client: Client, gateway: TwinGateway) -> None:
        reply = await client.send("POST", f"{API}/invalidate/A", b"", {})

        assert (reply.status, reply.json["invalidated"], reply.json["dte_success"]) == (200, True, True)
        assert gateway.invalidations == [InvalidationRequest()]

    async def test_takes_one(self, client: Client, gateway: TwinGateway) -> None:
        await client.post(f"{API}/invalidate/A", {"reason": 3, "note": "Otro motivo", "replacement": "B"})

        assert (gateway.invalidations[0].reason, gateway.invalidations[0].replacement) == (3, "B")

    @pytest.mark.parametrize(
        ("body", "headers", "code"),
        [
            (b"{", {"content-type": "application/json"}, "body_not_json"),
            (b"[]", {"content-type": "application/json"}, "body_not_object"),
            (b'{"reason": 1}', {"content-type": "text/plain"}, "content_type_not_json"),
            (b'{"reason": 9}', {"content-type": "application/json"}, "invalidation_reason_unknown"),
        ],
    )
    async def test_but_a_right_one(
        self, client: Client, gateway: TwinGateway, body: bytes, headers: dict[str, str], code: str
    ) -> None:
        reply = await client.send("POST", f"{API}/invalidate/A", body, headers)

        assert (reply.status, reply.code) == (400, code)
        assert gateway.invalidations == []

    @pytest.mark.parametrize("path", ["A", "suex/S"])
    async def test_has_no_dry_run(self, client: Client, gateway: TwinGateway, path: str) -> None:
        reply = await client.send("POST", f"{API}/invalidate/{path}?dry_run=1", b"", {})

        assert (reply.status, reply.code) == (400, "dry_run_not_here")
        assert reply.detail.startswith("Solicitud invalida: dry_run solo existe al emitir")
        assert gateway.invalidations == []

    async def test_stays_in_its_family(self, client: Client) -> None:
        assert (await client.send("POST", f"{API}/invalidate/S", b"", {})).status == 404
        assert (await client.send("POST", f"{API}/invalidate/suex/A", b"", {})).status == 404
        assert (await client.send("POST", f"{API}/invalidate/suex/S", b"", {})).status == 200
        assert (await client.get(f"{API}/invalidate/status/S")).status == 404
        assert (await client.get(f"{API}/invalidate/suex/status/S")).status == 200

    async def test_that_was_done_already_is_a_conflict(self, client: Client, gateway: TwinGateway) -> None:
        gateway.raises = Refused("already_invalidated")

        reply = await client.send("POST", f"{API}/invalidate/A", b"", {})

        assert (reply.status, reply.code) == (409, "already_invalidated")

    async def test_a_refusal_of_a_field_names_it(self, client: Client, gateway: TwinGateway) -> None:
        gateway.raises = Refused("replacement_is_the_document", field="replacement")

        reply = await client.post(f"{API}/invalidate/A", {"reason": 1, "replacement": "A"})

        assert reply.status == 400
        assert reply.detail == "Solicitud invalida: replacement no puede ser el mismo documento que se invalida"
        assert reply.json["errors"][0]["field"] == "replacement"

    async def test_that_nobody_tried_has_no_flags(self, client: Client) -> None:
        reply = await client.get(f"{API}/invalidate/status/A")

        assert reply.json == {
            "success": False, "dte_success": False, "contingency": False, "rejected": False, "is_duplicate": False,
            "document_id": document().id, "external_ref": "A", "doc_type": "01",
            "control_number": document().control_number, "invalidated": False, "invalidated_date_time": "",
            "reception_stamp": "", "dte_state": "", "dte_message": "", "codigo_msg": "", "observaciones": [],
            "created_credit_memo": False, "credit_memo_id": "", "credit_memo_control_number": "", "history": [],
        }  # fmt: skip


class TestInvalidationBody:
    def test_of_a_stamped_event_tells_when(self) -> None:
        attempt = InvalidationAttempt("stamped", POSTED, 2, "D0C", "STAMP", "", "", "")

        body = invalidation_body(InvalidationStatus(document(invalidated=True), (attempt,)))

        assert (body.success, body.dte_success, body.invalidated) == (True, True, True)
        assert (body.invalidated_date_time, body.reception_stamp) == ("2026-06-03T08:15:40-06:00", "STAMP")
        assert (body.dte_state, body.dte_message, body.codigo_msg) == ("", "", "")

    def test_of_an_unanswered_event_waits(self) -> None:
        body = invalidation_body(
            InvalidationStatus(document(), (InvalidationAttempt("contingency", POSTED, 2, "D0C"),))
        )

        assert (body.success, body.contingency, body.invalidated) == (True, True, False)
        assert body.invalidated_date_time == ""

    def test_of_a_refused_event_says_why_and_keeps_the_history(self) -> None:
        first = InvalidationAttempt("contingency", POSTED, 2, "D0C")
        last = InvalidationAttempt("rejected", POSTED, 2, "D0D", None, "", "FECHA FUERA DE PLAZO", "018", ("x",))

        body = invalidation_body(InvalidationStatus(document(), (first, last)))

        assert (body.success, body.rejected, body.dte_state, body.codigo_msg) == (False, True, "RECHAZADO", "018")
        assert [each.generation_code for each in body.history] == ["D0C", "D0D"]

    def test_of_a_credit_note_in_its_place_names_the_note(self) -> None:
        memo = CreditMemo("4d2b7f18", "DTE-05-M002P003-000000000000009")
        attempt = InvalidationAttempt("stamped", POSTED, 2, "D0C", "STAMP")

        body = invalidation_body(InvalidationStatus(document(doc_type="03", invalidated=True), (attempt,), memo))

        assert body.created_credit_memo
        assert (body.credit_memo_id, body.credit_memo_control_number) == (memo.id, memo.control_number)


class TestDocuments:
    @pytest.fixture(autouse=True)
    def _documents(self, gateway: TwinGateway) -> None:
        for number in range(25):
            each = document(
                id=f"id-{number:02d}", external_ref=f"R-{number}", posted_at=POSTED + timedelta(seconds=number)
            )
            gateway.kept[1, each.external_ref] = each

    async def test_come_newest_first_in_pages_to_the_end(self, client: Client) -> None:
        seen: list[str] = []
        cursor = ""
        while True:
            page = (await client.get(f"{API}/documents?limit=10{cursor}")).json
            seen += [each["external_ref"] for each in page["documents"]]
            if not page["next_cursor"]:
                break
            cursor = f"&cursor={page['next_cursor']}"

        assert seen == [f"R-{number}" for number in range(24, -1, -1)]

    async def test_new_ones_do_not_move_the_pages(self, client: Client, gateway: TwinGateway) -> None:
        first = (await client.get(f"{API}/documents?limit=10")).json
        gateway.kept[1, "NEW"] = replace(document(), external_ref="NEW", posted_at=POSTED + timedelta(hours=1))

        second = (await client.get(f"{API}/documents?limit=10&cursor={first['next_cursor']}")).json

        assert second["documents"][0]["external_ref"] == "R-14"

    async def test_hold_the_status_of_each(self, client: Client) -> None:
        page = (await client.get(f"{API}/documents?limit=1")).json
        status = (await client.get(f"{API}/status/R-24")).json

        assert page["documents"] == [status]

    async def test_a_changed_cursor_is_refused(self, client: Client) -> None:
        cursor = (await client.get(f"{API}/documents?limit=10")).json["next_cursor"]

        reply = await client.get(f"{API}/documents?limit=10&cursor={cursor[:-2]}AA")

        assert (reply.status, reply.code) == (400, "cursor_invalid")

    async def test_a_cursor_of_another_process_with_the_same_secret_is_good(self, gateway: TwinGateway) -> None:
        def process(secret: bytes) -> Client:
            return Client(http_app(gateway, RateLimiter.from_url("memory://"), cursor_secret=secret))

        cursor = (await process(b"shared").get(f"{API}/documents?limit=10")).json["next_cursor"]

        assert (await process(b"shared").get(f"{API}/documents?limit=10&cursor={cursor}")).status == 200
        assert (await process(b"other").get(f"{API}/documents?limit=10&cursor={cursor}")).status == 400

    @pytest.mark.parametrize(
        ("query", "field"), [("date_from=2026-02-30", "date_from"), ("state=x", "state"), ("limit=0", "limit")]
    )
    async def test_a_wrong_filter_is_named(self, client: Client, query: str, field: str) -> None:
        reply = await client.get(f"{API}/documents?{query}")

        assert (reply.status, reply.json["errors"][0]["field"]) == (400, field)
