"""``ocote email``: what was mailed to customers, and what became of it."""

from ocote.cli.options import any_company_option, environment_option, limit_option, unsent_option
from ocote.cli.spanish import CommandGroup

email_commands = CommandGroup("email", help="Los correos a los clientes.")


@email_commands.command("list")
@any_company_option
@environment_option
@unsent_option
@limit_option
def _list(company: str | None, environment: str | None, unsent: bool, limit: int) -> None:
    """Muestra los correos y qué respondió el servidor de correo."""
    from ocote.cli.sendings import show_sendings

    show_sendings("email", company, environment, limit, only_unsent=unsent)
