"""The addresses to which the e-mails about a document go."""

from collections.abc import Iterable


def document_recipients(customer_email: str | None, redirect_email: str | None) -> tuple[str, ...]:
    """The addresses of a document without duplicate. ``redirect_email`` holds several addresses separated by commas."""
    return different((customer_email or "", *(redirect_email or "").split(",")))


def different(addresses: Iterable[str]) -> tuple[str, ...]:
    """The addresses in their order, each once whatever its capital letters; without empty texts."""
    found: dict[str, str] = {}
    for address in filter(None, map(str.strip, addresses)):
        found.setdefault(address.casefold(), address)
    return tuple(found.values())
