"""The rule that an invoice must name its buyer from a certain amount on (rules.md 9)."""

from decimal import Decimal

from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.sale import Receiver
from ocote.dte.sections.parties import identity_document


def require_identified(receiver: Receiver, total: Decimal, threshold: Decimal) -> None:
    """Raises InvalidSale when ``total`` (USD) reaches ``threshold`` and ``receiver`` shows no identity document."""
    if total >= threshold and identity_document(receiver)[1] is None:
        message = f"Desde {threshold:,.2f} la factura debe identificar al cliente con NIT, DUI u otro documento."
        raise InvalidSale([Fault(FaultCode.RECEIVER_NOT_IDENTIFIED, "customer", message)])
