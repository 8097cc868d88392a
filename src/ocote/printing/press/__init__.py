"""The press: PDFs set in child processes, so that no document can stop or fill the gateway (decision 0012)."""
