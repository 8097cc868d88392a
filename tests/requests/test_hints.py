"""A value of a wrong kind: what was seen, and what to send."""

from typing import Any

import pytest

from ocote.requests.books import read_books
from ocote.requests.invoice import read_invoice
from ocote.requests.listing import read_filter
from ocote.requests.note import read_note
from ocote.web.invalid import InvalidRequest
from tests.requests.reading import as_sent

LINE = {"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}


def said(body: dict[str, Any]) -> str:
    """Field and message of the one fault of an invoice."""
    with pytest.raises(InvalidRequest) as refused:
        read_invoice(as_sent({"lines": [LINE]} | body))
    (fault,) = refused.value.faults
    return f"{fault.field} {fault.message}"


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        ({"doc_type": 1}, 'doc_type debe ser un texto: se envió un número; envíe "01"'),
        ({"doc_type": 7}, 'doc_type debe ser un texto: se envió un número; use "01", "03" o "11"'),
        ({"doc_type": True}, 'doc_type debe ser un texto: se envió true; use "01", "03" o "11"'),
        ({"doc_type": "1"}, 'debe ser "01" (factura), "03" (crédito fiscal) o "11" (exportación); envíe "01"'),
        ({"doc_type": "05"}, "; una nota de crédito se emite con POST /api/connect/credit-memo"),
        ({"doc_type": "14"}, "; una compra a sujeto excluido se emite con POST /api/connect/suex"),
        ({"doc_type": "06"}, "; ocote no emite este tipo de documento"),
        ({"payment_method": "billetes y monedas"}, '; envíe "01"'),
        ({"doc_type": "11", "country": "alemania"}, '; envíe "DE"'),
        ({"doc_type": "11", "incoterm": "fob"}, '; envíe "FOB"'),
        ({"external_ref": 915}, 'debe ser un texto: se envió un número; envíelo entre comillas: "915"'),
        ({"external_ref": ["A"]}, "debe ser un texto: se envió una lista"),
        ({"customer": {"name": {"first": "Ana"}}}, "customer.name debe ser un texto: se envió un objeto"),
        (
            {"customer": {"name": "Ana", "nit": 6141809480014}},
            "se envió un número; envíelo entre comillas, con sus ceros a la izquierda",
        ),
        ({"customer": "Ana"}, "customer debe ser un objeto: se envió un texto"),
        ({"customer": [{"name": "Ana"}]}, "customer debe ser un objeto: se envió una lista"),
        ({"lines": LINE}, "debe ser una lista: se envió un objeto; envíe una lista, aunque tenga un solo elemento"),
        ({"lines": [LINE, None]}, "lines[1] debe ser un objeto: se envió null"),
        ({"customer": {"name": "Ana", "nit": "0614 180948 001 4"}}, "sin espacios ni puntos: 06141809480014"),
        ({"customer": {"name": "Ana", "nit": "0614.180948.001.4"}}, "sin espacios ni puntos: 06141809480014"),
        ({"customer": {"name": "Ana", "dui": "00016297\u20135"}}, "sin espacios ni puntos: 000162975"),
        ({"customer": {"name": "Ana", "nrc": "123456 7"}}, "sin espacios ni puntos: 1234567"),
        ({"customer": {"name": "Ana", "nit": "0614 180948 001 5"}}, "o los 9 del DUI homologado."),
        ({"customer": {"name": "Ana", "email": "a@example.com; b@example.com"}}, "sin nombre ni separadores"),
        ({"customer": {"name": "Ana", "email": "Ana <a@example.com>"}}, "sin nombre ni separadores"),
        ({"customer": {"name": "Ana", "email": "a.example.com"}}, "no es un correo electrónico válido"),
        ({"customer": {"name": "Ana", "district": "Apopa, San Salvador"}}, "; ¿quiso decir Apopa?"),
        ({"lines": ["Resma"]}, "lines[0] debe ser un objeto: se envió un texto"),
        ({"lines": [LINE | {"quantity": True}]}, "debe ser un número: se envió true"),
        ({"lines": [LINE | {"unit_price": "1,50"}]}, "ni exponente; use punto para los decimales: 1.50"),
        ({"lines": [LINE | {"unit_price": "$ 1.50"}]}, "ni exponente; escriba 1.50"),
        ({"lines": [LINE | {"unit_price": "1,234.50"}]}, "ni exponente; escriba 1234.50"),
        ({"lines": [LINE | {"unit_price": "1.234,50"}]}, "ni exponente; escriba 1234.50"),
        ({"lines": [LINE | {"unit_price": "1,234"}]}, "ni exponente; use punto para los decimales"),
        ({"lines": [LINE | {"unit_price": "cinco"}]}, "separadores de miles ni exponente"),
        ({"transaction_condition": False}, "transaction_condition debe ser un número: se envió false"),
    ],
)  # fmt: skip
def test_a_fault_says_what_was_seen_and_what_to_send(sent: dict[str, Any], end: str) -> None:
    assert said(sent).endswith(end)


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        ("true", "debe ser true o false: se envió un texto; envíe true sin comillas"),
        ("No", "debe ser true o false: se envió un texto; envíe false sin comillas"),
        (1, "debe ser true o false: se envió un número; envíe true sin comillas"),
        ("quizás", "debe ser true o false: se envió un texto"),
    ],
)
def test_a_flag_says_what_was_seen(sent: object, end: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_note(as_sent({"document_id": "A", "full_adjustment": sent}))

    assert refused.value.faults[0].message == end


@pytest.mark.parametrize(
    ("sent", "hint"),
    [
        ("30/06/2026", "; escríbala así: 2026-06-30"),
        ("3-4-2026", "; escríbala así: 2026-04-03"),
        ("2026/6/30", "; escríbala así: 2026-06-30"),
        ("20260630", "; escríbala así: 2026-06-30"),
        ("2026-06-30T08:00:00", "; escríbala así: 2026-06-30"),
        ("31/02/2026", ""),
        ("30/06/1926", ""),
        ("ayer", ""),
    ],
)
def test_a_day_says_how_it_is_written(sent: str, hint: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_filter({"date_from": sent}, lambda _, __: None)

    assert refused.value.faults[0].message == f"debe ser una fecha AAAA-MM-DD que exista, de 2000 a 2199{hint}"


@pytest.mark.parametrize(
    ("sent", "hint"),
    [
        ("06/2026", "; escríbalo así: 2026-06"),
        ("2026-6", "; escríbalo así: 2026-06"),
        ("202606", "; escríbalo así: 2026-06"),
        ("2026-06-30", "; escríbalo así: 2026-06"),
        ("2026-13", ""),
        ("06/1926", ""),
        ("junio", ""),
    ],
)
def test_a_month_says_how_it_is_written(sent: str, hint: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_books({"month": sent})

    assert refused.value.faults[0].message == f"debe ser un mes AAAA-MM, de 2000 a 2199{hint}"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"invoice": {"lines": [LINE]}}, "es obligatorio; está dentro de «invoice»"),
        ({"documentos": [{"lines": [LINE]}]}, "es obligatorio; está dentro de «documentos»"),
        ({"invoice": {"total": 1}}, "es obligatorio"),
        ({"invoice": []}, "es obligatorio"),
    ],
)
def test_a_request_inside_of_another_object_says_so(body: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_invoice(as_sent(body))

    (fault,) = refused.value.faults
    assert (fault.field, fault.message.partition(":")[0]) == ("lines", message)
