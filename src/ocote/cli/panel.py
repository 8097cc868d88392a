"""``ocote panel``: the people of the panel."""

from typing import TYPE_CHECKING

import click

from ocote.cli.options import environment_option
from ocote.cli.spanish import CommandGroup

if TYPE_CHECKING:
    from ocote.people.invitations import Invited
    from ocote.settings import Settings
    from ocote.store.engine.store import Store

panel_commands = CommandGroup("panel", help="El panel: las personas que entran con un navegador.")

_ROLES = ("owner", "accountant", "cashier", "reader")


@panel_commands.command("invite")
@click.option("--email", metavar="CORREO", default="", help="Solo esta persona acepta; sin él, quien tenga el enlace.")
@click.option("--company", metavar="NIT", help="Empresa del rol; sin ella se invita a operar toda la pasarela.")
@environment_option
@click.option("--role", type=click.Choice(_ROLES), help="Rol en la empresa; sin él, owner.")
@click.option("--pos", "points", metavar="PUNTO", multiple=True, help="Punto de un cashier; se puede repetir.")
@click.option("--url", metavar="DIRECCIÓN", help="Comienzo del enlace, si no es OCOTE_BASE_URL.")
@click.option("--mail", "is_mailed", is_flag=True, help="Además lo envía a --email por el correo de la empresa.")
def _invite(
    email: str,
    company: str | None,
    environment: str | None,
    role: str | None,
    points: tuple[str, ...],
    url: str | None,
    is_mailed: bool,
) -> None:
    """Escribe un enlace de invitación, solo. Sirve una vez, durante 72 horas."""
    import asyncio
    from typing import cast

    from ocote import settings
    from ocote.audit import at_terminal
    from ocote.clock import system_clock
    from ocote.companies.registry import find_company, find_point
    from ocote.people.invitations import Invitations, Invited
    from ocote.people.rights import Role
    from ocote.people.sessions import Sessions
    from ocote.store.engine.opening import open_store

    if company is None and (role or environment or points):
        raise click.UsageError("--role, --environment y --pos son de una empresa: indique --company.")
    if points and role != "cashier":
        raise click.UsageError("--pos es de un cajero: indique --role cashier.")
    if is_mailed and (company is None or not email):
        raise click.UsageError(
            "--mail envía por el servidor de una empresa a una persona: indique --company y --email."
        )
    configured = settings.load()

    async def invite() -> None:
        async with open_store(configured.database_url) as store:
            invited = Invited(email=email, is_operator=company is None)
            if company is not None:
                found = await find_company(store, company.replace("-", ""), environment)
                for point in points:
                    await find_point(store, found, point)
                invited = Invited(email, found.id, cast("Role", role or "owner"), points)
            invitations = Invitations(store, Sessions(store, system_clock), system_clock)
            link = f"{_base(configured, url)}/panel/invitation/{await invitations.invite(invited, at_terminal())}"
            click.echo(link)
            if is_mailed:
                click.echo(await _mailed(store, configured, invited, link), err=True)

    asyncio.run(invite())


@panel_commands.command("reset")
@click.option("--email", metavar="CORREO", required=True, help="La persona que perdió su contraseña.")
@click.option("--url", metavar="DIRECCIÓN", help="Comienzo del enlace, si no es OCOTE_BASE_URL.")
def _reset(email: str, url: str | None) -> None:
    """Escribe un enlace para elegir otra contraseña, solo. Apaga el segundo paso y termina las sesiones."""
    import asyncio

    from ocote import settings
    from ocote.audit import Author, acting_person
    from ocote.cli.failures import CommandFailed
    from ocote.clock import system_clock
    from ocote.people.invitations import Invitations
    from ocote.people.sessions import Sessions
    from ocote.store.engine.opening import open_store

    configured = settings.load()

    async def reset() -> str | None:
        async with open_store(configured.database_url) as store:
            invitations = Invitations(store, Sessions(store, system_clock), system_clock)
            return await invitations.reset(email, Author(acting_person(), "terminal"))

    secret = asyncio.run(reset())
    if secret is None:
        raise CommandFailed(f"No hay ninguna persona con el correo {email}.")
    click.echo(f"{_base(configured, url)}/panel/invitation/{secret}")


async def _mailed(store: "Store", configured: "Settings", invited: "Invited", link: str) -> str:
    """Mails an invitation; returns the sentence about the outcome. Raises VaultError."""
    from ocote.clock import system_clock
    from ocote.companies.registry import Companies
    from ocote.outbox.company_mailer import CompanyMailer
    from ocote.outbox.invitation_mail import InvitationLink, mail_invitation
    from ocote.vault import Vault
    from ocote.web.limiter import RateLimiter

    companies = Companies(store, Vault.from_secret(configured.required_secret()))
    mailer = CompanyMailer(companies, RateLimiter.from_url("memory://"))
    outcome = await mail_invitation(mailer, system_clock, invited, InvitationLink(link))
    if outcome.is_taken:
        return f"El servidor de correo recibió la invitación para {invited.email}."
    return f"El correo para {invited.email} no salió: {outcome.said}. El enlace sirve de todos modos."


def _base(configured: "Settings", url: str | None) -> str:
    """The beginning of a link; when nobody has said it, a guess that standard error explains."""
    import socket

    if known := url or configured.base_url:
        return known.rstrip("/")
    guess = "http://127.0.0.1:8000" if configured.allow_http else f"https://{socket.getfqdn()}:8443"
    click.echo(
        f"Sin OCOTE_BASE_URL el enlace supone que la pasarela está en {guess}. Si está en otra dirección, cambie ese "
        "comienzo o use --url.",
        err=True,
    )
    return guess
