"""Comprobante de crédito fiscal (03): a sale to a buyer registered for VAT."""
