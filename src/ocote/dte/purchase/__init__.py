"""Factura de sujeto excluido (14): a purchase from a person not registered for VAT, issued by the buyer."""
