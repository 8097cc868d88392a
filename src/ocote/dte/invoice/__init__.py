"""Factura (01): a sale whose buyer need not be named."""
