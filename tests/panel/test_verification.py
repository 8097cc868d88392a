"""The page behind a public link: what it shows, to whom, and what it keeps to itself."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any, cast

import pytest
from msgspec.structs import replace

from ocote.archive.verification import PublicDocument, PublicDocuments, PublicFile, PublicNote, without_content
from ocote.documents.view import DeliveredFile
from ocote.panel.site import site_routes
from ocote.panel.verification.pages import LINES_OF_A_PAGE
from ocote.panel.verification.routes import PER_MINUTE, VerificationPages
from ocote.printing.brand import Brand
from ocote.printing.view import sheet
from ocote.public_links import Linked, PublicLinks
from ocote.store.engine.store import StoreUnavailableError
from ocote.web.application import application
from ocote.web.limiter import RateLimiter
from tests.api.client import Client, Reply
from tests.archive.archived import SAMPLES

PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0"
    b"\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
)
LINKS = PublicLinks.from_secret("un-secreto-de-prueba-de-mas-de-32-caracteres", None)
TOKEN = LINKS.token(Linked(7, "5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35"))
PAGE = f"/v/{TOKEN}"
STAMP = "2026F41C0A7D9B3E5826714ACD90BE37F1258QXT"


def public(name: str = "03-v2", n_lines: int = 0, **changes: Any) -> PublicDocument:
    document = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"), parse_float=Decimal)
    if n_lines:
        line = document["cuerpoDocumento"][0]
        document["cuerpoDocumento"] = [
            {**line, "numItem": number, "descripcion": f"Saco {number}."} for number in range(1, n_lines + 1)
        ]
    shown = sheet(document, stamp=STAMP, undone=None, is_strip=False)
    if not changes.get("has_files", True):
        shown = without_content(shown)
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
        ending = kind.rpartition("/")[2]
        return DeliveredFile(kind.encode(), f"application/{ending}", f"ABC.{ending}")


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
    html = re.sub(r"<(style|title)\b[^>]*>.*?</\1>", "", html, flags=re.DOTALL)
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()))


def main_of(reply: Reply) -> str:
    """The words of a page below its head."""
    html = reply.body.decode()
    return text_of(Reply(reply.status, reply.headers, html[html.index("<main") :].encode()))


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
            ("fuel-v2", "Total a pagar: $ 83.00 15/01/2027"),
            ("note-v1", "Monto total de la operación: $ 47.10 15/09/2026"),
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
            ("contingency", "Emitido en contingencia"),
            ("waiting", "En espera del sello de Hacienda"),
            ("rejected", "Rechazado por Hacienda"),
        ],
    )
    async def test_every_state_has_its_words(
        self, client: Client, public_documents: TwinDocuments, state: str, headline: str
    ) -> None:
        public_documents.document = public(state=state, since=None)

        shown = main_of(await client.get(PAGE))

        assert shown.startswith(headline)
        assert not re.search(r"[{}]|%\(", shown)

    async def test_a_document_of_the_test_environment_says_so_first(
        self, client: Client, public_documents: TwinDocuments
    ) -> None:
        public_documents.document = public(is_test=True)

        assert "Documento de prueba, sin validez fiscal Almacén de Prueba" in text_of(await client.get(PAGE))

    async def test_a_refused_document_offers_no_files(self, client: Client, public_documents: TwinDocuments) -> None:
        public_documents.document = public(state="rejected", has_files=False)

        html = (await client.get(PAGE)).body.decode()
        assert "/pdf" not in html
        assert "consultaPublica" not in html
        assert (await client.get(f"{PAGE}/pdf")).status == 404
        assert (await client.get(f"{PAGE}/json")).status == 404

    @pytest.mark.parametrize("state", ["rejected", "waiting"])
    @pytest.mark.parametrize("name", ["03-v2", "ccf-v2", "note-v1"])
    async def test_a_document_that_nobody_may_receive_is_named_and_not_told(
        self, client: Client, public_documents: TwinDocuments, name: str, state: str
    ) -> None:
        whole = public(name).sheet
        public_documents.document = public(name, state=state, has_files=False)

        reply = await client.get(PAGE)

        shown = text_of(reply)
        assert whole.summary is not None
        for words in (whole.title, whole.issuer.name, whole.summary.payable.value, whole.parties[0].name):
            assert words in shown
        for heading in ("Detalle", "Totales", "Pago", "Observaciones"):
            assert f">{heading}</h2>" not in reply.body.decode()
        kept = {fact.value for fact in (*whole.issuer.facts, *whole.identity)}
        told = {fact.value for party in whole.parties for fact in party.facts} - kept
        assert told
        assert not [value for value in told if value in shown]

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

        assert "<script>" not in html
        assert "&lt;script&gt;" in html

    async def test_it_shows_the_lines_and_totals_of_the_pdf_in_their_order(
        self, client: Client, public_documents: TwinDocuments
    ) -> None:
        public_documents.document = public("everything-v2")
        shown = public_documents.document.sheet
        assert shown.table is not None
        assert shown.summary is not None

        words = text_of(await client.get(PAGE))

        place = 0
        for row in shown.table.rows:
            for cell in filter(None, row.cells):
                place = words.index(" ".join(cell.split()), place)
        amounts = [*shown.summary.amounts, shown.summary.payable]
        totals = [f"{each.label}{' (−)' if each.is_subtracted else ''} $ {each.value}" for each in amounts]
        assert " ".join(" ".join(totals).split()) in words

    async def test_parties_payment_and_related_documents_are_those_of_the_pdf(self, client: Client) -> None:
        reply = await client.get(PAGE)
        words, html = text_of(reply), reply.body.decode()

        for shown in (
            "Emisor Almacén de Prueba Emisor de Prueba, Sociedad Anónima de Capital Variable NIT 0614-999999-001-7",
            "Dirección Calle de Prueba n.º 1, local 2",
            "Condición de la operación A crédito",
            "Plazo 30 días",
            "Nota de remisión (electrónico) del 14/12/2026 0A1B2C3D-4E5F-4A6B-8C7D-9E0F1A2B3C4D",
        ):
            assert shown in words
        assert 'href="mailto:dte@example.com"' in html
        assert 'href="tel:22220000"' in html
        assert f'data-copy="{STAMP}"' in html

    async def test_an_address_that_is_none_leads_nowhere(self, client: Client, public_documents: TwinDocuments) -> None:
        shown = public_documents.document.sheet
        facts = tuple(
            replace(
                each, value={"Correo": "a@b?bcc=c@d", "Teléfono": "2222-0000 / 7777-0000"}.get(each.label, each.value)
            )
            for each in shown.issuer.facts
        )
        public_documents.document = replace(
            public_documents.document, sheet=replace(shown, issuer=replace(shown.issuer, facts=facts), parties=())
        )

        html = (await client.get(PAGE)).body.decode()

        assert not re.search('href="(mailto|tel):', html)

    async def test_many_lines_come_in_pages(self, client: Client, public_documents: TwinDocuments) -> None:
        public_documents.document = public(n_lines=2_000)

        first, last, beyond, none = [
            await client.get(f"{PAGE}{query}") for query in ("", "?page=20", "?page=999", "?page=x'")
        ]

        assert "Líneas 1 a 100 de 2,000" in text_of(first)
        assert "Saco 100." in text_of(first)
        assert "Saco 101." not in text_of(first)
        assert first.body.count(b"?page=") == 2_000 // LINES_OF_A_PAGE
        assert "Líneas 1901 a 2000 de 2,000" in text_of(last)
        assert "Saco 2000." in text_of(last)
        assert text_of(beyond) == text_of(last)
        assert text_of(none) == text_of(first)
        assert len(first.body) < 256 * 1024

    async def test_an_invalidated_document_names_its_replacement_and_has_the_files_of_the_event(
        self, client: Client, public_documents: TwinDocuments
    ) -> None:
        code = "C0FFEE00-1111-4222-8333-999999999999"
        public_documents.document = public(state="invalidated", has_event=True, replaced_by=code)

        reply = await client.get(PAGE)
        pdf, delivered = [await client.get(f"{PAGE}/invalidation/{kind}") for kind in ("pdf", "json")]

        assert f"Lo sustituye el documento con este código de generación: {code}" in text_of(reply)
        assert f'href="{PAGE}/invalidation/pdf"' in reply.body.decode()
        assert (pdf.body, pdf.headers["content-type"]) == (b"invalidation/pdf", "application/pdf")
        assert delivered.headers["content-disposition"] == 'attachment; filename="ABC.json"'

    async def test_notes_on_the_document_are_named(self, client: Client, public_documents: TwinDocuments) -> None:
        note = PublicNote(
            "Nota de crédito", "DTE-05-M001P001-000000000000012", "NOTA-1", datetime(2026, 11, 21, tzinfo=UTC)
        )
        public_documents.document = public(state="adjusted", notes=(note,))

        shown = text_of(await client.get(PAGE))

        assert "Nota de crédito del 20/11/2026 Número de control DTE-05-M001P001-000000000000012" in shown

    async def test_the_company_shows_its_logo_and_a_colour_on_which_white_is_readable(
        self, client: Client, public_documents: TwinDocuments
    ) -> None:
        public_documents.document = public(brand=Brand(PIXEL, "#ffff00"))

        html = (await client.get(PAGE)).body.decode()

        assert 'src="data:image/png;base64,' in html
        [colour] = re.findall(r"--company: (#[0-9a-f]{6})", html)
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5

    async def test_the_words_of_the_company_stand_below_the_payment(
        self, client: Client, public_documents: TwinDocuments
    ) -> None:
        public_documents.document = public(brand=Brand(terms="Cambios en 8 días."))

        assert "Plazo 30 días Cambios en 8 días." in text_of(await client.get(PAGE))

    async def test_a_reader_of_english_has_the_words_in_english_and_the_document_as_it_is(self, client: Client) -> None:
        reply = await client.get(PAGE, **{"accept-language": "en-US,en;q=0.9,es;q=0.5"})

        shown = text_of(reply)
        assert '<html lang="en">' in reply.body.decode()
        assert "received and stamped this document on 20/11/2026 at 12:31." in shown
        assert "Total ventas gravadas $ 142.00" in shown
        assert reply.headers["vary"] == "accept-language"
        lost = await client.get("/v/x", **{"accept-language": "en"})
        assert text_of(lost).startswith("We did not find this document")

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

    @pytest.mark.parametrize("path", [PAGE, "/v/x", "/wp-admin"])
    async def test_the_policy_lets_in_its_own_files_and_nothing_else(self, client: Client, path: str) -> None:
        reply = await client.get(path)
        html = reply.body.decode()
        [nonce] = set(re.findall(r'nonce="([^"]+)"', html))

        assert reply.headers["content-security-policy"] == (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        assert nonce not in (await client.get(path)).body.decode()
        assert "style=" not in html
        assert set(re.findall(r'(?:src|href)="(/[^"?]*)\?v=', html)) == {
            "/v/static/panel.css",
            "/v/static/public.css",
            "/v/static/panel.js",
        }
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

        assert (reply.status, text_of(reply)) == (404, text_of(known))
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

    async def test_the_files_of_the_page_are_kept_by_the_browser_and_no_others_are_there(self, client: Client) -> None:
        html = (await client.get(PAGE)).body.decode()
        addresses = re.findall(r'(?:src|href)="(/v/static/[^"]*)"', html)

        replies = [await client.get(each) for each in addresses]

        assert {(each.status, each.headers["cache-control"]) for each in replies} == {
            (200, "public, max-age=31536000, immutable")
        }
        assert (await client.get("/v/static/htmx.min.js")).status == 404

    async def test_other_paths_are_no_pages(self, client: Client) -> None:
        reply = await client.get("/wp-admin")

        assert (reply.status, text_of(reply).startswith("No existe esta página")) == (404, True)

    @pytest.mark.parametrize("accept", [None, "*/*", "text/html,application/xhtml+xml,*/*;q=0.8"])
    async def test_the_bare_address_leads_to_the_panel(self, client: Client, accept: str | None) -> None:
        for method in ("GET", "HEAD"):
            reply = await client.send(method, "/?next=//example.com", b"", {"accept": accept} if accept else {})

            assert (reply.status, reply.headers["location"], "set-cookie" in reply.headers) == (303, "/panel", False)

    async def test_a_program_at_the_bare_address_is_led_nowhere(self, client: Client) -> None:
        asked = await client.get("/", accept="application/json")
        keyed = await client.get("/", authorization="Bearer odt_x")
        posted = await client.post("/", {})

        assert [each.status for each in (asked, keyed, posted)] == [404] * 3
        assert {each.code for each in (keyed, posted)} == {"route_unknown"}

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


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
