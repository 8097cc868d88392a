"""The page behind a public link: what it shows, to whom, and what it keeps to itself."""

import json
import re
from base64 import b64encode
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, cast

import pytest
from msgspec.structs import replace

from ocote.archive.verification import PublicDocument, PublicDocuments, PublicFile
from ocote.documents.view import DeliveredFile
from ocote.panel.site import site_routes
from ocote.panel.verification.routes import PER_MINUTE, VerificationPages
from ocote.printing.view import sheet
from ocote.public_links import Linked, PublicLinks
from ocote.store.engine.store import StoreUnavailableError
from ocote.web.application import application
from ocote.web.limiter import RateLimiter
from tests.api.client import Client, Reply
from tests.archive.archived import SAMPLES

LINKS = PublicLinks.from_secret("un-secreto-de-prueba-de-mas-de-32-caracteres", None)
TOKEN = LINKS.token(Linked(7, "5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35"))
PAGE = f"/v/{TOKEN}"
STAMP = "2026F41C0A7D9B3E5826714ACD90BE37F1258QXT"


def public(name: str = "03-v2", **changes: Any) -> PublicDocument:
    document = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"), parse_float=Decimal)
    shown = sheet(document, stamp=STAMP, undone=None, is_strip=True)
    usual = PublicDocument("stamped", datetime(2026, 11, 20, 18, 31, tzinfo=UTC), shown, is_test=False, has_files=True)
    return replace(usual, **changes)


class TwinDocuments:
    """Public documents, one of them."""

    def __init__(self) -> None:
        self.document = public()
        self.token = TOKEN
        self.raises: Exception | None = None

    async def find(self, token: str) -> PublicDocument | None:
        if self.raises is not None:
            raise self.raises
        return self.document if token == self.token else None

    async def file(self, token: str, kind: PublicFile) -> DeliveredFile | None:
        if token != self.token or not self.document.has_files:
            return None
        media_type = {"pdf": "application/pdf", "json": "application/json"}[kind]
        return DeliveredFile(kind.encode(), media_type, f"ABC.{kind}")


@pytest.fixture
def public_documents() -> TwinDocuments:
    return TwinDocuments()


def client_of(public_documents: TwinDocuments, **options: Any) -> Client:
    limiter = RateLimiter.from_url("memory://")
    pages = VerificationPages(
        cast("PublicDocuments", public_documents), limiter, allow_http=options.pop("allow_http", False)
    )
    return Client(application(site_routes(pages, pages)), key=None, **options)


@pytest.fixture
def client(public_documents: TwinDocuments) -> Client:
    return client_of(public_documents)


def text_of(reply: Reply) -> str:
    """The words of a page, without its mark-up."""
    html = reply.body.decode()
    html = re.sub(r"<(style|title)>.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class TestShowing:
    async def test_a_stamped_document_with_all_that_names_it(self, client: Client) -> None:
        reply = await client.get(PAGE)

        assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
        shown = text_of(reply)
        for words in (
            "Sellado por Hacienda",
            "El Ministerio de Hacienda recibió y selló este documento el 20/11/2026 a las 12:31.",
            "Comprobante de crédito fiscal",
            "$ 159.04",
            "DTE-03-S002P001-000000000000007",
            "C0FFEE00-1111-4222-8333-444455556666",
            STAMP,
            "0614-999999-001-7",
            "Cliente de Prueba, Sociedad Anónima de Capital Variable",
        ):
            assert words in shown
        html = reply.body.decode()
        assert f'href="{PAGE}/pdf"' in html
        assert f'href="{PAGE}/json"' in html
        assert "https://admin.factura.gob.sv/consultaPublica?ambiente=" in html

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("restaurant-v1", "$ 62.15 Total a pagar. Monto total de la operación: $56.50"),
            ("ccf-v2", "$ 1,430.80 Total a pagar. Monto total de la operación: $1,450.80"),
            ("fuel-v2", "Total a pagar: $ 83.00 Gasolinera de Prueba"),
            ("note-v1", "Monto total de la operación: $ 47.10 Almacén de Prueba"),
        ],
    )
    async def test_the_total_of_the_operation_stands_beside_another_amount_to_pay(
        self, client: Client, public_documents: TwinDocuments, name: str, shown: str
    ) -> None:
        public_documents.document = public(name)

        assert shown in text_of(await client.get(PAGE))

    @pytest.mark.parametrize(
        ("state", "headline"),
        [
            ("stamped", "Sellado por Hacienda"),
            ("adjusted", "Anulado por una nota de crédito"),
            ("invalidated", "Invalidado"),
            ("waiting", "En espera del sello de Hacienda"),
            ("rejected", "Rechazado por Hacienda"),
        ],
    )
    async def test_every_state_has_its_words(
        self, client: Client, public_documents: TwinDocuments, state: str, headline: str
    ) -> None:
        public_documents.document = public(state=state, since=None)

        shown = text_of(await client.get(PAGE))

        assert shown.startswith(headline)
        assert "{" not in shown

    async def test_a_document_of_the_test_environment_says_so_first(
        self, client: Client, public_documents: TwinDocuments
    ) -> None:
        public_documents.document = public(is_test=True)

        assert text_of(await client.get(PAGE)).startswith("Documento de prueba, sin validez fiscal")

    async def test_a_refused_document_offers_no_files(self, client: Client, public_documents: TwinDocuments) -> None:
        public_documents.document = public(state="rejected", has_files=False)

        html = (await client.get(PAGE)).body.decode()
        assert "/pdf" not in html
        assert "consultaPublica" not in html
        assert (await client.get(f"{PAGE}/pdf")).status == 404
        assert (await client.get(f"{PAGE}/json")).status == 404

    @pytest.mark.parametrize(("amount", "names"), [("999,999.99", "amount"), ("1,234,567.89", "amount long")])
    async def test_a_long_amount_is_set_smaller(
        self, client: Client, public_documents: TwinDocuments, amount: str, names: str
    ) -> None:
        shown = public_documents.document.sheet
        assert shown.summary is not None
        payable = replace(shown.summary.payable, value=amount)
        public_documents.document = replace(
            public_documents.document, sheet=replace(shown, summary=replace(shown.summary, payable=payable))
        )

        assert f'<p class="{names}">' in (await client.get(PAGE)).body.decode()

    async def test_texts_of_others_are_no_mark_up(self, client: Client, public_documents: TwinDocuments) -> None:
        attack = '<script>alert("x")</script>'
        shown = public_documents.document.sheet
        public_documents.document = replace(
            public_documents.document, sheet=replace(shown, issuer=replace(shown.issuer, name=attack))
        )

        html = (await client.get(PAGE)).body.decode()

        assert "<script" not in html
        assert "&lt;script&gt;" in html

    async def test_files_come_under_their_legal_names(self, client: Client) -> None:
        pdf, delivered = await client.get(f"{PAGE}/pdf"), await client.get(f"{PAGE}/json")

        assert (pdf.body, pdf.headers["content-type"]) == (b"pdf", "application/pdf")
        assert pdf.headers["content-disposition"] == 'inline; filename="ABC.pdf"'
        assert (delivered.body, delivered.headers["content-type"]) == (b"json", "application/json")
        assert delivered.headers["content-disposition"] == 'attachment; filename="ABC.json"'


class TestKeepingToItself:
    @pytest.mark.parametrize("path", [PAGE, f"{PAGE}/pdf", f"{PAGE}/json", "/v/x", "/"])
    async def test_no_answer_is_kept_indexed_or_told_to_the_next_site(self, client: Client, path: str) -> None:
        headers = (await client.get(path)).headers

        assert headers["cache-control"] == "private, no-store"
        assert headers["x-robots-tag"] == "noindex, nofollow, noarchive"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in headers

    @pytest.mark.parametrize("path", [PAGE, "/v/x", "/"])
    async def test_the_policy_lets_in_its_own_style_and_nothing_else(self, client: Client, path: str) -> None:
        reply = await client.get(path)
        html = reply.body.decode()
        [style] = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
        digest = b64encode(sha256(style.encode()).digest()).decode()

        assert reply.headers["content-security-policy"] == (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )
        assert "style=" not in html
        assert "<script" not in html
        assert '<meta name="robots" content="noindex' in html
        assert '<html lang="es">' in html

    @pytest.mark.parametrize(
        "path",
        [
            "/v/",
            "/v/x",
            f"/v/{TOKEN[:-1]}",
            f"/v/{TOKEN}x",
            f"/v/{'A' * 48}",
            f"/v/{TOKEN}/xml",
            f"/v/{TOKEN}/",
            f"/v/{'A' * 48}/pdf",
            f"/v/{LINKS.token(Linked(8, '5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35'))}",
        ],
    )
    async def test_every_wrong_address_is_answered_alike(self, client: Client, path: str) -> None:
        reply, known = await client.get(path), await client.get("/v/never-made")

        assert (reply.status, reply.body) == (404, known.body)
        assert "No encontramos este documento" in text_of(reply)

    @pytest.mark.parametrize(
        "linked",
        [
            Linked(7, "5f0c7a1e-93d2-4b6a-8c11-000000000016"),
            Linked(7, "5f0c7a1e-93d2-4b6a-8c11-000000000858"),
            Linked(7, "5f0c7a1e-93d2-4b6a-8c11-000000000008", version=3),
        ],
        ids=["one", "two", "of a later link"],
    )
    async def test_a_link_that_lost_the_hyphens_at_its_end_leads_to_its_document(
        self, client: Client, public_documents: TwinDocuments, linked: Linked
    ) -> None:
        public_documents.token = LINKS.token(linked)
        shortened = public_documents.token.rstrip("-")
        assert shortened != public_documents.token

        reply = await client.get(f"/v/{shortened}")

        assert reply.status == 200
        assert f'href="/v/{public_documents.token}/pdf"' in reply.body.decode()

    async def test_other_paths_are_no_pages(self, client: Client) -> None:
        reply = await client.get("/wp-admin")

        assert (reply.status, text_of(reply).startswith("No existe esta página")) == (404, True)

    async def test_software_with_a_wrong_address_is_told_where_the_api_is(self, client: Client) -> None:
        posted = await client.post("/invoice", {"lines": []})
        asked = await client.get("/api/documents", authorization="Bearer odt_x")

        assert {(reply.status, reply.code) for reply in (posted, asked)} == {(404, "route_unknown")}
        assert posted.detail == (
            "No existe la ruta /invoice; la API está en /api/connect, y su descripción en /api/connect/docs"
        )


class TestLimits:
    async def test_an_address_that_asks_too_often_has_to_wait(self, client: Client) -> None:
        statuses = [(await client.get("/v/guess")).status for _ in range(PER_MINUTE)]
        reply = await client.get(PAGE)

        assert set(statuses) == {404}
        assert (reply.status, text_of(reply).startswith("Demasiadas consultas")) == (429, True)
        assert 1 <= int(reply.headers["retry-after"]) <= 60

    async def test_another_address_need_not(self, public_documents: TwinDocuments) -> None:
        limiter = RateLimiter.from_url("memory://")
        verification = VerificationPages(cast("PublicDocuments", public_documents), limiter)
        pages = application(site_routes(verification, verification))
        for _ in range(PER_MINUTE + 1):
            await Client(pages, key=None, peer="203.0.113.9").get(PAGE)

        assert (await Client(pages, key=None, peer="203.0.113.9").get(PAGE)).status == 429
        assert (await Client(pages, key=None, peer="203.0.113.10").get(PAGE)).status == 200

    async def test_a_household_is_one_address_whatever_its_devices(self, public_documents: TwinDocuments) -> None:
        limiter = RateLimiter.from_url("memory://")
        verification = VerificationPages(cast("PublicDocuments", public_documents), limiter)
        pages = application(site_routes(verification, verification))
        for device in range(PER_MINUTE):
            await Client(pages, key=None, peer=f"2001:db8:1:2::{device:x}").get(PAGE)

        assert (await Client(pages, key=None, peer="2001:db8:1:2:ffff::1").get(PAGE)).status == 429
        assert (await Client(pages, key=None, peer="2001:db8:1:3::1").get(PAGE)).status == 200

    async def test_ipv4_addresses_in_the_form_of_ipv6_are_no_household(self, public_documents: TwinDocuments) -> None:
        limiter = RateLimiter.from_url("memory://")
        verification = VerificationPages(cast("PublicDocuments", public_documents), limiter)
        pages = application(site_routes(verification, verification))
        for _ in range(PER_MINUTE):
            await Client(pages, key=None, peer="::ffff:203.0.113.9").get(PAGE)

        assert (await Client(pages, key=None, peer="203.0.113.9").get(PAGE)).status == 429
        assert (await Client(pages, key=None, peer="::ffff:203.0.113.10").get(PAGE)).status == 200


class TestTransport:
    async def test_plain_http_shows_nothing(self, public_documents: TwinDocuments) -> None:
        reply = await client_of(public_documents, scheme="http").get(PAGE)

        assert reply.status == 403
        assert "159.04" not in text_of(reply)

    async def test_but_on_this_machine_where_that_is_allowed(self, public_documents: TwinDocuments) -> None:
        local = client_of(public_documents, scheme="http", peer="127.0.0.1", allow_http=True)
        foreign = client_of(public_documents, scheme="http", peer="203.0.113.9", allow_http=True)

        assert ((await local.get(PAGE)).status, (await foreign.get(PAGE)).status) == (200, 403)

    async def test_it_can_only_be_read(self, client: Client) -> None:
        reply = await client.post(PAGE, {})

        assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")


class TestFailing:
    async def test_while_the_database_is_away_it_says_so(self, client: Client, public_documents: TwinDocuments) -> None:
        public_documents.raises = StoreUnavailableError("gone")

        reply = await client.get(PAGE)

        assert (reply.status, reply.headers["retry-after"]) == (503, "5")
        assert "El servicio no está disponible" in text_of(reply)

    async def test_an_unforeseen_fault_shows_nothing_of_itself(
        self, client: Client, public_documents: TwinDocuments
    ) -> None:
        public_documents.raises = RuntimeError("the inside")

        reply = await client.get(PAGE)

        assert reply.status == 500
        assert "the inside" not in reply.body.decode()


class TestContrast:
    """Text on every ground of the style is readable: WCAG 2.1 AA wants 4.5 to 1."""

    @pytest.mark.parametrize("scheme", [0, 1])
    @pytest.mark.parametrize(
        ("text", "ground"),
        [
            ("ink", "ground"),
            ("ink", "card"),
            ("quiet", "ground"),
            ("quiet", "card"),
            ("accent", "card"),
            ("on-accent", "accent"),
            ("good", "good-ground"),
            ("waiting", "waiting-ground"),
            ("bad", "bad-ground"),
            ("ink", "good-ground"),
            ("ink", "waiting-ground"),
            ("ink", "bad-ground"),
        ],
    )
    async def test_in_light_and_in_dark(self, client: Client, scheme: int, text: str, ground: str) -> None:
        html = (await client.get(PAGE)).body.decode()

        def colour(name: str) -> str:
            found: list[str] = re.findall(rf"--{name}: (#[0-9a-f]{{6}});", html)
            return found[scheme]

        lighter, darker = sorted((luminance(colour(text)), luminance(colour(ground))), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
