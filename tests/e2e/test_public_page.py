"""A receiver looks at documents that were really issued."""

import re
from html import unescape

from ocote.public_links import Linked, PublicLinks
from tests.builders.bodies import ccf, invoice
from tests.e2e.public_page import opened, public_url
from tests.running_gateway import Reply, RunningGateway


def headline(reply: Reply) -> str:
    [found] = re.findall(r"<h1>(.*?)</h1>", reply.content.decode())
    return unescape(found)


def tells_of_a_stamp_to_come(reply: Reply) -> bool:
    """Whether the page says that MH will know of the document only later."""
    return "cuando tenga su sello" in reply.content.decode()


def test_a_stamped_document_is_shown_with_the_very_files_that_are_delivered(gateway: RunningGateway) -> None:
    issued = gateway.post("/invoice", invoice("caja-1"))
    url = public_url(gateway, issued["document_id"])

    page = opened(url)

    assert (page.status, headline(page)) == (200, "Sellado por Hacienda")
    assert not tells_of_a_stamp_to_come(page)
    for text in ("11.30", issued["control_number"], issued["generation_code"], issued["reception_stamp"]):
        assert text in page.content.decode()
    assert "Documento de prueba, sin validez fiscal" in page.content.decode()
    assert opened(f"{url}/json").content == gateway.request("GET", "/file/caja-1?type=json").content
    assert opened(f"{url}/pdf").content == gateway.request("GET", "/file/caja-1?type=invoice").content
    head = opened(url, "HEAD")
    assert (head.status, head.content) == (200, b"")


def test_an_invalidated_document_says_so(gateway: RunningGateway) -> None:
    issued = gateway.post("/invoice", invoice("caja-1"))
    gateway.request("POST", "/invalidate/caja-1")

    url = public_url(gateway, issued["document_id"])
    page = opened(url)
    assert headline(page) == "Invalidado"
    assert not tells_of_a_stamp_to_come(page)
    assert f"{url.removeprefix(gateway.url)}/invalidation/pdf" in page.content.decode()
    assert opened(f"{url}/invalidation/pdf").content.startswith(b"%PDF")
    assert opened(f"{url}/invalidation/json").json()["selloRecibido"]


def test_a_ccf_that_a_note_took_back_says_so(gateway: RunningGateway) -> None:
    issued = gateway.post("/invoice", ccf("b2b-1"))
    note = gateway.post("/credit-memo", {"document_id": "b2b-1", "full_adjustment": True})

    page = opened(public_url(gateway, issued["document_id"]))
    assert headline(page) == "Anulado por una nota de crédito"
    assert note["control_number"] in page.content.decode()
    assert not tells_of_a_stamp_to_come(page)


def test_a_document_in_contingency_has_its_files_without_the_stamp(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("down", "reception", 100)
    issued = gateway.post("/invoice", invoice("caja-1"))
    url = public_url(gateway, issued["document_id"])

    assert headline(opened(url)) == "Emitido en contingencia"
    assert tells_of_a_stamp_to_come(opened(url))
    delivered = opened(f"{url}/json").json()
    assert "firmaElectronica" in delivered
    assert "selloRecibido" not in delivered
    assert opened(f"{url}/pdf").content.startswith(b"%PDF")


def test_a_refused_document_is_not_handed_out(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception")
    body = ccf("caja-1")
    issued = gateway.post("/invoice", body)
    assert issued["rejected"] is True
    url = public_url(gateway, issued["document_id"])

    page = opened(url)
    assert headline(page) == "Rechazado por Hacienda"
    customer, html = body["customer"], unescape(page.content.decode())
    assert customer["name"] in html
    assert not [name for name in ("nit", "nrc", "address", "email") if customer[name] in html]
    assert body["lines"][0]["description"] not in html
    assert [opened(f"{url}/{kind}").status for kind in ("pdf", "json")] == [404, 404]


def test_a_link_made_without_the_secret_shows_nothing(gateway: RunningGateway) -> None:
    issued = gateway.post("/invoice", invoice("caja-1"))
    other = PublicLinks.from_secret("otro-secreto-de-prueba-de-mas-de-32-caracteres", gateway.url)
    forged = other.url(Linked(1, issued["document_id"]))
    assert forged is not None

    page, unknown = opened(forged), opened(f"{gateway.url}/v/{'A' * 48}")

    assert (page.status, headline(page)) == (404, headline(unknown))


def test_what_is_neither_api_nor_page_is_not_found(gateway: RunningGateway) -> None:
    assert headline(opened(f"{gateway.url}/wp-admin")) == "No existe esta página"
