"""The language of a reader who has not chosen one."""

from starlette.types import Scope

from ocote.people.person import Language


def language_of_guest(scope: Scope) -> Language:
    """English where the browser prefers it to Spanish, else Spanish."""
    asked = next((value for name, value in scope["headers"] if name == b"accept-language"), b"").decode("latin-1")
    first = asked.split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "es"
