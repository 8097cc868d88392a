"""Evento de contingencia: reports the documents that were issued while MH could not be reached."""
