"""Evento de invalidación: cancels a stamped document."""
