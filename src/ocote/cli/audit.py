"""``ocote audit``: the log of what people changed."""

import click

from ocote.cli.spanish import CommandGroup

audit_commands = CommandGroup("audit", help="La bitácora: qué cambió cada persona.")


@audit_commands.command("verify")
@click.option("--expect", metavar="HUELLA", help="Huella que dio una revisión anterior y se guardó en otro lugar.")
@click.pass_context
def _verify(context: click.Context, expect: str | None) -> None:
    """Revisa que la bitácora esté entera. Da la huella del final; guárdela en otro lugar. Estado 1 si está rota."""
    import asyncio

    from ocote.cli.audit_report import verified_lines, verify_chain
    from ocote.cli.console import out

    verified = asyncio.run(verify_chain(expect))
    for line in verified_lines(verified):
        out().print(line, soft_wrap=True)
    context.exit(0 if verified.is_whole else 1)
