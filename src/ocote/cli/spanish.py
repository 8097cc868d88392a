"""The command line in Spanish: click's own texts come from a catalog, and a call that is not understood from here."""

import gettext
import os
from importlib.resources import files
from typing import Any

import click


def speak_spanish() -> None:
    """Makes click show its texts in Spanish, whatever the language of the machine.

    Click asks gettext for every text, and gettext looks for the language in the environment.
    """
    os.environ["LANGUAGE"] = "es"
    gettext.bindtextdomain("messages", str(files("ocote.cli") / "locale"))


class SpanishCommand(click.Command):
    """A command whose usage line is in Spanish."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[OPCIONES]", **settings})


class CommandGroup(click.Group):
    """Commands under one name; the name alone shows their help."""

    command_class = SpanishCommand

    def __init__(self, *args: Any, **settings: Any) -> None:
        spoken = {"options_metavar": "[OPCIONES]", "subcommand_metavar": "COMANDO [ARGUMENTOS]..."}
        super().__init__(*args, **{"no_args_is_help": True, **spoken, **settings})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they are defined."""
        return list(self.commands)


def usage_text(call: click.UsageError) -> str:
    """The fault of a call and the way to the help; the help itself after a command that does nothing alone."""
    message = call.format_message()
    if isinstance(call, click.exceptions.NoArgsIsHelpError):
        return f"{message}\n"
    command = call.ctx.command_path if call.ctx else "ocote"
    return f"Error: {message}\nAyuda: {command} --help\n"
