"""The options and kinds of values that several commands share."""

from datetime import date, datetime
from typing import Any, Final

import click

from ocote.cli.environment import ENVIRONMENT_NAMES
from ocote.dte.local_time import EL_SALVADOR

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


class DayParameter(click.ParamType[date, str]):
    """A day, written ``2026-06-01``."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day of an option's text."""
        try:
            return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=EL_SALVADOR).date()
        except ValueError:
            self.fail(f"«{value}» no se entiende; escríbalo como 2026-06-01.", param, ctx)
