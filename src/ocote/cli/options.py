"""The options and types of values that several commands use."""

from datetime import date, datetime, timedelta
from typing import Any, Final

import click
from msgspec import Struct

from ocote.dte.control_number import LARGEST_CORRELATIVE
from ocote.dte.local_time import EL_SALVADOR
from ocote.wording.environment import ENVIRONMENT_NAMES

company_option: Final = click.option("--company", metavar="NIT", required=True, help="NIT de la empresa.")
any_company_option: Final = click.option("--company", metavar="NIT", help="NIT de la empresa; sin él, de todas.")
environment_option: Final = click.option(
    "--environment",
    type=click.Choice(tuple(ENVIRONMENT_NAMES)),
    help="00 pruebas, 01 producción; solo si la empresa está en los dos.",
)
unsent_option: Final = click.option("--unsent", is_flag=True, help="Solo los que no se han entregado.")
limit_option: Final = click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    metavar="N",
    default=50,
    help="Cuántos, empezando por el último.",
)

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_MOST_DIGITS: Final = len(str(LARGEST_CORRELATIVE))


class CorrelativeParameter(click.ParamType[int, str]):
    """The type of an option that holds the number of a document within its series, written with digits alone."""

    name = "correlative"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Reads the number from an option's text."""
        number = int(value) if value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS else 0
        if not 1 <= number <= LARGEST_CORRELATIVE:
            self.fail(f"«{value}» no sirve; escriba un número de 1 a {LARGEST_CORRELATIVE}, solo cifras.", param, ctx)
        return number


class DayParameter(click.ParamType[date, str]):
    """The type of an option that holds a day, written ``2026-06-01``."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Reads the day from an option's text."""
        try:
            return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=EL_SALVADOR).date()
        except ValueError:
            self.fail(f"«{value}» no se entiende; escríbalo como 2026-06-01.", param, ctx)


class SpanEdge(Struct, frozen=True):
    """A day or a minute at the edge of a span: its aware first moment, and the one after its last."""

    start: datetime
    end: datetime


class SpanEdgeParameter(click.ParamType[SpanEdge, str]):
    """The type of an option that holds a day or a minute in El Salvador: ``2026-06-01`` or ``2026-06-01T14:30``."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> SpanEdge:
        """Reads the day or the minute from an option's text."""
        form, length = ("%Y-%m-%dT%H:%M", _MINUTE) if "T" in value else ("%Y-%m-%d", _DAY)
        try:
            start = datetime.strptime(value, form).replace(tzinfo=EL_SALVADOR)
            return SpanEdge(start, start + length)
        except (ValueError, OverflowError):
            self.fail(f"«{value}» no se entiende; escríbalo como 2026-06-01 o 2026-06-01T14:30.", param, ctx)
