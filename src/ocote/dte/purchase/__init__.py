"""Factura de sujeto excluido (14): a purchase from somebody not registered for VAT; the buyer issues it."""
