"""The list of documents: what finds one, what narrows the list, pages, export, and whose documents are seen."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ocote.archive.exporting import Exporter
from tests.builders.bodies import LARGE_TAXPAYER, ccf, invoice, purchase
from tests.databases import Databases
from tests.panel.documents_seen import TWO_POINTS, found, key_at, listed
from tests.panel_client import PanelClient, person_at
from tests.running_gateway import RunningGateway, running_gateway

HOSTILE = '<script>alert("x")</script>'
LONG = "Ñ" * 250
ARABIC = "\u0634\u0631\u0643\u0629 \u0639\u0631\u0628\u064a\u0629"


class Shop:
    """A gateway with a day of documents, and the browser of its owner."""

    def __init__(self, gateway: RunningGateway) -> None:
        self.gateway = gateway
        gateway.is_now(2026, 6, 2, 9)
        self.old = gateway.post("/invoice", invoice("vieja-1", lines=[_line(77.70)]))
        gateway.is_now(2026, 6, 3, 9)
        self.sale = gateway.post("/invoice", invoice("POS-1", customer={"name": HOSTILE, "dui": "00016297-5"}))
        self.ccf = gateway.post("/invoice", ccf("POS-2"))
        self.purchase = gateway.post("/suex", purchase("compra-1"))
        self.long = gateway.post("/invoice", invoice("POS-3", customer={"name": LONG}))
        self.arabic = gateway.post("/invoice", invoice("POS-4", customer={"name": ARABIC}))
        gateway.emulator.control.fault("reject", "reception", code="020", text="<b>No</b> cuadra")
        self.rejected = gateway.post("/invoice", invoice("POS-5", lines=[_line(20.00)]))
        self.owner = person_at(gateway)


def _line(price: float) -> dict[str, Any]:
    return {"description": "Algo", "quantity": 1, "unit_price": price}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, all_databases: Databases, tmp_path_factory: Any) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(getattr(all_databases, request.param)(), folder, point_of_sale=TWO_POINTS) as gateway:
        yield Shop(gateway)


def test_the_newest_document_stands_first_with_its_state_in_words(shop: Shop) -> None:
    shown = shop.owner.get("/c/1/documents")
    assert listed(shown)[0] == shop.rejected["control_number"]
    assert listed(shown)[-1] == shop.old["control_number"]
    for words in ("Rechazado", "Sellado", "Comprobante de crédito fiscal", "03/06/2026 09:", "$ 11.30", LONG, ARABIC):
        assert words.replace("$ ", "") in shown.words, words


def test_what_a_customer_is_called_is_text_and_never_markup(shop: Shop) -> None:
    shown = shop.owner.get("/c/1/documents")
    assert HOSTILE not in shown.text
    assert HOSTILE in shown.words


def test_a_document_is_found_by_whatever_is_printed_on_it(shop: Shop) -> None:
    number = shop.ccf["control_number"]
    texts = (
        number,
        number.lower(),
        shop.ccf["generation_code"],
        shop.ccf["reception_stamp"],
        "POS-2",
        "113.00",
        "%24112",
        LARGE_TAXPAYER["nit"],
        "2345678",
        "gran+contribuyente",
    )
    for text in texts:
        assert found(shop.owner, f"q={text}") == [number], text
    assert found(shop.owner, f"q={number[-1]}")[-1] == shop.old["control_number"]
    assert shop.purchase["control_number"] in found(shop.owner, "q=00016297-5")
    assert found(shop.owner, "q=nadie+se+llama+as%C3%AD") == []


def test_a_text_that_means_nothing_finds_nothing_and_breaks_nothing(shop: Shop) -> None:
    for text in ("%25_!", "%C2%A0", "'%20OR%201=1", "9" * 5000, "%E2%80%AE", "%FF%FE"):
        assert shop.owner.get(f"/c/1/documents?q={text}").status == 200, text


def test_filters_narrow_the_list_and_stay_in_the_address(shop: Shop) -> None:
    number = {name: getattr(shop, name)["control_number"] for name in ("old", "ccf", "purchase", "rejected")}
    assert found(shop.owner, "doc_type=03") == [number["ccf"]]
    assert found(shop.owner, "doc_type=14") == [number["purchase"]]
    assert found(shop.owner, "state=rejected") == [number["rejected"]]
    assert found(shop.owner, "state=contingency") == found(shop.owner, "state=invalidated") == []
    assert found(shop.owner, "period=yesterday") == [number["old"]]
    assert number["old"] not in found(shop.owner, "period=today")
    assert found(shop.owner, "date_from=2026-06-02&date_to=2026-06-02") == [number["old"]]
    assert found(shop.owner, "q=77.70&period=month") == [number["old"]]
    assert found(shop.owner, "q=77.70&period=today") == []
    assert found(shop.owner, "point=M001P001&doc_type=03") == [number["ccf"]]


@pytest.mark.parametrize(
    "query", ["date_from=ayer", "doc_type=99", "state=x", "date_from=2026-06-03&date_to=2026-06-02"]
)
def test_a_filter_that_cannot_be_is_explained(shop: Shop, query: str) -> None:
    shown = shop.owner.get(f"/c/1/documents?{query}")
    assert shown.status == 400
    assert "Revise lo siguiente" in shown.words


def test_pages_follow_each_other_with_the_filter(shop: Shop) -> None:
    sold = [shop.gateway.post("/invoice", invoice(f"serie-{n}", lines=[_line(3.33)])) for n in range(55)]
    first = shop.owner.get("/c/1/documents?q=3.33")
    [older] = [part.split('"')[0] for part in first.text.split('rel="next" href="')[1:]]
    second = shop.owner.get(older.replace("&amp;", "&").removeprefix("/panel"))
    numbers = [answer["control_number"] for answer in reversed(sold)]
    assert listed(first) + listed(second) == numbers
    cursor = older.rpartition("cursor=")[2]
    for query in (
        f"cursor={cursor}",
        f"q=3.34&cursor={cursor}",
        "cursor=x",
        "cursor=%C3%B1",
        f"q=3.33&cursor={cursor}A",
    ):
        assert shop.owner.get(f"/c/1/documents?{query}").status == 404, query


def test_what_is_listed_is_exported_and_nothing_else(shop: Shop) -> None:
    shown = shop.owner.get("/c/1/documents/export?format=csv&doc_type=03")
    assert shown.headers["content-disposition"].startswith('attachment; filename="documentos-')
    rows = list(csv.DictReader(io.StringIO(shown.content.decode("utf-8-sig"))))
    assert [row["Número de control"] for row in rows] == [shop.ccf["control_number"]]
    workbook = shop.owner.get("/c/1/documents/export?format=xlsx&q=POS-2")
    with zipfile.ZipFile(io.BytesIO(workbook.content)) as archive:
        assert archive.testzip() is None
    everything = shop.owner.get("/c/1/documents/export?format=csv")
    exported = [row["Número de control"] for row in csv.DictReader(io.StringIO(everything.content.decode("utf-8-sig")))]
    assert len(exported) == len(set(exported)) >= 7
    for query in ("", "format=zip", "format=csv&state=x", "format=csv&cursor=x"):
        assert shop.owner.get(f"/c/1/documents/export?{query}").status == 404


def test_a_cashier_sees_the_documents_of_their_points_of_sale_alone(shop: Shop) -> None:
    key = key_at(shop.gateway, "M001P002")
    other = shop.gateway.post("/invoice", invoice("caja-2"), key=key)
    here = person_at(
        shop.gateway, email=f"caja2-{shop.gateway.url[-5:]}@example.com", role="cashier", points=["M001P002"]
    )
    assert found(here) == [other["control_number"]]
    assert found(here, "q=POS-2") == found(here, f"q={shop.ccf['control_number']}") == found(here, "q=113.00") == []
    assert found(here, "point=M001P001") == found(here, "q=M001P001") == []
    assert found(here, "q=M001P002") == [other["control_number"]]
    assert found(shop.owner, "point=M001P002") == [other["control_number"]]
    assert here.get(f"/c/1/documents/{shop.ccf['document_id']}").status == 404
    assert here.get(f"/c/1/documents/{shop.ccf['document_id']}/file/json").status == 404
    assert here.post(f"/c/1/documents/{shop.ccf['document_id']}/cancel", {"reason": "2"}).status == 404
    assert here.get(f"/c/1/documents/{other['document_id']}").status == 200
    assert here.get("/c/1/documents/export?format=csv").status == 403


def test_a_stranger_sees_no_list(shop: Shop) -> None:
    other = person_at(shop.gateway, email=f"ajena-{shop.gateway.url[-5:]}@example.com", role=None)
    for path in ("/c/1/documents", "/c/2/documents", f"/c/1/documents/{shop.ccf['document_id']}"):
        assert other.get(path).status == 404
    assert PanelClient(shop.gateway.url).get("/c/1/documents").status == 303


def test_while_an_export_runs_the_list_says_so_and_no_file_is_broken(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = {1}
    monkeypatch.setattr(Exporter, "_running", property(lambda _: runs, lambda *_: None), raising=False)
    answer = shop.owner.get("/c/1/documents/export?format=csv&doc_type=03")
    assert answer.headers["location"] == "/panel/c/1/documents?doc_type=03"
    assert "sigue en curso" in shop.owner.follow(answer).words
