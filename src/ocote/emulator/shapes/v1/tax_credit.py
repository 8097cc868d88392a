"""Comprobante de crédito fiscal (03), version 3."""

from ocote.emulator.shapes.notation import (
    Check,
    amount,
    both,
    each,
    having,
    maybe,
    null,
    number,
    record,
    rows,
    some_array,
    text,
    when,
    whole,
)
from ocote.emulator.shapes.v1 import blocks
from ocote.emulator.shapes.v1.tribute_codes import OF_THEIR_OWN_LINE, TAX_CREDIT_LINE


def contributor(name_low: int, name_high: int) -> dict[str, Check]:
    """The data of a registered taxpayer, as emitter or receiver of types 03 and 05."""
    return {
        "nit": text(pattern=blocks.NIT_PATTERN),
        "nrc": text(pattern=blocks.NRC_PATTERN),
        "nombre": text(name_low, name_high),
        "codActividad": text(pattern=blocks.ACTIVITY_PATTERN),
        "descActividad": text(1, 150),
        "nombreComercial": maybe(text(1, 150)),
    }


def emitter() -> dict[str, Check]:
    """The emitter of types 03 and 05 without establishment codes."""
    return {
        **contributor(3, 200),
        "tipoEstablecimiento": text(among=blocks.ESTABLISHMENTS),
        "direccion": blocks.address(),
        "telefono": text(8, 30),
        "correo": blocks.mailbox(3),
    }


def receiver() -> Check:
    """The receiver of types 03 and 05."""
    return record(
        {
            **contributor(1, 250),
            "direccion": blocks.address(),
            "telefono": maybe(text(8, 30)),
            "correo": blocks.mailbox(),
        }
    )


def taxed_line_conditions(codes: tuple[str, ...]) -> list[Check]:
    """A taxed line names its taxes, an untaxed line names none, and a line that is itself a tax names only VAT."""
    return [
        when(
            having({"ventaGravada": number(high=0)}), having({"tributos": null()}), having({"tributos": some_array(1)})
        ),
        when(
            having({"tipoItem": whole(among=(4,))}),
            having(
                {
                    "uniMedida": whole(among=(99,)),
                    "codTributo": text(),
                    "tributos": both(some_array(), each(text(among=("20",)))),
                }
            ),
            having({"codTributo": null(), "tributos": each(text(among=codes))}),
        ),
    ]


def credit_term_condition() -> Check:
    """A sale on credit states the unit and the count of its term."""
    return when(
        having({"condicionOperacion": number(among=(2,))}),
        having({"pagos": each(having({"plazo": text(), "periodo": number()}))}),
    )


def _line() -> Check:
    return record(
        {
            "numItem": whole(1, 2000),
            "tipoItem": whole(among=(1, 2, 3, 4)),
            "numeroDocumento": maybe(text(1, 36)),
            "codigo": maybe(text(1, 25)),
            "codTributo": maybe(text(2, 2, among=OF_THEIR_OWN_LINE)),
            "descripcion": text(0, 1000),
            "cantidad": amount(8, positive=True),
            "uniMedida": whole(1, 99),
            "precioUni": amount(8),
            "montoDescu": amount(8),
            "ventaNoSuj": amount(8),
            "ventaExenta": amount(8),
            "ventaGravada": amount(8),
            "tributos": blocks.line_tributes(),
            "psv": amount(8),
            "noGravado": amount(8, signed=True),
        },
        conditions=taxed_line_conditions(TAX_CREDIT_LINE),
    )


def _summary() -> Check:
    return record(
        {
            "totalNoSuj": amount(2),
            "totalExenta": amount(2),
            "totalGravada": amount(2),
            "subTotalVentas": amount(2),
            "descuNoSuj": amount(2),
            "descuExenta": amount(2),
            "descuGravada": amount(2),
            "porcentajeDescuento": number(2, low=0, high=100),
            "totalDescu": amount(2),
            "tributos": blocks.tributes(),
            "subTotal": amount(2),
            "ivaPerci1": amount(2),
            "ivaRete1": amount(2),
            "reteRenta": amount(2),
            "montoTotalOperacion": amount(2, positive=True),
            "totalNoGravado": amount(2, signed=True),
            "totalPagar": amount(2),
            "totalLetras": text(0, 200),
            "saldoFavor": number(2, high=0),
            "condicionOperacion": number(among=(1, 2, 3)),
            "pagos": blocks.payments(),
            "numPagoElectronico": maybe(text(0, 100)),
        },
        conditions=[
            credit_term_condition(),
            when(
                having({"totalGravada": number(high=0)}),
                having({"ivaPerci1": number(high=0), "ivaRete1": number(high=0)}),
            ),
            when(having({"totalPagar": number(low=0, high=0)}), having({"condicionOperacion": number(among=(1,))})),
        ],
    )


def shape() -> Check:
    """The whole document."""
    return record(
        {
            "identificacion": blocks.identification("03", 3),
            "documentoRelacionado": maybe(blocks.related_documents(("04", "08", "09"), 50)),
            "emisor": record({**emitter(), **blocks.establishment_codes(1, 10)}),
            "receptor": receiver(),
            "otrosDocumentos": blocks.other_documents(),
            "ventaTercero": blocks.third_party(3, 200),
            "cuerpoDocumento": rows(_line(), 1, 2000),
            "resumen": _summary(),
            "extension": blocks.extension(1, plate=maybe(text(2, 10))),
            "apendice": blocks.appendix(2, 3, 1),
        }
    )
