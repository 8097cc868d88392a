"""Renders the templates of messages, as text and as HTML."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment


def rendered_mail(template: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """The text and the HTML of a message; in the HTML every value is escaped."""
    text, html = (_environment().get_template(f"{template}.{kind}").render(values) for kind in ("txt", "html"))
    return text, html


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # noqa: PLC0415 - imported with the first text

    return Environment(
        loader=FileSystemLoader(str(files("ocote.mail") / "templates")),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
