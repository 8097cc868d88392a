"""Every request passes TLS, key, rate limit, route and method, in this order (contract 2, 3, 5, 17, D24)."""

import re

import pytest
import structlog

from ocote.documents.view import Refused
from ocote.dte.faults import Fault, InvalidSale
from ocote.store.engine.store import StoreUnavailableError
from ocote.web.limiter import RateLimiter
from tests.api.client import Client, client_of, http_app
from tests.api.twin import KEY, OTHER_KEY, TwinGateway, document, key_holder

INVOICE = {"lines": [{"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}]}
STATUS = "/api/connect/status/POS7-000915"
LIMITS = ("limit-minute", "limit-hour", "remaining-minute", "remaining-hour", "reset")


@pytest.fixture
def gateway() -> TwinGateway:
    return TwinGateway(kept={(1, "POS7-000915"): document()})


@pytest.fixture
def client(gateway: TwinGateway) -> Client:
    return client_of(gateway)


class TestTransport:
    async def test_plain_http_is_refused_and_never_redirected(self, gateway: TwinGateway) -> None:
        reply = await client_of(gateway, scheme="http").get(STATUS)

        assert (reply.status, reply.code) == (403, "https_required")
        assert "location" not in reply.headers
        assert gateway.asked_keys == []

    @pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1"])
    async def test_loopback_may_use_plain_http_when_allowed(self, gateway: TwinGateway, peer: str) -> None:
        assert (await client_of(gateway, scheme="http", peer=peer, allow_http=True).get(STATUS)).status == 200
        assert (await client_of(gateway, scheme="http", peer=peer).get(STATUS)).status == 403

    async def test_others_may_not_even_then(self, gateway: TwinGateway) -> None:
        assert (await client_of(gateway, scheme="http", peer="10.0.0.9", allow_http=True).get(STATUS)).status == 403
        assert (await client_of(gateway, scheme="http", peer="not-an-ip", allow_http=True).get(STATUS)).status == 403


class TestKey:
    @pytest.mark.parametrize("path", [STATUS, "/api/connect/no-such-route", "/api/connect/catalogs/activities"])
    async def test_is_asked_before_the_route_is_looked_at(self, gateway: TwinGateway, path: str) -> None:
        reply = await client_of(gateway, key=None).get(path)

        assert (reply.status, reply.code) == (401, "key_missing")
        assert reply.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize(
        "authorization", ["", "Bearer", "Bearer ", f"Basic {KEY}", KEY, f"Token {KEY}", f"bearer{KEY}"]
    )
    async def test_comes_as_a_bearer_token(self, gateway: TwinGateway, authorization: str) -> None:
        reply = await client_of(gateway, key=None).get(STATUS, authorization=authorization)

        assert (reply.status, reply.code) == (401, "key_missing")

    async def test_takes_the_scheme_in_any_case(self, gateway: TwinGateway) -> None:
        assert (await client_of(gateway, key=None).get(STATUS, authorization=f"bearer {KEY}")).status == 200

    @pytest.mark.parametrize("key", [KEY[:-1], KEY + "0", KEY.upper(), "odt_" + "g" * 56, "x" * 60, "ñ" * 60])
    async def test_has_one_form_only(self, gateway: TwinGateway, key: str) -> None:
        reply = await client_of(gateway, key=key).get(STATUS)

        assert (reply.status, reply.code) == (401, "key_malformed")
        assert gateway.asked_keys == []

    async def test_that_nobody_has_is_unknown(self, gateway: TwinGateway) -> None:
        reply = await client_of(gateway, key=OTHER_KEY).get(STATUS)

        assert (reply.status, reply.code) == (401, "key_unknown")
        assert re.fullmatch("[0-9a-f]{64}", gateway.asked_keys[0])

    async def test_of_a_disabled_company_is_refused(self) -> None:
        gateway = TwinGateway(callers={KEY: key_holder(company_active=False)})

        reply = await client_of(gateway).get(STATUS)

        assert (reply.status, reply.code) == (401, "company_disabled")

    async def test_of_another_company_does_not_see_the_document(self, gateway: TwinGateway) -> None:
        gateway.callers[OTHER_KEY] = key_holder(company_id=2, key_id=2)

        reply = await client_of(gateway, key=OTHER_KEY).get(STATUS)

        assert (reply.status, reply.code) == (404, "document_not_found")

    async def test_in_the_url_does_not_count_outside_of_files(self, gateway: TwinGateway) -> None:
        assert (await client_of(gateway, key=None).get(f"{STATUS}?key={KEY}")).code == "key_missing"

    async def test_refused_answers_carry_no_limits(self, gateway: TwinGateway) -> None:
        reply = await client_of(gateway, key=OTHER_KEY).get(STATUS)

        assert not [name for name in reply.headers if name.startswith("x-ratelimit")]


class TestRateLimit:
    async def test_five_headers_stand_on_every_answer_to_a_known_key(self, client: Client) -> None:
        for path in (STATUS, "/api/connect/status/unknown", "/api/connect/no-such-route"):
            reply = await client.get(path)
            assert all(f"x-ratelimit-{name}" in reply.headers for name in LIMITS)

    async def test_they_count_down(self, client: Client) -> None:
        await client.get(STATUS)
        reply = await client.get(STATUS)

        assert [reply.headers[f"x-ratelimit-{name}"] for name in LIMITS[:4]] == ["120", "5000", "118", "4998"]
        assert 0 < int(reply.headers["x-ratelimit-reset"]) <= 60

    async def test_the_minute_is_refused_in_the_contracts_words(self) -> None:
        client = client_of(TwinGateway(callers={KEY: key_holder(per_minute=2)}))
        for _ in range(2):
            assert (await client.get(STATUS)).status == 404

        reply = await client.get(STATUS)

        assert (reply.status, reply.code) == (429, "rate_limit_minute")
        assert reply.detail == "Limite de 2 requests por minuto excedido"
        assert reply.headers["retry-after"] == reply.headers["x-ratelimit-reset"]
        assert reply.headers["x-ratelimit-remaining-minute"] == "0"

    async def test_the_hour_is_refused_with_its_own_words_and_wait(self) -> None:
        client = client_of(TwinGateway(callers={KEY: key_holder(per_hour=1)}))
        await client.get(STATUS)

        reply = await client.get(STATUS)

        assert reply.detail == "Limite de 1 requests por hora excedido"
        assert int(reply.headers["retry-after"]) > 3500

    async def test_comes_before_route_and_method(self) -> None:
        client = client_of(TwinGateway(callers={KEY: key_holder(per_minute=1)}))
        await client.get(STATUS)

        assert (await client.get("/api/connect/no-such-route")).status == 429

    async def test_two_keys_of_one_company_have_their_own(self) -> None:
        gateway = TwinGateway(callers={KEY: key_holder(per_minute=1), OTHER_KEY: key_holder(per_minute=1, key_id=2)})
        limiter = RateLimiter.from_url("memory://")
        await client_of(gateway, limiter).get(STATUS)

        assert (await client_of(gateway, limiter, key=OTHER_KEY).get(STATUS)).status == 404


class TestRoute:
    @pytest.mark.parametrize(
        "path",
        [
            "/api/connect",
            "/api/connect/",
            "/api/connect/invoices",
            "/api/connect/invoice/",
            "/api/connect/status",
            "/api/connect/status/a/b",
            "/api/connect/v2/invoice",
            "/api/connect/%69nvoice",
        ],
    )
    async def test_that_does_not_exist_is_404(self, client: Client, path: str) -> None:
        reply = await client.get(path)

        assert (reply.status, reply.code) == (404, "route_unknown")

    @pytest.mark.parametrize(
        ("path", "remedy"),
        [
            ("/invoice/", "¿quiso decir /api/connect/invoice?"),
            ("//invoice", "¿quiso decir /api/connect/invoice?"),
            ("/Invoice", "¿quiso decir /api/connect/invoice?"),
            ("/invoices", "¿quiso decir /api/connect/invoice?"),
            ("/credit_memo", "¿quiso decir /api/connect/credit-memo?"),
            ("/credit-note", "¿quiso decir /api/connect/credit-memo?"),
            ("/Status/A-1", "¿quiso decir /api/connect/status/{id_or_ref}?"),
            ("/suex/state/A-1", "¿quiso decir /api/connect/suex/status/{id_or_ref}?"),
            ("/document/A-1/email", "¿quiso decir /api/connect/documents/{id_or_ref}/email?"),
            ("/status/A/1", "una barra que es parte de una referencia se escribe %2F"),
            ("/documents/A/1/email", "una barra que es parte de una referencia se escribe %2F"),
            ("/ventas", "las que hay están en /api/connect/docs"),
            ("/", "las que hay están en /api/connect/docs"),
        ],
    )
    async def test_that_was_mistyped_names_what_was_meant(self, client: Client, path: str, remedy: str) -> None:
        reply = await client.get(f"/api/connect{path}")

        assert reply.detail == f"No existe la ruta /api/connect{path}; {remedy}"

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("GET", "/api/connect/invoice", "POST"),
            ("PUT", "/api/connect/invoice", "POST"),
            ("HEAD", "/api/connect/invoice", "POST"),
            ("POST", STATUS, "GET, HEAD"),
            ("DELETE", STATUS, "GET, HEAD"),
            ("OPTIONS", STATUS, "GET, HEAD"),
            ("DELETE", "/api/connect/documents/x/email", "GET, HEAD, POST"),
        ],
    )
    async def test_with_another_method_is_405_and_says_which(
        self, client: Client, method: str, path: str, allowed: str
    ) -> None:
        reply = await client.send(method, path, b"", {})

        assert (reply.status, reply.code) == (405, "method_not_allowed")
        assert reply.headers["allow"] == allowed


class TestAnswers:
    async def test_errors_are_json_in_spanish_with_a_code(self, client: Client) -> None:
        reply = await client.get("/api/connect/status/no-existe")

        assert reply.headers["content-type"] == "application/json"
        assert reply.body.decode() == (
            '{"detail":"No existe un documento con el identificador indicado","code":"document_not_found"}'
        )

    async def test_a_request_identifier_comes_back(self, client: Client) -> None:
        assert (await client.get(STATUS, x_request_id="pos7-915.1")).headers["x-request-id"] == "pos7-915.1"

    @pytest.mark.parametrize("sent", ["", "a b", "x" * 65, 'a"b', "ñ"])
    async def test_an_unfit_one_is_replaced(self, client: Client, sent: str) -> None:
        answered = (await client.get(STATUS, x_request_id=sent)).headers["x-request-id"]

        assert re.fullmatch("[0-9a-f]{32}", answered)

    async def test_step_times_stand_in_server_timing(self, client: Client) -> None:
        reply = await client.post("/api/connect/invoice", INVOICE)

        steps = [step.partition(";dur=")[0] for step in reply.headers["server-timing"].split(", ")]
        assert steps == ["key", "parse", "issue", "total"]

    async def test_a_refusal_of_issuing_has_its_own_status(self, client: Client, gateway: TwinGateway) -> None:
        gateway.raises = Refused("doc_type_changed", original="01", requested="03")

        reply = await client.post("/api/connect/invoice", INVOICE)

        assert (reply.status, reply.code) == (409, "doc_type_changed")
        assert "tipo 01" in reply.detail

    async def test_a_sale_that_cannot_be_is_a_400_with_its_faults(self, client: Client, gateway: TwinGateway) -> None:
        gateway.raises = InvalidSale([Fault("total_too_small", "lines", "El total del documento es menor que 0.01.")])

        reply = await client.post("/api/connect/invoice", INVOICE)

        assert (reply.status, reply.code) == (400, "total_too_small")
        assert reply.json["errors"] == [
            {
                "field": "lines",
                "message": "El total del documento es menor que 0.01. "
                "Corrija las cantidades o los precios: un documento vale al menos un centavo.",
                "code": "total_too_small",
            }
        ]

    async def test_faults_by_the_thousand_are_told_by_the_hundred(self, client: Client, gateway: TwinGateway) -> None:
        gateway.raises = InvalidSale(
            [Fault("line_rounds_to_zero", f"lines[{number}].quantity", "Cero.") for number in range(2000)]
        )
        invalid_lines = [{"description": "x", "quantity": 0, "unit_price": 0}] * 2000

        for body in (INVOICE, {"lines": invalid_lines}):
            reply = await client.post("/api/connect/invoice", body)

            assert reply.status == 400
            assert len(reply.json["errors"]) == 100

    async def test_a_database_that_is_away_is_503_with_a_wait(self, client: Client, gateway: TwinGateway) -> None:
        gateway.raises = StoreUnavailableError("database is locked")

        reply = await client.get(STATUS)

        assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "service_unavailable", "5")

    async def test_the_unforeseen_is_a_500_that_the_log_explains_without_secrets(
        self, client: Client, gateway: TwinGateway
    ) -> None:
        gateway.raises = RuntimeError(f"boom with {KEY}")

        with structlog.testing.capture_logs() as logs:
            reply = await client.get(STATUS, x_request_id="r-1")

        assert (reply.status, reply.code) == (500, "internal_error")
        assert "r-1" in reply.detail
        assert "boom" not in reply.body.decode()
        assert logs[0]["event"] == "unforeseen_fault"
        assert "RuntimeError: boom with odt_…" in logs[0]["traceback"]
        assert KEY not in str(logs)

    async def test_a_client_that_leaves_is_not_answered(self, gateway: TwinGateway) -> None:
        app = http_app(gateway, RateLimiter.from_url("memory://"))
        sent: list[object] = []
        scope = {
            "type": "http",
            "method": "POST",
            "scheme": "https",
            "path": "/api/connect/invoice",
            "raw_path": b"/api/connect/invoice",
            "query_string": b"",
            "headers": [(b"authorization", f"Bearer {KEY}".encode()), (b"content-type", b"application/json")],
            "client": ("203.0.113.9", 1),
            "server": ("10.0.0.5", 8443),
        }

        async def receive() -> dict[str, object]:
            return {"type": "http.disconnect"}

        async def send(message: object) -> None:
            sent.append(message)

        await app(scope, receive, send)

        assert sent == []


class TestUrls:
    async def test_begin_with_the_configured_address(self, gateway: TwinGateway) -> None:
        reply = await client_of(gateway, base_url="https://facturas.ejemplo.com").get(STATUS)

        assert reply.json["json_url"].startswith("https://facturas.ejemplo.com/api/connect/file/")

    async def test_or_with_what_the_caller_wrote(self, client: Client) -> None:
        assert (await client.get(STATUS)).json["json_url"].startswith("https://ocote.test/api/connect/file/")

    async def test_but_never_with_nonsense(self, client: Client) -> None:
        reply = await client.get(STATUS, host='evil"/><script>')

        assert reply.json["json_url"].startswith("https://10.0.0.5:8443/api/connect/file/")

    async def test_hold_no_key(self, client: Client) -> None:
        assert "key" not in (await client.get(STATUS)).json["json_url"]
