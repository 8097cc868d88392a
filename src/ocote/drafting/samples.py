"""A sample of what customers get of a company: the mails and the PDF of a document that is never issued."""

from collections.abc import Mapping
from decimal import Decimal
from email.message import EmailMessage
from typing import Any, Final, Literal

from ocote.archive.archive import pdf_for_client
from ocote.clock import Clock
from ocote.companies.caller import Caller
from ocote.documents.view import Preview, Refused
from ocote.dte import text
from ocote.issuing.issue import DocumentIssuer
from ocote.issuing.orders import Orders
from ocote.mail.message import Attached, MailEnvelope, delivery_mail, invalidation_mail
from ocote.printing.brand import Brand
from ocote.printing.figures import money
from ocote.printing.press.messages import PrintJob
from ocote.printing.press.press import Press
from ocote.requests.invoice import read_invoice

SampleKind = Literal["delivery", "invalidation"]

_REQUEST: Final[Mapping[str, Any]] = {
    "customer_name": "Persona de Ejemplo",
    "lines": [{"description": "Artículo de ejemplo", "quantity": Decimal(2), "unit_price": Decimal("5.65")}],
}
_STAMP: Final = "MUESTRA"
_LINK: Final = "https://example.com/muestra"
_ADDRESS: Final = "cliente@example.com"


class SampleDocuments:
    """Shows the documents and mails of a company with a look and texts that need not be stored yet."""

    def __init__(self, orders: Orders, issuer: DocumentIssuer, press: Press, clock: Clock) -> None:
        self._orders = orders
        self._issuer = issuer
        self._press = press
        self._clock = clock

    async def mail(self, caller: Caller, brand: Brand, kind: SampleKind) -> EmailMessage:
        """The message that a customer would get. Raises Refused while the company cannot issue."""
        document, total = await self._document(caller)
        envelope = MailEnvelope(_ADDRESS, _ADDRESS, self._clock())
        attached = Attached(b"", b"", _LINK, total)
        if kind == "invalidation":
            return invalidation_mail(_event(document), envelope, attached, stamp=_STAMP, brand=brand)
        return delivery_mail(document, envelope, attached, stamp=_STAMP, brand=brand)

    async def pdf(self, caller: Caller, brand: Brand) -> bytes:
        """The letter of the sample, marked as a draft. Raises Refused while the company cannot issue."""
        document, _ = await self._document(caller)
        job = PrintJob(text.encode(document), "document", stamp=None, brand=brand, undone="draft")
        return await pdf_for_client(self._press, job, caller.company_id, "now")

    async def _document(self, caller: Caller) -> tuple[dict[str, Any], str]:
        """The document that would be signed now, and its amount to pay."""
        shown = await self._issuer.preview(caller, self._orders.sale(caller, read_invoice(_REQUEST)))
        if not isinstance(shown, Preview):
            raise Refused("page_not_found")
        return shown.document, money(shown.amounts.payable)


def _event(document: Mapping[str, Any]) -> dict[str, Any]:
    """An event that would invalidate the sample."""
    identification = document["identificacion"]
    return {
        "identificacion": {
            "ambiente": identification["ambiente"],
            "codigoGeneracion": identification["codigoGeneracion"],
            "fecAnula": identification["fecEmi"],
            "horAnula": identification["horEmi"],
            "version": identification["version"],
        },
        "emisor": document["emisor"],
        "documento": {
            **{key: identification[key] for key in ("tipoDte", "codigoGeneracion", "numeroControl", "fecEmi")},
            "selloRecibido": _STAMP,
            "tipoDocumento": None,
            "numDocumento": None,
            "nombre": _REQUEST["customer_name"],
            "codigoGeneracionR": None,
        },
        "motivo": {
            "tipoAnulacion": 2,
            "motivoAnulacion": None,
            "nombreResponsable": "Persona de Ejemplo",
            "tipDocResponsable": "13",
            "numDocResponsable": "000000018",
            "nombreSolicita": "Persona de Ejemplo",
            "tipDocSolicita": "13",
            "numDocSolicita": "000000018",
        },
    }
