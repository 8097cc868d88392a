"""Sections that the v1.x documents share, with the lengths that differ between them as arguments.

The schemas of this edition also check municipality codes by department with the numbering before the reform to 44
municipalities. MH's service does not apply these conditions any more (schemas.md 1); therefore they are left out here,
and only the business rules judge the address.
"""

from ocote.emulator.shapes.notation import (
    Check,
    amount,
    day,
    email,
    having,
    maybe,
    null,
    number,
    record,
    rows,
    some_object,
    text,
    when,
    whole,
)

CODE_PATTERN = r"^[A-F0-9]{8}-[A-F0-9]{4}-[A-F0-9]{4}-[A-F0-9]{4}-[A-F0-9]{12}$"
CLOCK_PATTERN = r"^(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]?$"
NIT_PATTERN = r"^([0-9]{14}|[0-9]{9})$"
NRC_PATTERN = r"^[0-9]{1,8}$"
ACTIVITY_PATTERN = r"^[0-9]{2,6}$"
ESTABLISHMENTS = ("01", "02", "04", "07", "20")
IDENTITY_DOCUMENTS = ("36", "13", "02", "03", "37")


def identification(
    doc_type: str, version: int, *, reason_key: str = "motivoContin", reason_low: int = 1, reason_high: int = 150
) -> Check:
    """Section ``identificacion``; the export invoice misspells the key of the reason, so its conditions miss it."""
    conditions = [
        when(
            having({"tipoOperacion": whole(among=(1,))}),
            having({"tipoModelo": number(among=(1,)), "tipoContingencia": null(), "motivoContin": null()}),
            having({"tipoModelo": number(among=(2,))}),
        ),
        when(having({"tipoContingencia": whole(among=(5,))}), having({"motivoContin": text()})),
    ]
    if reason_key == "motivoContin":
        conditions.append(when(having({"tipoOperacion": whole(among=(2,))}), having({"tipoContingencia": whole()})))
    return record(
        {
            "version": whole(among=(version,)),
            "ambiente": text(among=("00", "01")),
            "tipoDte": text(among=(doc_type,)),
            "numeroControl": text(31, 31, pattern=rf"^DTE-{doc_type}-[A-Z0-9]{{8}}-[0-9]{{15}}$"),
            "codigoGeneracion": text(36, 36, pattern=CODE_PATTERN),
            "tipoModelo": number(among=(1, 2)),
            "tipoOperacion": whole(among=(1, 2)),
            "tipoContingencia": maybe(whole(among=(1, 2, 3, 4, 5))),
            reason_key: maybe(text(reason_low, reason_high)),
            "fecEmi": day(),
            "horEmi": text(pattern=CLOCK_PATTERN),
            "tipoMoneda": text(among=("USD",)),
        },
        conditions=conditions,
    )


def related_documents(doc_types: tuple[str, ...], high: int, *, short_physical: bool = False) -> Check:
    """Section ``documentoRelacionado``: an electronic document is named by its generation code."""
    conditions = [
        when(having({"tipoGeneracion": whole(among=(2,))}), having({"numeroDocumento": text(pattern=CODE_PATTERN)}))
    ]
    if short_physical:
        conditions.append(when(having({"tipoGeneracion": whole(among=(1,))}), having({"numeroDocumento": text(1, 20)})))
    document = record(
        {
            "tipoDocumento": text(among=doc_types),
            "tipoGeneracion": whole(among=(1, 2)),
            "numeroDocumento": text(1, 36),
            "fechaEmision": day(),
        },
        conditions=conditions,
    )
    return rows(document, 1, high)


def address(low: int = 1) -> Check:
    """An address by department and municipality."""
    return record(
        {
            "departamento": text(pattern="^0[1-9]|1[0-4]$"),
            "municipio": text(pattern="^[0-9]{2}$"),
            "complemento": text(low, 200),
        }
    )


def establishment_codes(code_low: int, code_high: int) -> dict[str, Check]:
    """The four establishment and point-of-sale codes of an emitter."""
    return {
        "codEstableMH": maybe(text(4, 4)),
        "codEstable": maybe(text(code_low, code_high)),
        "codPuntoVentaMH": maybe(text(4, 4)),
        "codPuntoVenta": maybe(text(1, 15)),
    }


def other_documents() -> Check:
    """Section ``otrosDocumentos`` of invoice and CCF; code 3 is a physician's service."""
    physician = record(
        {
            "nombre": text(0, 100),
            "nit": maybe(text(pattern=NIT_PATTERN)),
            "docIdentificacion": maybe(text(2, 25)),
            "tipoServicio": number(low=1, high=6),
        },
        conditions=[
            when(having({"nit": null()}), having({"docIdentificacion": text()})),
            when(having({"docIdentificacion": null()}), having({"nit": text()})),
        ],
    )
    document = record(
        {
            "codDocAsociado": whole(1, 4),
            "descDocumento": maybe(text(0, 100)),
            "detalleDocumento": maybe(text(0, 300)),
            "medico": maybe(physician),
        },
        conditions=[
            when(
                having({"codDocAsociado": whole(among=(3,))}),
                having({"medico": some_object(), "descDocumento": null(), "detalleDocumento": null()}),
                having({"descDocumento": text(), "detalleDocumento": text(), "medico": null()}),
            )
        ],
    )
    return maybe(rows(document, 1, 10))


def third_party(low: int, high: int) -> Check:
    """Section ``ventaTercero``: the third party for whom the sale is made."""
    return maybe(record({"nit": text(pattern=NIT_PATTERN), "nombre": text(low, high)}))


def tributes() -> Check:
    """The taxes of a summary, once per code."""
    return tributes_among(())


def tributes_among(codes: tuple[str, ...]) -> Check:
    """The taxes of a summary from a closed list of codes."""
    tribute = record({"codigo": text(2, 2, among=codes), "descripcion": text(2, 150), "valor": amount(2)})
    return maybe(rows(tribute, unique=True))


def line_tributes() -> Check:
    """The tax codes of a line."""
    return maybe(rows(text(2, 2), 1, unique=True))


def payments(terms: tuple[str, ...] = ()) -> Check:
    """Section ``pagos``; type 14 has a closed list of terms.

    The schema's pattern admits the empty payment code; the catalog check does not.
    """
    payment = record(
        {
            "codigo": text(0, 2, pattern=r"^(0[1-9]||1[0-4]||99)$"),
            "montoPago": amount(2),
            "referencia": maybe(text(0, 50)),
            "plazo": maybe(text(pattern="^0[1-3]$", among=terms)),
            "periodo": maybe(number()),
        }
    )
    return maybe(rows(payment, 1))


def extension(low: int, *, plate: Check | None) -> Check:
    """Section ``extension``: the persons who deliver and receive; ``plate`` is for documents with a vehicle."""
    members = {
        "nombEntrega": maybe(text(low, 100)),
        "docuEntrega": maybe(text(low, 25)),
        "nombRecibe": maybe(text(low, 100)),
        "docuRecibe": maybe(text(low, 25)),
        "observaciones": maybe(text(0, 3000)),
    }
    if plate is not None:
        members["placaVehiculo"] = plate
    return maybe(record(members))


def appendix(field_low: int = 0, label_low: int = 0, value_low: int = 0) -> Check:
    """Section ``apendice``."""
    row = record({"campo": text(field_low, 25), "etiqueta": text(label_low, 50), "valor": text(value_low, 150)})
    return maybe(rows(row, 1, 10))


def mailbox(low: int = 0) -> Check:
    """An e-mail address of up to 100 characters."""
    return email(low, 100)
