"""The e-mail a customer opens."""

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.utils import getaddresses
from typing import Any

import pytest

from ocote.mail.message import Attached, MailEnvelope, delivery_mail, invalidation_mail
from tests.printing.documents import STAMP, Document, in_contingency, in_test_environment, sample

_CODE = "6B0D549B-6F03-475A-9600-A35A099950D8"


def _mail(document: Document | None = None, **changes: Any) -> EmailMessage:
    envelope, attached, rest = _arguments(changes)
    return delivery_mail(sample("01-v2") if document is None else document, envelope, attached, **rest)


def _invalidation(name: str = "invalidation-v2", **changes: Any) -> EmailMessage:
    envelope, attached, rest = _arguments(changes)
    return invalidation_mail(sample(name), envelope, attached, **rest)


def _arguments(changes: dict[str, Any]) -> tuple[MailEnvelope, Attached, dict[str, Any]]:
    usual: dict[str, Any] = {
        "stamp": STAMP,
        "pdf": b"%PDF-1.7 sample",
        "delivered": b'{"identificacion":{}}',
        "sender": "dte@example.com",
        "recipient": "cliente@example.com",
        "sent_at": datetime(2026, 12, 14, 16, 30, tzinfo=UTC),
    }
    rest = {**usual, **changes}
    envelope = MailEnvelope(
        rest.pop("sender"),
        rest.pop("recipient"),
        rest.pop("sent_at"),
        rest.pop("sending", ""),
        rest.pop("reply_to", None),
    )
    return envelope, Attached(rest.pop("pdf"), rest.pop("delivered"), rest.pop("link", None)), rest


def _text(message: EmailMessage) -> str:
    return _part(message, "plain")


def _html(message: EmailMessage) -> str:
    return _part(message, "html").replace("<wbr>", "")


def _part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    content: str = found.get_content()
    return content


def test_the_message_says_who_delivers_what_to_whom() -> None:
    message = _mail()

    assert str(message["From"]) == "Almacén de Prueba <dte@example.com>"
    assert str(message["To"]) == "cliente@example.com"
    assert str(message["Subject"]) == "Factura DTE-01-M001P001-000000000000042 de Almacén de Prueba"
    assert str(message["Date"]) == "Mon, 14 Dec 2026 10:30:00 -0600", "the customer's own time"


@pytest.mark.parametrize(
    "name",
    [
        "Almacén Ñandú",
        "Café S.A. Anónima Ramón Óptica de Fénix Café La Unión",
        'Comercial, Industrial y Agrícola "La Unión" (Sucursal Nº 3), Sociedad Anónima de Capital Variable',
        "Almacén " * 15 + "Ñandú",
    ],
)
def test_a_name_with_accents_keeps_its_blanks(name: str) -> None:
    document = in_test_environment(sample("03-v2"))
    document["emisor"]["nombreComercial"] = name
    received = message_from_bytes(bytes(_mail(document)))
    sender, subject = (str(make_header(decode_header(received[header]))) for header in ("From", "Subject"))

    assert sender == f"{name} <dte@example.com>"
    assert subject == (
        "[PRUEBA – SIN VALIDEZ FISCAL] Comprobante de crédito fiscal DTE-03-S002P001-000000000000007 de " + name
    )


@pytest.mark.parametrize("body", [_text, _html])
def test_both_bodies_show_document_amount_codes_and_where_to_check(body: Callable[[EmailMessage], str]) -> None:
    content = body(_mail()).replace("&amp;", "&")

    for expected in (
        "Almacén de Prueba le entrega su documento tributario electrónico.",
        "Factura",
        "$39.25",
        _CODE,
        "DTE-01-M001P001-000000000000042",
        STAMP,
        "14/12/2026 10:29:58",
        f"{_CODE}.pdf",
        f"{_CODE}.json",
        f"https://admin.factura.gob.sv/consultaPublica?ambiente=01&codGen={_CODE}&fechaEmi=2026-12-14",
        "Emisor de Prueba, Sociedad Anónima de Capital Variable",
        "NIT 0614-999999-001-7",
        "22220000",
        "dte@example.com",
    ):
        assert expected in content, expected


def test_the_files_are_attached_unchanged_and_named_by_the_generation_code() -> None:
    delivered = b'{"a":1.50}\n'
    read = message_from_bytes(_mail(delivered=delivered).as_bytes(), policy=SMTP)

    assert [(part.get_filename(), part.get_content_type(), part.get_content()) for part in read.iter_attachments()] == [
        (f"{_CODE}.pdf", "application/pdf", b"%PDF-1.7 sample"),
        (f"{_CODE}.json", "application/json", delivered),
    ]


def test_the_html_loads_nothing_from_outside() -> None:
    html = _html(_mail())

    assert "src=" not in html
    assert "url(" not in html
    assert html.count("http") == 1


@pytest.mark.parametrize("body", [_text, _html])
def test_a_document_without_stamp_says_so(body: Callable[[EmailMessage], str]) -> None:
    message = _mail(in_contingency(in_test_environment(sample("01-v2"))), stamp=None)

    assert "todavía no tiene el sello de recepción" in body(message)
    assert "Pendiente: emitido en contingencia, aún no transmitido" in body(message)
    assert "PRUEBA – SIN VALIDEZ FISCAL" in body(message)
    assert "TRANSMISIÓN POR CONTINGENCIA" in body(message)
    assert "PRUEBA – SIN VALIDEZ FISCAL" in str(message["Subject"])
    assert "todavía no tiene" not in body(_mail())


@pytest.mark.parametrize("body", [_text, _html])
def test_the_stamped_message_after_a_contingency_says_that_it_replaces_the_first(
    body: Callable[[EmailMessage], str],
) -> None:
    first, second = (_mail(in_contingency(sample("01-v2")), stamp=stamp) for stamp in (None, STAMP))

    assert "Cuando lo tenga, lo recibirá otra vez con su sello." in body(first)
    assert "Si lo recibió antes sin sello, este mensaje reemplaza al anterior: es el mismo documento." in body(second)
    assert str(first["Subject"]).startswith("[TRANSMISIÓN POR CONTINGENCIA] Factura ")
    assert str(second["Subject"]).startswith("[CON SELLO DE RECEPCIÓN] Factura ")


def test_names_are_text_and_never_markup_or_headers() -> None:
    document = sample("01-v2")
    document["emisor"]["nombreComercial"] = "<b>Prueba</b> & Cía\r\nBcc: otro@example.com"
    message = _mail(document)

    assert "&lt;b&gt;Prueba&lt;/b&gt; &amp; Cía" in _html(message)
    assert message["Bcc"] is None
    assert str(message["Subject"]).endswith("de <b>Prueba</b> & Cía Bcc: otro@example.com")


@pytest.mark.parametrize(
    ("address", "policy"), [("dte@example.com", SMTP), ("dte@example.com", SMTPUTF8), ("ñandú@example.com", SMTPUTF8)]
)
@pytest.mark.parametrize(
    "name",
    [
        "Distribuidora de Productos Agropecuarios y Servicios Generales del Oriente, S.A. de C.V.",
        "Distribuidora de Productos Agropecuarios y Servicios del Oriente <otra@example.com>, S.A. de C.V.",
        "Asociación Cooperativa de Ahorro, Crédito, Producción y Consumo «La Demostración», de R.L.; sucursal (1)",
        "Ñandú, " * 25 + "S.A.",
    ],
)
def test_a_long_name_with_commas_is_still_one_sender(name: str, address: str, policy: EmailPolicy) -> None:
    document = sample("01-v2")
    document["emisor"]["nombreComercial"] = name

    raw = _mail(document, sender=address).as_bytes(policy=policy).decode()

    [(words, sender)] = getaddresses([message_from_string(raw)["From"]])
    assert (str(make_header(decode_header(words))), sender) == (name, address)


def test_a_repeated_attempt_carries_the_same_message_id() -> None:
    first = _mail()
    later = _mail(sent_at=datetime(2026, 12, 15, tzinfo=UTC), pdf=b"%PDF-1.7 other")

    assert first["Message-ID"] == later["Message-ID"]
    assert str(first["Message-ID"]).startswith(f"<{_CODE.lower()}.")
    assert str(first["Message-ID"]).endswith("@example.com>")


def test_another_recipient_or_a_later_stamp_is_another_message() -> None:
    identifiers = {
        str(_mail(**changes)["Message-ID"])
        for changes in ({}, {"recipient": "otra@example.com"}, {"stamp": None}, {"sender": "ventas@example.com"})
    }

    assert len(identifiers) == 4


def test_a_deliberate_second_sending_is_another_message_and_its_attempts_are_the_same() -> None:
    first, again, retried = (_mail(sending=sending)["Message-ID"] for sending in ("a", "b", "b"))

    assert first != again
    assert again == retried


def test_a_document_that_was_invalidated_since_says_so() -> None:
    message = _mail(undone="invalidated")

    assert str(message["Subject"]).startswith("[INVALIDADO] Factura ")
    for content in (_text(message), _html(message)):
        assert "INVALIDADO" in content
        assert "le envía un documento tributario electrónico que después invalidó." in content
        assert "fue invalidado ante el Ministerio de Hacienda: ya no tiene efecto fiscal." in content
        assert "le entrega" not in content


def test_a_voucher_that_a_credit_note_took_back_since_says_so() -> None:
    message = _mail(sample("03-v2"), undone="adjusted")

    assert str(message["Subject"]).startswith("[ANULADO POR NOTA DE CRÉDITO] Comprobante ")
    for content in (_text(message), _html(message)):
        assert "Una nota de crédito anuló este documento por completo: no lo registre sin ella." in content
        assert "invalid" not in content.lower()


@pytest.mark.parametrize("body", [_text, _html])
def test_an_invalidation_names_the_document_and_hands_over_the_event(body: Callable[[EmailMessage], str]) -> None:
    message = _invalidation()

    for expected in (
        "invalidó un documento tributario electrónico",
        "Invalidación de comprobante de crédito fiscal",
        "C0FFEE00-1111-4222-8333-444455556666",
        "DTE-03-S002P001-000000000000007",
        "15/12/2026",
        "Error en la Información del Documento Tributario Electrónico a invalidar",
        "Precio equivocado en el renglón 2",
        "D0FFEE00-1111-4222-8333-444455556666",
        "El documento ya no tiene efecto fiscal.",
        "ABADBABE-6666-4777-8888-9999AAAABBBB.pdf",
    ):
        assert expected in body(message), expected
    assert str(message["Subject"]).startswith("Evento de invalidación DTE-03-S002P001-000000000000007 de ")
    assert [part.get_filename() for part in message.iter_attachments()] == [
        "ABADBABE-6666-4777-8888-9999AAAABBBB.pdf",
        "ABADBABE-6666-4777-8888-9999AAAABBBB.json",
    ]


def test_an_invalidation_of_the_older_edition_is_told_alike() -> None:
    told = _text(_invalidation("invalidation-v1"))

    assert "Invalidación de" in told
    assert "Motivo: Rescindir de la operación realizada" in told
    assert "Monto de IVA: $23.40" in told


@pytest.mark.parametrize("body", [_text, _html])
def test_the_documents_own_page_comes_before_that_of_mh(body: Callable[[EmailMessage], str]) -> None:
    link = "https://facturas.example.com/v/abc"
    for content in (body(_mail(link=link)), body(_invalidation(link=link))):
        assert 0 < content.index(link) < content.index("https://admin.factura.gob.sv/")
    assert "/v/" not in body(_mail())


@pytest.mark.parametrize("body", [_text, _html])
def test_mh_is_named_for_later_while_a_document_has_no_stamp(body: Callable[[EmailMessage], str]) -> None:
    assert "uando tenga su sello" in body(_mail(in_contingency(sample("01-v2")), stamp=None))
    assert "uando tenga su sello" not in body(_mail())


def test_a_telephone_of_eight_digits_can_be_dialled_from_anywhere() -> None:
    document = sample("01-v2")
    document["emisor"]["telefono"] = "2222-0000"
    assert '<a href="tel:+50322220000"' in _html(_mail(document))
    document["emisor"]["telefono"] = "2222-0000 ext. 14"
    assert "tel:" not in _html(_mail(document))
    assert "teléfono 2222-0000 ext. 14" in _html(_mail(document))


def test_an_issuer_without_telephone_and_address_is_named_alone() -> None:
    document = sample("01-v2")
    document["emisor"].update(telefono=None, correo=None)
    for body in (_text, _html):
        assert "Consultas" not in body(_mail(document))
        assert "None" not in body(_mail(document))


def test_answers_of_machines_are_not_asked_for() -> None:
    message = _mail()

    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-generated", "OOF, AutoReply")


def test_answers_go_to_the_address_that_the_company_names() -> None:
    assert str(_mail(reply_to="ventas@example.com")["Reply-To"]) == "ventas@example.com"
    assert _mail()["Reply-To"] is None
    with pytest.raises(ValueError, match="not an e-mail address"):
        _mail(reply_to="a@example.com\r\nBcc: b@example.com")


def test_a_domain_with_accents_is_written_so_that_every_server_takes_it() -> None:
    message = _mail(sender="facturas@cafetería.example", recipient="compras@ñandú.example", reply_to="a@ñandú.example")

    assert message.as_bytes().isascii()
    assert str(message["From"]).endswith("<facturas@xn--cafetera-i2a.example>")
    assert (str(message["To"]), str(message["Reply-To"])) == (
        "compras@xn--and-6ma2c.example",
        "a@xn--and-6ma2c.example",
    )
    assert str(message["Message-ID"]).endswith("@xn--cafetera-i2a.example>")


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert _mail().as_bytes() == _mail().as_bytes()


def test_the_message_is_plain_ascii_with_lines_every_server_takes() -> None:
    raw = _mail(pdf=bytes(range(256)) * 40).as_bytes()

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_an_invoice_to_a_purchase_and_a_note_are_delivered_alike() -> None:
    for name in ("03-v1", "05-v1", "05-v2", "11-v2", "14-v1"):
        document = sample(name)
        assert document["identificacion"]["numeroControl"] in str(_mail(document)["Subject"])


@pytest.mark.parametrize(
    "address", ["", "nadie", "@example.com", "a b@example.com", "a@example.com\r\nBcc: b@example.com"]
)
def test_what_is_not_an_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        _mail(recipient=address)
