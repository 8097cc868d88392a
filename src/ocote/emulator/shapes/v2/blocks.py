"""Sections that the v2.0 documents share, with their differences as arguments.

The schemas of this edition check keys, types and sizes; the service checks nearly every closed list and condition
(rules.md 14). Keywords without effect in the official files (a ``maximum`` on a text) have no effect here either.
"""

from collections.abc import Mapping

from ocote.emulator.shapes.notation import Check, amount, day, maybe, number, record, rows, text, whole

ONE_LINE = r"^(?!.*[\r\n])"
CODE_PATTERN = r"[A-F0-9]{8}-[A-F0-9]{4}-[A-F0-9]{4}-[A-F0-9]{4}-[A-F0-9]{12}$"
CLOCK_PATTERN = r"(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]?$"
SERIES_PATTERN = r"(M|B|S|P)([0-9]{3})(P)([0-9]{3})-[0-9]{15}"


def identification(
    doc_type: str, version: int, *, control_guard: str = ONE_LINE, control_end: str = "$", **more: Check
) -> Check:
    """Section ``identificacion``; a few files begin or end the pattern of the control number differently."""
    return record(
        {
            "version": whole(among=(version,)),
            "ambiente": text(among=("00", "01")),
            "tipoDte": text(among=(doc_type,)),
            "numeroControl": text(31, 31, pattern=f"{control_guard}DTE-{doc_type}-{SERIES_PATTERN}{control_end}"),
            "codigoGeneracion": text(36, 36, pattern=f"{control_guard}{CODE_PATTERN}"),
            "tipoModelo": number(among=(1, 2)),
            "tipoOperacion": whole(among=(1, 2)),
            "tipoContingencia": maybe(whole(among=(1, 2, 3, 4, 5))),
            "motivoContin": maybe(text(1, 500)),
            "fecEmi": day(),
            "horEmi": text(pattern=f"{ONE_LINE}{CLOCK_PATTERN}"),
            "tipoMoneda": text(among=("USD",)),
            **more,
        }
    )


def related_documents() -> Check:
    """Section ``documentoRelacionado``."""
    document = record(
        {"tipoDocumento": text(), "tipoGeneracion": whole(), "numeroDocumento": text(1, 36), "fechaEmision": day()}
    )
    return rows(document, 1, 50)


def address() -> Check:
    """An address by department, municipality and district."""
    return record({"departamento": text(), "municipio": text(), "distrito": text(), "complemento": text(1, 200)})


def contributor(nit: Check, nrc: Check) -> dict[str, Check]:
    """The data of a registered taxpayer, as emitter or receiver."""
    return {
        "nit": nit,
        "nrc": nrc,
        "nombre": text(1, 250),
        "codActividad": text(5, 6),
        "descActividad": text(5, 150),
        "nombreComercial": maybe(text(1, 150)),
    }


def establishment_codes() -> dict[str, Check]:
    """The two establishment and point-of-sale codes of an emitter that v2.0 kept."""
    return {"codEstable": maybe(text(4, 4)), "codPuntoVenta": maybe(text(1, 15))}


def other_documents(row: Mapping[str, Check], physician: Mapping[str, Check]) -> Check:
    """Section ``otrosDocumentos`` of invoice and CCF."""
    document = record({"codDocAsociado": maybe(whole(1, 4)), **row, "medico": maybe(record(physician))})
    return maybe(rows(document, 1, 10))


def third_party() -> Check:
    """Section ``ventaTercero``: the third party for whom the sale is made."""
    return maybe(record({"nit": maybe(text(1, 20)), "nombre": text(1, 250), "codDomiciliado": maybe(whole())}))


def tributes() -> Check:
    """The taxes of a summary, once per code."""
    tribute = record({"codigo": text(2, 2), "descripcion": text(1, 300), "valor": amount(2)})
    return maybe(rows(tribute, unique=True))


def line_tributes() -> Check:
    """The tax codes of a line."""
    return maybe(rows(text(2, 2), 1, unique=True))


def payments(*, counted: bool = True) -> Check:
    """Section ``pagos``; with ``counted`` the period must be above 0."""
    payment = record(
        {
            "codigo": maybe(text(0, 2)),
            "montoPago": amount(2),
            "referencia": maybe(text(0, 50)),
            "plazo": maybe(text()),
            "periodo": maybe(number(over=0) if counted else number()),
        }
    )
    return maybe(rows(payment, 1))


def appendix(field_low: int = 0, label_low: int = 0, value_low: int = 0) -> Check:
    """Section ``apendice``."""
    row = record({"campo": text(field_low, 25), "etiqueta": text(label_low, 50), "valor": text(value_low, 150)})
    return maybe(rows(row, 1, 10))


def balance() -> Check:
    """``saldoFavor``: a balance in the receiver's favour, zero or below."""
    return number(2, over=-(10**11), high=0)
