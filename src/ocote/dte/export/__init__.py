"""Factura de exportación (11): a sale to a buyer abroad."""
