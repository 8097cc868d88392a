"""Related documents, associated documents and third parties of invoices (01), CCF (03) and exports (11)."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from ocote.emulator.clock import EL_SALVADOR
from tests.emulator.changes import Changes, changed
from tests.emulator.client import Client
from tests.emulator.documents import attached, credit_note, export_invoice, full, invoice, tax_credit
from tests.emulator.documents.parts import Document, Emission

Verdict = tuple[str, str, str]

INVOICES_AND_CCFS = [
    pytest.param(invoice.v1, id="01 v1"),
    pytest.param(invoice.v2, id="01 v2"),
    pytest.param(tax_credit.v3, id="03 v3"),
    pytest.param(tax_credit.v4, id="03 v4"),
]
EXPORTS = [pytest.param(export_invoice.v1, id="11 v1"), pytest.param(export_invoice.v3, id="11 v3")]
OF_V2 = [
    pytest.param(invoice.v2, id="01 v2"),
    pytest.param(tax_credit.v4, id="03 v4"),
    pytest.param(export_invoice.v3, id="11 v3"),
]
OF_V1 = [pytest.param(invoice.v1, id="01 v1"), pytest.param(tax_credit.v3, id="03 v3")]

_TEXTS = {
    "003": "VALOR NO VALIDO",
    "005": "DEBE PROPORCIONAR UN VALOR",
    "006": "FORMATO NO VALIDO",
    "007": "VALOR NO ES PERMITIDO",
    "024": "VALOR EN CAMPO NO APLICA",
}


class TestRelated:
    @pytest.mark.parametrize(
        ("make", "doc_type"),
        [
            (invoice.v1, "04"),
            (invoice.v1, "09"),
            (invoice.v2, "04"),
            (invoice.v2, "08"),
            (tax_credit.v3, "08"),
            (tax_credit.v3, "09"),
            (tax_credit.v4, "04"),
            (tax_credit.v4, "08"),
            (export_invoice.v3, "04"),
        ],
        ids=[
            "01 v1 04",
            "01 v1 09",
            "01 v2 04",
            "01 v2 08",
            "03 v3 08",
            "03 v3 09",
            "03 v4 04",
            "03 v4 08",
            "11 v3 04",
        ],
    )
    def test_a_sale_may_follow_another_document(
        self, client: Client, emission: Emission, make: Any, doc_type: str
    ) -> None:
        assert client.send(attached.with_related(make(emission), doc_type)).status == 200

    @pytest.mark.parametrize(
        ("make", "doc_type"),
        [
            (invoice.v2, "01"),
            (invoice.v2, "03"),
            (tax_credit.v4, "01"),
            (tax_credit.v4, "03"),
            (export_invoice.v3, "09"),
        ],
        ids=["01 on 01", "01 on 03", "03 on 01", "03 on 03", "11 on 09"],
    )
    def test_it_does_not_follow_a_document_of_any_type(
        self, client: Client, emission: Emission, make: Any, doc_type: str
    ) -> None:
        verdict = client.send(attached.with_related(make(emission), doc_type)).verdict
        assert verdict == ("007", "14", "[documentoRelacionado.1.tipoDocumento] VALOR NO ES PERMITIDO")

    @pytest.mark.parametrize("make", OF_V2)
    @pytest.mark.parametrize(
        ("changes", "verdict"),
        [
            ({"tipoGeneracion": 3}, ("003", "14", "[documentoRelacionado.1.tipoGeneracion] VALOR NO VALIDO")),
            (
                {"numeroDocumento": attached.REMISSION.lower()},
                ("006", "14", "[documentoRelacionado.1.numeroDocumento] FORMATO NO VALIDO"),
            ),
            ({"numeroDocumento": "NR-77"}, ("006", "14", "[documentoRelacionado.1.numeroDocumento] FORMATO NO VALIDO")),
            (
                {"fechaEmision": "2026-08-15"},
                ("018", "14", "[documentoRelacionado.1.fechaEmision] FECHA FUERA DE PLAZO PERMITIDO"),
            ),
        ],
        ids=str,
    )
    def test_a_related_document_has_its_form(
        self, client: Client, emission: Emission, make: Any, changes: Changes, verdict: Verdict
    ) -> None:
        document = attached.with_related(make(emission))
        document["documentoRelacionado"][0] |= changes
        assert client.send(document).verdict == verdict

    @pytest.mark.parametrize(
        ("doc_type", "day", "sent", "accepted"),
        [
            ("04", "2026-07-01", "2026-08-03", True),
            ("04", "2026-07-31", "2026-08-03", True),
            ("04", "2026-07-31", "2026-08-04", False),
            ("09", "2026-07-01", "2026-07-31", True),
            ("09", "2026-07-31", "2026-08-01", False),
            ("08", "2026-05-31", "2026-08-04", True),
        ],
    )
    def test_a_remission_is_followed_in_its_month_and_3_days_a_settlement_in_its_month(
        self, client: Client, emission: Emission, mh: Any, doc_type: str, day: str, sent: str, accepted: bool
    ) -> None:
        mh.control.freeze_clock(datetime.fromisoformat(f"{sent}T12:00").replace(tzinfo=EL_SALVADOR))
        document = attached.with_related(tax_credit.v4(replace(emission, day=sent)), doc_type, day)
        answer = client.send(document)
        if accepted:
            assert answer.status == 200
        else:
            path = "documentoRelacionado.1.fechaEmision"
            assert answer.verdict == ("018", "14", f"[{path}] FECHA FUERA DE PLAZO PERMITIDO")

    def test_a_document_on_paper_has_any_number(self, client: Client, emission: Emission) -> None:
        document = attached.with_related(tax_credit.v4(emission))
        document["documentoRelacionado"][0] |= {"tipoGeneracion": 1, "numeroDocumento": "NR-77"}
        assert client.send(changed(document, {"cuerpoDocumento.0.numeroDocumento": "NR-77"})).status == 200

    def test_an_invoice_on_the_books_is_no_remission(self, client: Client, emission: Emission) -> None:
        sold = invoice.v2(emission)
        assert client.send(sold).status == 200
        document = attached.with_related(invoice.v2(emission.next()))
        code = sold["identificacion"]["codigoGeneracion"]
        document["documentoRelacionado"][0]["numeroDocumento"] = code
        document["cuerpoDocumento"][0]["numeroDocumento"] = code
        assert client.send(document).verdict == ("014", "14", "NO EXISTE UN REGISTRO CON ESTE DATO")

    @pytest.mark.parametrize("make", OF_V2)
    def test_a_line_names_one_of_the_related_documents(self, client: Client, emission: Emission, make: Any) -> None:
        document = attached.with_related(make(emission))
        document["cuerpoDocumento"][0]["numeroDocumento"] = "6B0D549B-6F03-475A-9600-A35A099950D8"
        verdict = client.send(document).verdict
        assert verdict == ("003", "15", "[cuerpoDocumento.1.numeroDocumento] VALOR NO VALIDO")

    @pytest.mark.parametrize("make", [*OF_V2, *OF_V1])
    def test_every_related_document_is_used_by_a_line(self, client: Client, emission: Emission, make: Any) -> None:
        document = attached.with_related(make(emission))
        document["cuerpoDocumento"][0]["numeroDocumento"] = None
        verdict = client.send(document).verdict
        assert verdict == ("024", "14", "[documentoRelacionado.1.numeroDocumento] VALOR EN CAMPO NO APLICA")

    @pytest.mark.parametrize("make", [*OF_V2, *OF_V1])
    def test_a_related_document_is_listed_once(self, client: Client, emission: Emission, make: Any) -> None:
        document = attached.with_related(make(emission))
        document["documentoRelacionado"] *= 2
        verdict = client.send(document).verdict
        assert verdict == ("025", "14", "[documentoRelacionado.2.numeroDocumento] VALORES REPETIDOS")

    @pytest.mark.parametrize("make", INVOICES_AND_CCFS)
    def test_related_documents_are_of_one_type(self, client: Client, emission: Emission, make: Any) -> None:
        document = attached.with_related(make(emission))
        other = document["documentoRelacionado"][0] | {"tipoDocumento": "09", "tipoGeneracion": 1}
        document["documentoRelacionado"].append(other | {"numeroDocumento": "L77"})
        verdict = client.send(document).verdict
        assert verdict == ("026", "14", "[documentoRelacionado.2.tipoDocumento] NO SE PERMITEN VALORES DIFERENTES")

    @pytest.mark.parametrize("make", OF_V2)
    def test_no_electronic_document_is_on_paper(self, client: Client, emission: Emission, make: Any) -> None:
        sold = invoice.v2(emission)
        assert client.send(sold).status == 200
        document = attached.with_related(make(emission.next()))
        for number in (attached.REMISSION, attached.REMISSION.lower()):
            document["documentoRelacionado"][0] |= {"tipoGeneracion": 1, "numeroDocumento": number}
            verdict = client.send(document).verdict
            assert verdict == ("006", "14", "[documentoRelacionado.1.numeroDocumento] FORMATO NO VALIDO")
        document["documentoRelacionado"][0]["numeroDocumento"] = sold["identificacion"]["numeroControl"]
        verdict = client.send(document).verdict
        assert verdict == ("007", "14", "[documentoRelacionado.1.tipoGeneracion] VALOR NO ES PERMITIDO")

    @pytest.mark.parametrize("make", OF_V2)
    def test_a_sale_does_not_follow_itself(self, client: Client, emission: Emission, make: Any) -> None:
        document = attached.with_related(make(emission))
        document["documentoRelacionado"][0]["numeroDocumento"] = emission.code
        document["cuerpoDocumento"][0]["numeroDocumento"] = emission.code
        assert client.send(document).verdict == ("014", "14", "NO EXISTE UN REGISTRO CON ESTE DATO")


class TestAssociated:
    @pytest.mark.parametrize("make", [*INVOICES_AND_CCFS, *EXPORTS])
    def test_papers_of_either_side_may_be_attached(self, client: Client, emission: Emission, make: Any) -> None:
        assert client.send(attached.with_papers(make(emission))).status == 200

    @pytest.mark.parametrize("make", INVOICES_AND_CCFS)
    def test_the_services_of_doctors_may_be_attached(self, client: Client, emission: Emission, make: Any) -> None:
        assert client.send(attached.with_doctors(make(emission))).status == 200

    @pytest.mark.parametrize("make", EXPORTS)
    def test_the_transport_of_an_export_may_be_attached(self, client: Client, emission: Emission, make: Any) -> None:
        assert client.send(attached.with_truck(make(emission))).status == 200

    @pytest.mark.parametrize("make", [invoice.v2, tax_credit.v4], ids=["01", "03"])
    @pytest.mark.parametrize(
        ("attach", "changes", "code", "field"),
        [
            (attached.with_papers, {"codDocAsociado": None}, "005", "codDocAsociado"),
            (attached.with_papers, {"codDocAsociado": 4}, "007", "codDocAsociado"),
            (attached.with_papers, {"descDocumento": None}, "005", "descDocumento"),
            (attached.with_papers, {"detalleDocumento": None}, "005", "detalleDocumento"),
            (attached.with_papers, {"codDocAsociado": 3}, "005", "medico"),
            (attached.with_doctors, {"codDocAsociado": 1}, "005", "descDocumento"),
            (attached.with_doctors, {"descDocumento": "Receta"}, "024", "descDocumento"),
            (attached.with_doctors, {"medico.nombre": None}, "005", "medico.nombre"),
            (attached.with_doctors, {"medico.nit": None}, "005", "medico.docIdentificacion"),
            (attached.with_doctors, {"medico.docIdentificacion": "P-445566"}, "024", "medico.docIdentificacion"),
            (attached.with_doctors, {"medico.nit": "0614-010180-001-2"}, "006", "medico.nit"),
            (attached.with_doctors, {"medico.tipoServicio": Decimal("2.5")}, "003", "medico.tipoServicio"),
        ],
        ids=lambda value: getattr(value, "__name__", str(value)),
    )
    def test_a_row_has_the_data_of_its_kind(
        self, client: Client, emission: Emission, make: Any, attach: Any, changes: Changes, code: str, field: str
    ) -> None:
        document = attach(make(emission))
        changed(document["otrosDocumentos"][0], changes)
        assert client.send(document).verdict == (code, "14", f"[otrosDocumentos.1.{field}] {_TEXTS[code]}")

    def test_a_doctor_of_an_invoice_has_a_service(self, client: Client, emission: Emission) -> None:
        document = changed(attached.with_doctors(invoice.v2(emission)), {"otrosDocumentos.1.medico.tipoServicio": None})
        verdict = client.send(document).verdict
        assert verdict == ("005", "14", "[otrosDocumentos.2.medico.tipoServicio] DEBE PROPORCIONAR UN VALOR")

    @pytest.mark.parametrize(
        ("attach", "changes", "code", "field"),
        [
            (attached.with_papers, {"codDocAsociado": 3}, "007", "codDocAsociado"),
            (attached.with_papers, {"codDocAsociado": 9}, "007", "codDocAsociado"),
            (attached.with_papers, {"placaTrans": "C-123456"}, "024", "placaTrans"),
            (attached.with_truck, {"modoTransp": None}, "005", "modoTransp"),
            (attached.with_truck, {"placaTrans": None}, "005", "placaTrans"),
            (attached.with_truck, {"numConductor": None}, "005", "numConductor"),
            (attached.with_truck, {"nombreConductor": None}, "005", "nombreConductor"),
            (attached.with_truck, {"descDocumento": "Camión"}, "024", "descDocumento"),
            (attached.with_truck, {"modoTransp": 7}, "003", "modoTransp"),
        ],
        ids=lambda value: getattr(value, "__name__", str(value)),
    )
    def test_a_row_of_an_export_has_the_data_of_its_kind(
        self, client: Client, emission: Emission, attach: Any, changes: Changes, code: str, field: str
    ) -> None:
        document = attach(export_invoice.v3(emission))
        document["otrosDocumentos"][0] |= changes
        assert client.send(document).verdict == (code, "14", f"[otrosDocumentos.1.{field}] {_TEXTS[code]}")

    @pytest.mark.parametrize(
        ("make", "attach", "changes", "code", "field"),
        [
            (export_invoice.v1, attached.with_truck, {"numConductor": None}, "005", "numConductor"),
            (export_invoice.v1, attached.with_papers, {"numConductor": "000000017"}, "024", "numConductor"),
            (export_invoice.v1, attached.with_papers, {"codDocAsociado": 3}, "007", "codDocAsociado"),
            (invoice.v1, attached.with_papers, {"codDocAsociado": 4}, "007", "codDocAsociado"),
            (invoice.v1, attached.with_papers, {"detalleDocumento": ""}, "005", "detalleDocumento"),
            (tax_credit.v3, attached.with_doctors, {"medico.nombre": ""}, "005", "medico.nombre"),
        ],
        ids=["driver missing", "driver of a paper", "doctor abroad", "truck at home", "empty text", "nameless doctor"],
    )
    def test_what_the_schemas_of_v1_let_pass_is_a_rule(
        self, client: Client, emission: Emission, make: Any, attach: Any, changes: Changes, code: str, field: str
    ) -> None:
        document = attach(make(emission))
        changed(document["otrosDocumentos"][0], changes)
        assert client.send(document).verdict == (code, "14", f"[otrosDocumentos.1.{field}] {_TEXTS[code]}")

    @pytest.mark.parametrize(
        ("make", "most"), [(invoice.v1, 10), (invoice.v2, 10), (tax_credit.v4, 10), (export_invoice.v3, 20)]
    )
    def test_the_rows_are_counted(self, client: Client, emission: Emission, make: Any, most: int) -> None:
        document = attached.with_papers(make(emission))
        row = document["otrosDocumentos"][0]
        document["otrosDocumentos"] = [row] * (most + 1)
        assert client.send(document).body["codigoMsg"] == "096"
        document["otrosDocumentos"] = [row] * most
        assert client.send(document).status == 200


class TestThirdParty:
    @pytest.mark.parametrize("make", [*INVOICES_AND_CCFS, *EXPORTS])
    def test_a_sale_may_be_on_account_of_another(self, client: Client, emission: Emission, make: Any) -> None:
        assert client.send(attached.with_mandante(make(emission))).status == 200

    @pytest.mark.parametrize("make", [*INVOICES_AND_CCFS, *EXPORTS])
    def test_nobody_sells_on_account_of_himself(self, client: Client, emission: Emission, make: Any) -> None:
        document = attached.with_mandante(make(emission))
        document["ventaTercero"]["nit"] = client.company.nit
        assert client.send(document).verdict == ("007", "21", "[ventaTercero.nit] VALOR NO ES PERMITIDO")

    @pytest.mark.parametrize("make", OF_V2)
    @pytest.mark.parametrize(
        ("changes", "code", "key"),
        [
            ({"nit": None}, "005", "nit"),
            ({"codDomiciliado": None}, "005", "codDomiciliado"),
            ({"codDomiciliado": 3}, "003", "codDomiciliado"),
            ({"nit": "P-445566"}, "006", "nit"),
        ],
        ids=str,
    )
    def test_the_third_party_has_number_and_domicile(
        self, client: Client, emission: Emission, make: Any, changes: Changes, code: str, key: str
    ) -> None:
        document = attached.with_mandante(make(emission))
        document["ventaTercero"] |= changes
        assert client.send(document).verdict == (code, "21", f"[ventaTercero.{key}] {_TEXTS[code]}")

    def test_one_from_abroad_has_a_number_of_any_form(self, client: Client, emission: Emission) -> None:
        document = attached.with_mandante(tax_credit.v4(emission))
        document["ventaTercero"] |= {"nit": "P-445566", "codDomiciliado": 2}
        assert client.send(document).status == 200

    @pytest.mark.parametrize(
        ("make", "doc_type"),
        [(invoice.v1, "09"), (invoice.v2, "08"), (tax_credit.v3, "08"), (tax_credit.v4, "09")],
        ids=["01 v1", "01 v2", "03 v3", "03 v4"],
    )
    def test_a_settled_sale_names_no_third_party(
        self, client: Client, emission: Emission, make: Any, doc_type: str
    ) -> None:
        document = attached.with_mandante(attached.with_related(make(emission), doc_type))
        assert client.send(document).verdict == ("024", "21", "[ventaTercero] VALOR EN CAMPO NO APLICA")

    def test_a_remission_may_be_on_account_of_another(self, client: Client, emission: Emission) -> None:
        assert client.send(attached.with_mandante(attached.with_related(tax_credit.v4(emission)))).status == 200

    @pytest.mark.parametrize(
        ("make_ccf", "make_note"), [(tax_credit.v3, credit_note.v3), (tax_credit.v4, credit_note.v4)], ids=["v3", "v4"]
    )
    def test_a_note_may_name_one_other_than_its_issuer(
        self, client: Client, emission: Emission, make_ccf: Any, make_note: Any
    ) -> None:
        ccf = attached.with_mandante(make_ccf(emission))
        assert client.send(ccf).status == 200
        note: Document = attached.with_mandante(make_note(emission.next(), ccf))
        own = changed(attached.with_mandante(make_note(emission.next(), ccf)), {"ventaTercero.nit": client.company.nit})
        assert client.send(own).verdict == ("007", "21", "[ventaTercero.nit] VALOR NO ES PERMITIDO")
        assert client.send(note).status == 200

    def test_an_export_is_on_account_of_one_side_only(self, client: Client, emission: Emission) -> None:
        document = export_invoice.v3(emission)
        document["compraTercero"] = {"numDocumento": "X-778899", "nombre": "Tercero de Prueba"}
        both = attached.with_mandante(document | {})
        assert client.send(both).body["codigoMsg"] == "096"
        document["ventaTercero"] = None
        assert client.send(document).status == 200


class TestBuyer:
    @pytest.mark.parametrize("make", [invoice.v1, invoice.v2], ids=["v1", "v2"])
    @pytest.mark.parametrize("kind", ["03", "02", "37"], ids=["passport", "residence card", "other"])
    def test_a_foreigner_buys_with_any_document(self, client: Client, emission: Emission, make: Any, kind: str) -> None:
        buyer = attached.buyer_with_passport() | {"tipoDocumento": kind}
        assert client.send(make(emission) | {"receptor": buyer}).status == 200

    @pytest.mark.parametrize("make", [invoice.v1, invoice.v2], ids=["v1", "v2"])
    def test_only_v2_lets_a_passport_have_a_registration_number(
        self, client: Client, emission: Emission, make: Any
    ) -> None:
        buyer = attached.buyer_with_passport() | {"nrc": "123456"}
        answer = client.send(make(emission) | {"receptor": buyer})
        assert answer.body["codigoMsg"] == ("096" if make is invoice.v1 else "001")

    def test_a_nit_has_its_digits_and_a_passport_need_not(self, client: Client, emission: Emission) -> None:
        document = full.identified(invoice.v2(emission))
        document["receptor"] |= {"numDocumento": "X1234567"}
        assert client.send(document).verdict == ("006", "13", "[receptor.numDocumento] FORMATO NO VALIDO")
        document["receptor"] |= {"tipoDocumento": "03"}
        assert client.send(document).status == 200
