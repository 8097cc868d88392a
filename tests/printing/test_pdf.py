"""The PDFs as the customer gets them."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ocote.dte.types import DOCUMENT_TYPES
from ocote.printing.brand import Brand
from ocote.printing.figures import money
from ocote.printing.identifiers import registration, tax_number
from ocote.printing.pdf import render, render_invalidation
from ocote.printing.roll import RollWidth
from ocote.printing.sheet import Layout
from tests.printing.documents import STAMP, in_contingency, in_test_environment, sample, with_lines
from tests.printing.reading import page_sizes_mm, picture, scanned, words

_WRITTEN_BY_THE_EDITIONS = Path(__file__).parent.parent / "dte" / "golden"
_LAYOUTS: tuple[Layout, ...] = ("ticket", "letter")


def _picture(kind: str) -> bytes:
    content = BytesIO()
    Image.new("RGB", (40, 20), (14, 77, 100)).save(content, kind)
    return content.getvalue()


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_an_invoice_shows_all_that_is_compulsory(layout: Layout) -> None:
    text = words(render(sample("01-v2"), stamp=STAMP, layout=layout))

    for compulsory in (
        "DOCUMENTO TRIBUTARIO ELECTRÓNICO",
        "Factura",
        "6B0D549B-6F03-475A-9600-A35A099950D8",
        "DTE-01-M001P001-000000000000042",
        STAMP,
        "Previo",
        "Normal",
        "14/12/2026 10:29:58",
        "Emisor de Prueba, Sociedad Anónima de Capital Variable",
        "0614-999999-001-7",
        "123456-7",
        "Venta en supermercados",
        "Calle de Prueba n.º 1, local 2",
        "Cliente de prueba",
        "00000001-7",
        "Café molido de altura",
        "29.25",
        "$39.25",
        "TREINTA Y NUEVE 25/100 DÓLARES",
        "Contado",
        "Página 1 de 1",
    ):
        assert compulsory in text, compulsory


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize("name", ["01-v1", "01-v2"])
def test_the_printed_code_opens_the_public_consultation(name: str, layout: Layout) -> None:
    document = sample(name)
    identification = document["identificacion"]

    (url,) = scanned(picture(render(document, stamp=STAMP, layout=layout)))
    assert url == (
        "https://admin.factura.gob.sv/consultaPublica"
        f"?ambiente={identification['ambiente']}&codGen={identification['codigoGeneracion']}"
        f"&fechaEmi={identification['fecEmi']}"
    )


def test_the_code_survives_a_thermal_printer() -> None:
    on_paper = picture(render(sample("01-v2"), stamp=STAMP, layout="ticket"), dpi=203).convert("1")

    assert len(scanned(on_paper.convert("L"))) == 1


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_marks_stand_on_every_page(layout: Layout) -> None:
    document = with_lines(in_contingency(in_test_environment(sample("01-v2"))), 90)
    pdf = render(document, stamp=None, layout=layout, undone="invalidated")

    for page in range(len(page_sizes_mm(pdf))):
        text = words(pdf, page)
        assert "PRUEBA – SIN VALIDEZ FISCAL" in text
        assert "TRANSMISIÓN POR CONTINGENCIA" in text
        assert "INVALIDADO" in text


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_a_plain_document_has_no_mark(layout: Layout) -> None:
    text = words(render(sample("01-v2"), stamp=STAMP, layout=layout))

    assert "PRUEBA – SIN" not in text
    assert "POR CONTINGENCIA" not in text
    assert "INVALIDADO" not in text


def test_a_short_ticket_is_8_by_21_centimetres() -> None:
    assert page_sizes_mm(render(sample("01-v2"), stamp=STAMP, layout="ticket")) == [(80.0, 210.0)]


def test_the_narrow_roll_holds_the_same_words() -> None:
    on_wide = words(render(sample("01-v2"), stamp=STAMP, layout="ticket"))
    narrow = render(sample("01-v2"), stamp=STAMP, layout="ticket", brand=Brand(roll_mm=58))

    assert page_sizes_mm(narrow) == [(58.0, 210.0)]
    assert sorted(words(narrow).split()) == sorted(on_wide.split())
    assert len(scanned(picture(narrow, dpi=203))) == 1


def test_a_longer_ticket_stays_one_strip_that_grows() -> None:
    ((width, height),) = page_sizes_mm(render(with_lines(sample("01-v2"), 60), stamp=STAMP, layout="ticket"))

    assert width == 80.0
    assert 500 < height < 900


def test_a_ticket_too_long_for_pdf_readers_is_cut_into_numbered_pages() -> None:
    pdf = render(with_lines(sample("01-v2"), 400), stamp=STAMP, layout="ticket")

    sizes = page_sizes_mm(pdf)
    assert set(sizes) == {(80.0, 1000.0)}
    assert len(sizes) > 1
    assert f"Página 2 de {len(sizes)}" in words(pdf, 1)
    assert "Importe US$" in words(pdf, 1)


def test_every_page_of_a_ticket_that_was_cut_bears_the_marks() -> None:
    document = with_lines(in_contingency(in_test_environment(sample("01-v2"))), 300)
    pdf = render(document, stamp=STAMP, layout="ticket", brand=Brand(roll_mm=58), undone="invalidated")
    pages = [words(pdf, page) for page in range(len(page_sizes_mm(pdf)))]
    assert len(pages) > 1
    for mark in ("INVALIDADO", "PRUEBA – SIN VALIDEZ FISCAL", "TRANSMISIÓN POR CONTINGENCIA"):
        assert [text.count(mark) for text in pages] == [1] * len(pages)


def test_a_letter_of_one_line_is_one_page() -> None:
    assert page_sizes_mm(render(sample("01-v1"), stamp=STAMP, layout="letter")) == [(215.9, 279.4)]


def test_a_letter_of_forty_lines_repeats_its_heads_and_numbers_its_pages() -> None:
    pdf = render(with_lines(sample("03-v2"), 40), stamp=STAMP, layout="letter")

    assert len(page_sizes_mm(pdf)) == 2
    for page in (0, 1):
        assert "Precio unitario" in words(pdf, page)
        assert f"Página {page + 1} de 2" in words(pdf, page)
    assert "DTE-03-S002P001-000000000000007" in words(pdf, 1)


@pytest.mark.slow
def test_sums_are_carried_from_page_to_page() -> None:
    # Lines of 775.00, 30.00 exempt and −20.00 not taxable in turn: 900 lines are 300 of each.
    pdf = render(with_lines(sample("03-v1"), 900), stamp=STAMP, layout="letter")

    pages = len(page_sizes_mm(pdf))
    carried = [words(pdf, page).split("Pasan ")[1].split()[:3] for page in range(pages - 1)]
    brought = [words(pdf, page).split("Vienen ")[1].split()[:3] for page in range(1, pages)]
    assert pages > 10
    assert carried == brought
    assert "Vienen" not in words(pdf, 0)
    assert "Pasan" not in words(pdf, pages - 1)
    assert carried[0][2].endswith("00")
    assert [float(sums[2].replace(",", "")) for sums in carried] == sorted(
        float(sums[2].replace(",", "")) for sums in carried
    )


@pytest.mark.parametrize("count", range(12, 20))
def test_totals_never_stand_alone_and_the_sums_are_carried_to_them(count: int) -> None:
    pdf = render(with_lines(sample("03-v2"), count), stamp=STAMP, layout="letter")

    pages = [words(pdf, page) for page in range(len(page_sizes_mm(pdf)))]
    (totals,) = [page for page, text in enumerate(pages) if "TOTAL EN LETRAS" in text]
    assert f" {count} " in pages[totals].partition("Precio unitario")[2].partition("TOTAL EN LETRAS")[0]
    assert ["Pasan" in text for text in pages] == [page < totals for page in range(len(pages))]
    assert ["Vienen" in text for text in pages] == [0 < page <= totals for page in range(len(pages))]


def test_after_a_line_that_fills_pages_the_totals_have_the_sums_before_them() -> None:
    document = with_lines(sample("03-v2"), 13)
    document["cuerpoDocumento"][0]["descripcion"] = "\n".join("renglón" for _ in range(9))

    for count in range(9, 40):
        document["cuerpoDocumento"][0]["descripcion"] = "\n".join("renglón" for _ in range(count))
        pdf = render(document, stamp=STAMP, layout="letter")
        last = len(page_sizes_mm(pdf)) - 1
        if "Descripción" not in words(pdf, last) and "TOTAL EN LETRAS" in words(pdf, last):
            assert "Vienen" in words(pdf, last)
            return
    pytest.fail("no length left the totals alone")


def test_a_letter_leads_to_the_issuers_own_page_in_words_that_can_be_typed() -> None:
    own = "https://facturas.example.com/v/" + "A1b2" * 12
    pdf = render(sample("01-v2"), stamp=STAMP, layout="letter", link=own)

    assert f"Descargue este documento en {own}" in words(pdf)


_OWN_PAGE = "https://facturas.example.com/v/" + "A1-2" * 12


@pytest.mark.parametrize("roll_mm", [80, 58])
def test_a_ticket_has_the_issuers_own_page_as_a_link_and_in_words_that_can_be_typed(roll_mm: RollWidth) -> None:
    pdf = render(sample("01-v2"), stamp=STAMP, layout="ticket", link=_OWN_PAGE, brand=Brand(roll_mm=roll_mm))

    assert _OWN_PAGE.encode() in pdf
    assert "Descargue su documento" in words(pdf)
    assert _OWN_PAGE.removeprefix("https://") in words(pdf).replace(" ", "")
    assert "Descargue su documento" not in words(render(sample("01-v2"), stamp=STAMP, layout="ticket"))


def test_a_wide_roll_has_a_second_code_for_the_issuers_own_page_and_a_narrow_one_has_not() -> None:
    tickets = [
        render(sample("01-v2"), stamp=STAMP, layout="ticket", link=_OWN_PAGE, brand=Brand(roll_mm=roll_mm))
        for roll_mm in (80, 58)
    ]
    wide, narrow = (scanned(picture(ticket, dpi=203).convert("1").convert("L")) for ticket in tickets)

    assert sorted(url.partition("?")[0] for url in wide) == [
        "https://admin.factura.gob.sv/consultaPublica",
        _OWN_PAGE,
    ]
    assert [url.partition("?")[0] for url in narrow] == ["https://admin.factura.gob.sv/consultaPublica"]


@pytest.mark.parametrize("roll_mm", [80, 58])
@pytest.mark.parametrize("edition", ["v1", "v2"])
@pytest.mark.parametrize("doc_type", ["03", "05", "14"])
def test_a_ticket_of_another_type_shows_all_that_is_compulsory(doc_type: str, edition: str, roll_mm: RollWidth) -> None:
    document = sample(f"{doc_type}-{edition}")
    pdf = render(document, stamp=STAMP, layout="ticket", brand=Brand(roll_mm=roll_mm))
    text = words(pdf)

    party = document.get("sujetoExcluido") or document["receptor"]
    figures = document["resumen"]
    compulsory = [
        DOCUMENT_TYPES[doc_type].title,
        document["identificacion"]["codigoGeneracion"],
        document["identificacion"]["numeroControl"],
        STAMP,
        party["nombre"],
        tax_number(party.get("nit") or party["numDocumento"]),
        party["direccion"]["complemento"],
        *(line["descripcion"] for line in document["cuerpoDocumento"]),
        *(tax["descripcion"] for tax in figures.get("tributos") or ()),
        *(money(tax["valor"]) for tax in figures.get("tributos") or ()),
        f"${money(figures.get('totalPagar', figures['montoTotalOperacion'] if doc_type == '05' else 0))}",
        figures["totalLetras"],
    ]
    if doc_type != "14":
        compulsory += [registration(party["nrc"]), party["descActividad"]]
    for withheld, label in (("ivaRete", "IVA retenido"), ("ivaRete1", "IVA retenido"), ("reteRenta", "renta")):
        if figures.get(withheld):
            compulsory += [label, money(figures[withheld])]
    for each in document.get("documentoRelacionado") or ():
        compulsory.append(each["numeroDocumento"])
    assert [each for each in compulsory if each not in text] == []
    assert len(scanned(picture(pdf, dpi=203))) == 1


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize("link", [None, "https://facturas.example.com/v/x"])
def test_the_code_says_that_it_leads_to_the_ministry(layout: Layout, link: str | None) -> None:
    assert "Consulta en Hacienda" in words(render(sample("01-v2"), stamp=STAMP, layout=layout, link=link))


def test_a_narrow_roll_is_printed_on_the_48_mm_that_its_printers_reach() -> None:
    document = in_contingency(in_test_environment(sample("01-v2")))
    document["cuerpoDocumento"][0]["descripcion"] = "M" * 200
    document["resumen"]["totalPagar"] = Decimal("99999999.99")
    pdf = render(document, stamp=None, layout="ticket", brand=Brand(roll_mm=58), undone="adjusted")
    ink = picture(pdf, dpi=508).convert("L").point(lambda grey: 255 if grey < 128 else 0)

    box = ink.getbbox()
    assert box is not None
    left, _, right, _ = box
    half_a_stroke_mm = 0.2
    assert left / 20 >= 5 - half_a_stroke_mm
    assert right / 20 <= 53 + half_a_stroke_mm


def test_a_word_without_blanks_fills_its_lines() -> None:
    document = sample("03-v2")
    document["cuerpoDocumento"][0]["descripcion"] = "A" * 120
    lines = re.findall("A{5,}", words(render(document, stamp=STAMP, layout="letter")))

    assert "".join(lines) == "A" * 120
    assert len(lines) <= 4


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize("word", ["A", "-1", "7-1 ", "a.b.", "a\u200b", "\U0001f382"])
def test_the_longest_text_of_a_document_is_set_whatever_its_words(word: str, layout: Layout) -> None:
    document = sample("01-v2")
    document["resumen"]["observaciones"] = word * (2990 // len(word)) + " al final"

    assert "al final" in words(render(document, stamp=STAMP, layout=layout))


def test_a_long_description_is_shown_to_its_end() -> None:
    document = sample("01-v2")
    document["cuerpoDocumento"][0]["descripcion"] = "Descripción extensa " * 70 + "hasta el final."

    for layout in _LAYOUTS:
        assert "hasta el final." in words(render(document, stamp=STAMP, layout=layout))


def test_a_description_of_many_lines_continues_on_the_next_page() -> None:
    document = sample("03-v2")
    document["cuerpoDocumento"][0]["descripcion"] = "\n".join(f"renglón {n}" for n in range(140))

    pdf = render(document, stamp=STAMP, layout="letter")
    assert "renglón 0 " in words(pdf, 0)
    assert "renglón 139" in words(pdf)
    assert len(page_sizes_mm(pdf)) > 2


def test_an_address_that_could_wrap_is_copied_whole() -> None:
    document = sample("01-v2")
    document["receptor"]["correo"] = "compras.varias.de.prueba@example.com"

    assert "compras.varias.de.prueba@example.com" in words(render(document, stamp=STAMP, layout="letter"))


def test_text_is_never_read_as_markup() -> None:
    document = sample("01-v2")
    document["cuerpoDocumento"][0]["descripcion"] = '#panic("x") $x$ *a* _b_ <c> @d `e` \\ "comillas" [f] // g'

    for layout in _LAYOUTS:
        assert '#panic("x") $x$ *a* _b_ <c> @d `e` \\ "comillas" [f] // g' in words(
            render(document, stamp=STAMP, layout=layout)
        )


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_a_document_is_archival_and_accessible(layout: Layout) -> None:
    pdf = render(sample("01-v2"), stamp=STAMP, layout=layout)

    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"es-SV" in pdf


@pytest.mark.parametrize("layout", _LAYOUTS)
def test_the_same_document_gives_the_same_bytes(layout: Layout) -> None:
    first = render(sample("03-v2"), stamp=STAMP, layout=layout, brand=Brand(_picture("PNG"), "#7a1f1f"))
    render(sample("01-v1"), stamp=STAMP, layout=layout)

    assert render(sample("03-v2"), stamp=STAMP, layout=layout, brand=Brand(_picture("PNG"), "#7a1f1f")) == first


def test_threads_do_not_disturb_each_other() -> None:
    documents = [with_lines(sample(name), count) for name in ("01-v2", "03-v2") for count in (1, 5, 30)] * 2
    expected = [render(document, stamp=STAMP, layout="letter") for document in documents]

    with ThreadPoolExecutor(4) as pool:
        rendered = list(pool.map(lambda document: render(document, stamp=STAMP, layout="letter"), documents))

    assert rendered == expected


@pytest.mark.parametrize("layout", _LAYOUTS)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_logo_is_printed(layout: Layout, kind: str) -> None:
    def blue(pdf: bytes) -> int:
        red, _, blue = (band.tobytes() for band in picture(pdf, dpi=40).convert("RGB").split())
        return sum(there > here + 50 for here, there in zip(red, blue, strict=True))

    plain = render(sample("01-v2"), stamp=STAMP, layout=layout, brand=Brand(colour="#000000"))
    with_logo = render(sample("01-v2"), stamp=STAMP, layout=layout, brand=Brand(_picture(kind), "#000000"))

    assert blue(plain) == 0
    assert blue(with_logo) > 100


def test_a_logo_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="PNG or a JPEG"):
        render(sample("01-v2"), stamp=STAMP, layout="letter", brand=Brand(logo=b"<svg/>"))


@pytest.mark.slow
@pytest.mark.parametrize("layout", _LAYOUTS)
def test_two_thousand_lines_are_all_there(layout: Layout) -> None:
    document = with_lines(sample("01-v2"), 2000)
    document["cuerpoDocumento"][1999]["descripcion"] = "El último renglón"

    assert "El último renglón" in words(render(document, stamp=STAMP, layout=layout))


@pytest.mark.parametrize("doc_type", ["01", "03", "05", "11", "14"])
@pytest.mark.parametrize("edition", ["v1", "v2"])
def test_every_type_and_edition_has_a_letter(doc_type: str, edition: str) -> None:
    document = sample(f"{doc_type}-{edition}")
    text = words(render(document, stamp=STAMP, layout="letter"))

    assert document["identificacion"]["numeroControl"] in text
    assert document["resumen"]["totalLetras"] in text
    assert document["cuerpoDocumento"][0]["descripcion"] in text


@pytest.mark.parametrize("path", sorted(_WRITTEN_BY_THE_EDITIONS.rglob("*.json")), ids=lambda path: str(path.stem))
def test_what_the_editions_write_can_be_printed(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    identification = document["identificacion"]

    if "tipoDte" in identification:
        assert identification["numeroControl"] in words(render(document, stamp=None, layout="letter"))
        assert identification["numeroControl"] in words(render(document, stamp=None, layout="ticket"))
    elif "documento" in document:
        assert document["documento"]["numeroControl"] in words(render_invalidation(document, stamp=None))


def test_an_invalidation_is_a_letter_whose_code_leads_to_the_document() -> None:
    pdf = render_invalidation(sample("invalidation-v1"), stamp=STAMP)

    assert "Evento de invalidación" in words(pdf)
    assert "PRUEBA – SIN VALIDEZ FISCAL" in words(pdf)
    (url,) = scanned(picture(pdf))
    assert url == (
        "https://admin.factura.gob.sv/consultaPublica"
        "?ambiente=00&codGen=A170B338-3926-4059-B28C-105D1FB17C23&fechaEmi=2026-08-14"
    )
