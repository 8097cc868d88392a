"""Credit notes (05) against their CCF, and one step beside the rules."""

from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from ocote.emulator.clock import EL_SALVADOR
from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client
from tests.emulator.documents import attached, credit_note, events, tax_credit, wider
from tests.emulator.documents.parts import Document, Emission
from tests.emulator.documents.tax_credit import vat

D = Decimal
EDITIONS = pytest.mark.parametrize(
    ("make_ccf", "make_note"),
    [
        (tax_credit.v3, credit_note.v3),
        (tax_credit.v4, credit_note.v4),
        (tax_credit.v3, credit_note.v4),
        (tax_credit.v4, credit_note.v3),
    ],
    ids=["v3 on v3", "v4 on v4", "v4 on v3", "v3 on v4"],
)

BOTH_NOTES = pytest.mark.parametrize(
    ("make", "make_ccf"), [(credit_note.v3, tax_credit.v3), (credit_note.v4, tax_credit.v4)], ids=["v3", "v4"]
)


def _stamped_ccf(client: Client, emission: Emission, make: Any = tax_credit.v4) -> Document:
    ccf: Document = make(emission)
    assert client.send(ccf).status == 200
    return ccf


@EDITIONS
def test_example_5_1_is_stamped_in_either_edition_of_either(
    client: Client, emission: Emission, make_ccf: Any, make_note: Any
) -> None:
    ccf = _stamped_ccf(client, emission, make_ccf)
    answer = client.send(make_note(emission.next(), ccf))
    assert answer.status == 200, answer.body


def test_the_manual_s_own_example_is_stamped(client: Client, emission: Emission) -> None:
    ccf = _stamped_ccf(client, emission)
    note = credit_note.as_in_the_manual(credit_note.v4(emission.next(), ccf))
    assert client.send(note).status == 200


ARITHMETIC_V4: list[tuple[Changes, str, str]] = [
    ({"cuerpoDocumento.0.ventaGravada": D("25")}, "cuerpoDocumento.1.ventaGravada", "15"),
    ({"cuerpoDocumento.0.totalIva": D("3.12")}, "cuerpoDocumento.1.totalIva", "15"),
    ({"resumen.totalGravada": D("24.02")}, "resumen.totalGravada", "16"),
    ({"resumen.subTotalVentas": D("24.02")}, "resumen.subTotalVentas", "16"),
    ({"resumen.totalDescu": 0}, "resumen.totalDescu", "16"),
    ({"resumen.tributos.0.valor": D("3.14")}, "resumen.tributos.1.valor", "16"),
    ({"resumen.ivaRete": D("0.26")}, "resumen.ivaRete", "16"),
    ({"cuerpoDocumento.0.ivaRete": 0}, "resumen.ivaRete", "16"),
    ({"cuerpoDocumento.0.ivaPerci": D("0.24")}, "resumen.ivaPerci", "16"),
    ({"resumen.montoTotalOperacion": D("26.88")}, "resumen.montoTotalOperacion", "16"),
    ({"resumen.totalIva": D("3.12")}, "resumen.totalIva", "16"),
    ({"resumen.totalPagar": D("27.12")}, "resumen.totalPagar", "16"),
    ({"resumen.totalNoGravado": D("0.02")}, "resumen.totalNoGravado", "16"),
]


@pytest.mark.parametrize(("changes", "field", "class_code"), ARITHMETIC_V4, ids=lambda value: str(value)[:60])
def test_wrong_amounts_of_v4(client: Client, emission: Emission, changes: Changes, field: str, class_code: str) -> None:
    ccf = _stamped_ccf(client, emission)
    note = changed(credit_note.v4(emission.next(), ccf), changes)
    assert client.send(note).verdict == ("020", class_code, f"[{field}] CALCULO INCORRECTO")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"resumen.montoTotalOperacion": D("27.12")}, "montoTotalOperacion"),  # before withholding, as a CCF has it
        ({"resumen.subTotal": D("24.02")}, "subTotal"),
        ({"resumen.ivaRete1": D("0.26")}, "ivaRete1"),
        ({"resumen.tributos": [vat("3.14")]}, "tributos.1.valor"),
    ],
)
def test_wrong_amounts_of_v3(client: Client, emission: Emission, changes: Changes, field: str) -> None:
    ccf = _stamped_ccf(client, emission, tax_credit.v3)
    note = changed(credit_note.v3(emission.next(), ccf), changes)
    assert client.send(note).verdict == ("020", "16", f"[resumen.{field}] CALCULO INCORRECTO")


RELATION: list[tuple[Changes, tuple[str, str, str]]] = [
    (
        {"documentoRelacionado.0.numeroDocumento": "5B0D549B-6F03-475A-9600-A35A099950D8"},
        ("014", "14", "NO EXISTE UN REGISTRO CON ESTE DATO"),
    ),
    ({"documentoRelacionado.0.tipoDocumento": "07"}, ("014", "14", "NO EXISTE UN REGISTRO CON ESTE DATO")),
    (
        {"documentoRelacionado.0.tipoDocumento": "01"},
        ("007", "14", "[documentoRelacionado.1.tipoDocumento] VALOR NO ES PERMITIDO"),
    ),
    (
        {"documentoRelacionado.0.tipoGeneracion": 3},
        ("003", "14", "[documentoRelacionado.1.tipoGeneracion] VALOR NO VALIDO"),
    ),
    (
        {"documentoRelacionado.0.fechaEmision": "2026-08-13"},
        ("027", "14", "[documentoRelacionado.1.fechaEmision] DATO NO COINCIDE CON DTE"),
    ),
    (
        {"documentoRelacionado.0.fechaEmision": "2026-05-13"},
        ("018", "14", "[documentoRelacionado.1.fechaEmision] FECHA FUERA DE PLAZO PERMITIDO"),
    ),
    ({"receptor.numDocumento": "06149999990025"}, ("027", "13", "[receptor.numDocumento] DATO NO COINCIDE CON DTE")),
    ({"receptor.nrc": "111111"}, ("027", "13", "[receptor.nrc] DATO NO COINCIDE CON DTE")),
    ({"receptor.nrc": None}, ("005", "13", "[receptor.nrc] DEBE PROPORCIONAR UN VALOR")),
    (
        {"cuerpoDocumento.0.numeroDocumento": "5B0D549B-6F03-475A-9600-A35A099950D8"},
        ("003", "15", "[cuerpoDocumento.1.numeroDocumento] VALOR NO VALIDO"),
    ),
    ({"resumen.codigoRetencionMH": "22"}, ("024", "16", "[resumen.codigoRetencionMH] VALOR EN CAMPO NO APLICA")),
    ({"resumen.condicionOperacion": 4}, ("003", "16", "[resumen.condicionOperacion] VALOR NO VALIDO")),
]


@pytest.mark.parametrize(("changes", "verdict"), RELATION, ids=lambda value: str(value)[:70])
def test_a_note_agrees_with_its_ccf(
    client: Client, emission: Emission, changes: Changes, verdict: tuple[str, str, str]
) -> None:
    ccf = _stamped_ccf(client, emission)
    note = changed(credit_note.v4(emission.next(), ccf), changes)
    assert client.send(note).verdict == verdict


def test_related_documents_are_of_one_type(client: Client, emission: Emission) -> None:
    ccf = _stamped_ccf(client, emission)
    note = credit_note.v4(emission.next(), ccf)
    note["documentoRelacionado"].append(credit_note.related(ccf) | {"tipoDocumento": "07"})
    verdict = client.send(note).verdict
    assert verdict == ("026", "14", "[documentoRelacionado.2.tipoDocumento] NO SE PERMITEN VALORES DIFERENTES")


def test_a_note_on_an_invalidated_ccf_is_refused(client: Client, emission: Emission) -> None:
    ccf = tax_credit.v4(emission)
    stamp = client.send(ccf).body["selloRecibido"]
    assert client.invalidate(events.invalidation_v3(ccf, stamp)).status == 200
    note = credit_note.v4(emission.next(), ccf)
    assert client.send(note).verdict == ("015", "14", "DOCUMENTO SE ENCUENTA ANULADO")


def test_a_rejected_ccf_is_unknown(client: Client, emission: Emission) -> None:
    ccf = changed(tax_credit.v4(emission), {"resumen.totalPagar": 1})
    assert client.send(ccf).status == 400
    assert client.send(credit_note.v4(emission.next(), ccf)).body["codigoMsg"] == "014"


def test_another_company_s_ccf_is_unknown(client: Client, emission: Emission, mh: Any) -> None:
    ccf = _stamped_ccf(client, emission)
    other = Client(mh, mh.add_company(nit="06140000000055", certificate=client.company.certificate.decode()))
    note = credit_note.v4(replace(emission.next(), nit=other.company.nit), ccf)
    assert other.send(note).body["codigoMsg"] == "014"


def test_all_notes_together_stay_within_the_ccf(client: Client, emission: Emission) -> None:
    """Five notes of 24.00 take 120.00 of the 142.00; a sixth would make 144.00."""
    ccf = _stamped_ccf(client, emission)
    following = emission.next()
    notes = []
    for _ in range(5):
        notes.append(credit_note.v4(following, ccf))
        stamp = client.send(notes[-1]).body["selloRecibido"]
        assert stamp
        following = following.next()
    sixth = credit_note.v4(following, ccf)
    above = ("016", "14", "MONTO DE OPERACIÓN ES MAYOR AL DOCUMENTO RELACIONADO")
    assert client.send(sixth).verdict == above
    assert client.invalidate(events.invalidation_v3(notes[-1], stamp)).status == 200
    assert client.send(sixth).status == 200


def test_a_note_may_follow_for_three_months(client: Client, emission: Emission, mh: Any) -> None:
    ccf = _stamped_ccf(client, emission)
    mh.control.freeze_clock(datetime(2026, 11, 14, 12, tzinfo=EL_SALVADOR))
    client.login()
    last_day = replace(emission.next(), day="2026-11-14")
    assert client.send(credit_note.v4(last_day, ccf)).status == 200
    mh.control.move_clock(86_400)
    client.login()
    too_late = replace(last_day.next(), day="2026-11-15")
    assert client.send(credit_note.v4(too_late, ccf)).body["codigoMsg"] == "018"


def test_a_document_on_paper_is_judged_by_its_form_alone(client: Client, emission: Emission) -> None:
    note = credit_note.adjusting(emission, version=4)
    paper = {"tipoGeneracion": 1, "numeroDocumento": "21OB000F-77"}
    note["documentoRelacionado"][0] |= paper
    note["cuerpoDocumento"][0]["numeroDocumento"] = "21OB000F-77"
    assert client.send(note).status == 200


class TestKinds:
    """A CCF of 60.00 taxed, 10.00 exempt and 8.00 not subject, less 3.00, 0.50 and 0.40."""

    @BOTH_NOTES
    @pytest.mark.parametrize(
        ("kind", "most", "above"),
        [("ventaGravada", "57.00", "57.02"), ("ventaExenta", "9.50", "9.52"), ("ventaNoSuj", "7.60", "7.62")],
    )
    def test_a_note_takes_back_no_more_of_a_kind_than_is_left_after_discount(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any, kind: str, most: str, above: str
    ) -> None:
        ccf = wider.mixed_ccf(make_ccf(emission))
        assert client.send(ccf).status == 200
        too_much = client.send(_note_of(make(emission.next(), ccf), kind, above))
        assert too_much.verdict == ("016", "14", "MONTO DE OPERACIÓN ES MAYOR AL DOCUMENTO RELACIONADO")
        assert client.send(_note_of(make(emission.next(), ccf), kind, most)).status == 200
        again = client.send(_note_of(make(emission.next().next(), ccf), kind, "0.02"))
        assert again.body["codigoMsg"] == "016"

    @BOTH_NOTES
    def test_what_one_kind_has_left_is_not_another_s(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any
    ) -> None:
        ccf = wider.untaxed_ccf(make_ccf(emission))
        assert client.send(ccf).status == 200
        assert client.send(_note_of(make(emission.next(), ccf), "ventaExenta", "10.02")).body["codigoMsg"] == "016"
        assert client.send(_note_of(make(emission.next(), ccf), "ventaNoSuj", "8.00")).status == 200

    @BOTH_NOTES
    def test_an_untaxed_line_of_a_note_has_no_taxes(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any
    ) -> None:
        ccf = wider.mixed_ccf(make_ccf(emission))
        assert client.send(ccf).status == 200
        note = _note_of(make(emission.next(), ccf), "ventaExenta", "5.00")
        note["cuerpoDocumento"][0]["tributos"] = ["20"]
        answer = client.send(note)
        assert answer.body["codigoMsg"] == ("096" if make is credit_note.v3 else "024")


class TestTaxes:
    @BOTH_NOTES
    def test_a_note_takes_back_the_taxes_of_its_ccf(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any
    ) -> None:
        """One of three nights: 40.00, VAT 5.20 and tourism 2.00."""
        ccf = wider.lodging_ccf(make_ccf(emission))
        assert client.send(ccf).status == 200
        note = _note_of(make(emission.next(), ccf), "ventaGravada", "40.00", wider.tax("59", "2.00"))
        assert client.send(note).status == 200
        wrong = _note_of(make(emission.next().next(), ccf), "ventaGravada", "40.00", wider.tax("59", "2.26"))
        assert client.send(wrong).verdict == ("020", "16", "[resumen.tributos.2.valor] CALCULO INCORRECTO")

    @BOTH_NOTES
    def test_a_discount_of_the_line_may_be_a_share_of_the_discount_of_the_ccf(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any
    ) -> None:
        """A night of 50.00 less 10.00: 5 % of either price, and nothing beyond."""
        ccf = wider.lodging_ccf(make_ccf(emission))
        assert client.send(ccf).status == 200
        for value, code in (("2.52", "020"), ("1.98", "020"), ("2.50", "001")):
            note = _note_of(make(emission.next(), ccf), "ventaGravada", "40.00", wider.tax("59", value))
            note["cuerpoDocumento"][0] |= {"precioUni": D("50.00"), "montoDescu": D("10.00")}
            note["resumen"]["totalDescu"] = D("10.00")
            assert client.send(note).body["codigoMsg"] == code

    @BOTH_NOTES
    def test_it_takes_back_no_other_tax(self, client: Client, emission: Emission, make: Any, make_ccf: Any) -> None:
        ccf = _stamped_ccf(client, emission, make_ccf)
        note = _note_of(make(emission.next(), ccf), "ventaGravada", "40.00", wider.tax("59", "2.00"))
        assert client.send(note).verdict == ("027", "15", "[cuerpoDocumento.1.tributos] DATO NO COINCIDE CON DTE")

    @BOTH_NOTES
    def test_a_tax_that_is_a_line_comes_back_as_a_line(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any
    ) -> None:
        """Half of the tax of 16.00."""
        ccf = wider.cement_ccf(make_ccf(emission))
        assert client.send(ccf).status == 200
        note = _note_of(make(emission.next(), ccf), "ventaGravada", "8.00")
        note["cuerpoDocumento"][0] |= {"tipoItem": 4, "uniMedida": 99, "codTributo": "57"}
        another = changed(note, {"cuerpoDocumento.0.codTributo": "A8"})
        assert client.send(another).verdict == ("027", "15", "[cuerpoDocumento.1.codTributo] DATO NO COINCIDE CON DTE")
        assert client.send(changed(note, {"cuerpoDocumento.0.codTributo": "57"})).status == 200

    def test_informative_taxes_come_back_in_v2(self, client: Client, emission: Emission) -> None:
        ccf = wider.liquor_ccf(tax_credit.v4(emission))
        assert client.send(ccf).status == 200
        note = _note_of(credit_note.v4(emission.next(), ccf), "ventaGravada", "20.00", wider.tax("C5", "0.64"))
        assert client.send(note).status == 200


class TestSeveralCcfs:
    @BOTH_NOTES
    def test_each_ccf_has_its_own_limit(self, client: Client, emission: Emission, make: Any, make_ccf: Any) -> None:
        """142.00 and 57.00 are left; the second line asks for 57.02."""
        first, second = _two_ccfs(client, emission, make_ccf)
        following = emission.next().next()
        above = _note_of_two(make(following, first), first, second, "57.02")
        assert client.send(above).verdict == ("016", "14", "MONTO DE OPERACIÓN ES MAYOR AL DOCUMENTO RELACIONADO")
        assert client.send(_note_of_two(make(following, first), first, second, "57.00")).status == 200

    @BOTH_NOTES
    def test_every_line_names_one_of_them(self, client: Client, emission: Emission, make: Any, make_ccf: Any) -> None:
        first, second = _two_ccfs(client, emission, make_ccf)
        note = _note_of_two(make(emission.next().next(), first), first, second, "57.00")
        del note["documentoRelacionado"][1]
        assert client.send(note).verdict == ("003", "15", "[cuerpoDocumento.2.numeroDocumento] VALOR NO VALIDO")

    @BOTH_NOTES
    def test_each_of_them_is_on_the_books(self, client: Client, emission: Emission, make: Any, make_ccf: Any) -> None:
        first, second = _two_ccfs(client, emission, make_ccf)
        note = _note_of_two(make(emission.next().next(), first), first, second, "57.00")
        note["documentoRelacionado"][1]["fechaEmision"] = "2026-08-13"
        path = "documentoRelacionado.2.fechaEmision"
        assert client.send(note).verdict == ("027", "14", f"[{path}] DATO NO COINCIDE CON DTE")

    @BOTH_NOTES
    def test_a_note_names_fifty_at_most(self, client: Client, emission: Emission, make: Any, make_ccf: Any) -> None:
        ccf = _stamped_ccf(client, emission, make_ccf)
        note = make(emission.next(), ccf)
        note["documentoRelacionado"] = note["documentoRelacionado"] * 51
        assert client.send(note).body["codigoMsg"] == "096"


class TestListedDocuments:
    """Notes that are right but for one document of their list."""

    @BOTH_NOTES
    @pytest.mark.parametrize("written", [str.upper, str.lower], ids=["capitals", "small letters"])
    @pytest.mark.parametrize("known", [True, False], ids=["own", "unknown"])
    def test_no_generation_code_is_a_number_on_paper(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any, written: Any, known: bool
    ) -> None:
        first, second = _two_ccfs(client, emission, make_ccf)
        note = _note_of_two(make(emission.next().next(), first), first, second, "57.00")
        code = second["identificacion"]["codigoGeneracion"] if known else "5B0D549B-6F03-475A-9600-A35A099950D8"
        verdict = client.send(_on_paper(note, written(code))).verdict
        assert verdict == ("006", "14", "[documentoRelacionado.2.numeroDocumento] FORMATO NO VALIDO")

    @BOTH_NOTES
    @pytest.mark.parametrize("key", ["codigoGeneracion", "numeroControl"])
    @pytest.mark.parametrize(
        "written",
        [lambda number: number.replace("-", ""), lambda number: number.replace("-", " ").lower()],
        ids=["without hyphens", "with spaces"],
    )
    def test_no_number_of_an_own_electronic_document_is_on_paper(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any, key: str, written: Any
    ) -> None:
        first, second = _two_ccfs(client, emission, make_ccf)
        note = _note_of_two(make(emission.next().next(), first), first, second, "57.00")
        verdict = client.send(_on_paper(note, written(second["identificacion"][key]))).verdict
        assert verdict == ("007", "14", "[documentoRelacionado.2.tipoGeneracion] VALOR NO ES PERMITIDO")

    @BOTH_NOTES
    def test_a_control_number_is_not_on_paper(
        self, client: Client, emission: Emission, mh: Any, make: Any, make_ccf: Any
    ) -> None:
        first, second = _two_ccfs(client, emission, make_ccf)
        mh.control.numbers_elsewhere(client.company.nit, "DTE-03-M002P001", 2026, first=1, last=3)
        electronic = (second["identificacion"]["numeroControl"], "dte03m002p001000000000000003")
        for number in electronic:
            note = _note_of_two(make(emission.next().next(), first), first, second, "57.00")
            verdict = client.send(_on_paper(note, number)).verdict
            assert verdict == ("007", "14", "[documentoRelacionado.2.tipoGeneracion] VALOR NO ES PERMITIDO")
        note = _note_of_two(make(emission.next().next(), first), first, second, "57.00")
        assert client.send(_on_paper(note, "DTE-03-M002P001-000000000000004")).status == 200

    @BOTH_NOTES
    def test_every_document_is_used_by_a_line(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any
    ) -> None:
        first, second = _two_ccfs(client, emission, make_ccf)
        note = _note_of_two(make(emission.next().next(), first), first, second, "57.00")
        note["cuerpoDocumento"][1]["numeroDocumento"] = first["identificacion"]["codigoGeneracion"]
        unused = ("024", "14", "[documentoRelacionado.2.numeroDocumento] VALOR EN CAMPO NO APLICA")
        assert client.send(note).verdict == unused
        note["documentoRelacionado"][1] |= {"tipoGeneracion": 1, "numeroDocumento": "S221001345"}
        assert client.send(note).verdict == unused

    @BOTH_NOTES
    def test_a_document_is_listed_once(self, client: Client, emission: Emission, make: Any, make_ccf: Any) -> None:
        first, second = _two_ccfs(client, emission, make_ccf)
        note = _note_of_two(make(emission.next().next(), first), first, second, "57.00")
        note["documentoRelacionado"].append(credit_note.related(first))
        repeated = "[documentoRelacionado.3.numeroDocumento] VALORES REPETIDOS"
        assert client.send(note).verdict == ("025", "14", repeated)
        note = _on_paper(note, "S221001345")
        note["documentoRelacionado"][2] = note["documentoRelacionado"][1] | {"numeroDocumento": "s221001345"}
        assert client.send(note).verdict == ("025", "14", repeated)

    @BOTH_NOTES
    @pytest.mark.parametrize("paper", [True, False], ids=["on paper", "electronic"])
    def test_no_document_is_later_than_the_note(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any, paper: bool
    ) -> None:
        first, second = _two_ccfs(client, emission, make_ccf)
        note = _note_of_two(make(emission.next().next(), first), first, second, "57.00")
        if paper:
            _on_paper(note, "S221001345")
        note["documentoRelacionado"][1]["fechaEmision"] = "2026-08-15"
        path = "documentoRelacionado.2.fechaEmision"
        assert client.send(note).verdict == ("018", "14", f"[{path}] FECHA FUERA DE PLAZO PERMITIDO")
        note["documentoRelacionado"][1]["fechaEmision"] = "2026-08-14"
        assert client.send(note).status == 200


class TestParties:
    @BOTH_NOTES
    def test_the_receiver_has_the_name_of_a_ccf(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any
    ) -> None:
        first, second = make_ccf(emission), wider.mixed_ccf(make_ccf(emission.next()))
        second["receptor"]["nombre"] = "Cliente con Nombre Nuevo, S.A. de C.V."
        assert [client.send(each).status for each in (first, second)] == [200, 200]
        following = emission.next().next()
        note = _note_of_two(make(following, first), first, second, "5.00")
        strange = changed(note, {"receptor.nombre": "Otra Persona"})
        assert client.send(strange).verdict == ("027", "13", "[receptor.nombre] DATO NO COINCIDE CON DTE")
        for name in (first["receptor"]["nombre"], second["receptor"]["nombre"]):
            note["identificacion"] |= {
                "codigoGeneracion": following.code,
                "numeroControl": following.control_number("05"),
            }
            assert client.send(changed(note, {"receptor.nombre": name})).status == 200
            following = following.next()

    def test_the_receiver_has_the_kind_of_document_of_the_ccf(self, client: Client, emission: Emission) -> None:
        ccf = _stamped_ccf(client, emission)
        note = changed(credit_note.v4(emission.next(), ccf), {"receptor.tipoDocumento": "37"})
        assert client.send(note).verdict == ("027", "13", "[receptor.tipoDocumento] DATO NO COINCIDE CON DTE")

    @BOTH_NOTES
    def test_a_note_has_the_principal_of_its_ccf(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any
    ) -> None:
        ccf = attached.with_mandante(make_ccf(emission))
        assert client.send(ccf).status == 200
        own = make(emission.next(), ccf)
        assert client.send(own).verdict == ("027", "21", "[ventaTercero] DATO NO COINCIDE CON DTE")
        note = attached.with_mandante(make(emission.next(), ccf))
        another = changed(attached.with_mandante(make(emission.next(), ccf)), {"ventaTercero.nit": "06141809480014"})
        assert client.send(another).verdict == ("027", "21", "[ventaTercero.nit] DATO NO COINCIDE CON DTE")
        assert client.send(note).status == 200

    @BOTH_NOTES
    def test_own_sales_and_those_of_a_principal_are_in_different_notes(
        self, client: Client, emission: Emission, make: Any, make_ccf: Any
    ) -> None:
        first, second = make_ccf(emission), attached.with_mandante(wider.mixed_ccf(make_ccf(emission.next())))
        assert [client.send(each).status for each in (first, second)] == [200, 200]
        note = _note_of_two(make(emission.next().next(), first), first, second, "57.00")
        differs = ("027", "21", "[ventaTercero] DATO NO COINCIDE CON DTE")
        assert client.send(note).verdict == differs
        assert client.send(attached.with_mandante(note)).verdict == differs


def _two_ccfs(client: Client, emission: Emission, make: Any) -> tuple[Document, Document]:
    first, second = make(emission), wider.mixed_ccf(make(emission.next()))
    assert client.send(first).status == 200
    assert client.send(second).status == 200
    return first, second


def _note_of(note: Document, kind: str, amount: str, *more: Document) -> Document:
    """The note with one line of one kind, nothing withheld, VAT and other taxes where it is taxed."""
    taxed = kind == "ventaGravada"
    line = note["cuerpoDocumento"][0]
    line |= {"cantidad": 1, "precioUni": D(amount), "montoDescu": 0, "ventaGravada": 0, kind: D(amount)}
    line["tributos"] = ["20", *(each["codigo"] for each in more)] if taxed else None
    return _summed(note, kind, D(amount), [_vat_of(D(amount)), *more] if taxed else None)


def _note_of_two(note: Document, first: Document, second: Document, amount: str) -> Document:
    """One line of 10.00 from the first CCF, one of ``amount`` from the second."""
    note = _note_of(note, "ventaGravada", "10.00")
    code = second["identificacion"]["codigoGeneracion"]
    line = note["cuerpoDocumento"][0] | {"numItem": 2, "numeroDocumento": code}
    note["cuerpoDocumento"].append(line | {"precioUni": D(amount), "ventaGravada": D(amount)})
    note["documentoRelacionado"] = [credit_note.related(first), credit_note.related(second)]
    total = D("10.00") + D(amount)
    return _summed(note, "ventaGravada", total, [_vat_of(total)])


def _on_paper(note: Document, number: str) -> Document:
    """The note with its second document, and the line of that document, under a number on paper."""
    note["documentoRelacionado"][1] |= {"tipoGeneracion": 1, "numeroDocumento": number}
    note["cuerpoDocumento"][1]["numeroDocumento"] = number
    return note


def _summed(note: Document, kind: str, amount: Decimal, taxes: list[Document] | None) -> Document:
    summary = note["resumen"]
    summary |= {"totalNoSuj": 0, "totalExenta": 0, "totalGravada": 0, "totalDescu": 0}
    summary |= {kind.replace("venta", "total"): amount, "subTotalVentas": amount, "tributos": taxes}
    total = amount + sum(each["valor"] for each in taxes or () if each["codigo"] != "C5")
    summary["montoTotalOperacion"] = total
    for key in summary:
        if key in {"ivaRete", "ivaRete1"}:
            summary[key] = 0
        elif key in {"subTotal", "totalPagar"}:
            summary[key] = amount if key == "subTotal" else total
    for line in note["cuerpoDocumento"]:
        if "ivaRete" in line:
            line["ivaRete"] = 0
    return note


def _vat_of(net: Decimal) -> Document:
    return vat(str((net * D("0.13")).quantize(D("0.01"), ROUND_HALF_UP)))
