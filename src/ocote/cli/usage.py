"""What the operator reads as help and after a wrong call: typer's own words are English."""

import re
from typing import Any, Final, Protocol, runtime_checkable

_WORDS: Final = (
    (r"^Invalid value for '(.+?)': (?:Value error, )?", r"\1: "),
    (r"Input should be greater than or equal to (\S+)", r"debe ser \1 o más."),
    (r"Input should be less than or equal to (\S+)", r"debe ser \1 o menos."),
    (r"Input should be a valid integer.*", "debe ser un número entero."),
    (r"is not one of (.+)\.$", r"no vale; use \1."),
    (r"'%Y-%m-%d'", "2026-06-01"),
    (r"does not match the formats (.+)\.$", r"no se entiende; escríbalo como \1."),
    (r"(?:file|dir) ('.+') does not exist", r"no existe \1"),
    (r"(?:file|dir|path) ('.+') is not readable", r"no hay permiso para leer \1"),
    (r"(?:file|dir|path) ('.+') is not writable", r"no hay permiso para escribir \1"),
    (r"(?:file|dir) ('.+') is a directory", r"\1 es una carpeta"),
    (r"(?:file|dir) ('.+') is a file", r"\1 es un archivo"),
    (r"^Missing command", "Falta el comando"),
    (r"^Missing \w+ '(.+?)'", r"Falta \1"),
    (r"^No such command '(.+?)'", r"No existe el comando \1"),
    (r"^No such option: (\S+)", r"No existe la opción \1."),
    (r"Did you mean (.+)\?$", r"¿Quiso decir \1?"),
    (r"\(Possible options: (.+)\)$", r"¿Quiso decir \1?"),
    (r"^Got unexpected extra argument\(s\) \((.+)\)$", r"Sobra «\1»."),
    (r"^Option '(.+)' requires .*", r"A \1 le falta su valor."),
    (r"^Option '(.+)' does not take a value\.", r"\1 no lleva valor."),
)

_HELP: Final = (
    (r"^Usage: ", "Uso: "),
    (r"\[OPTIONS\]", "[OPCIONES]"),
    (r"COMMAND \[ARGS\]\.\.\.", "COMANDO [ARGUMENTOS]..."),
    (r"^Arguments:$", "Argumentos:"),
    (r"^Options:$", "Opciones:"),
    (r"^Commands:$", "Comandos:"),
    (r"Show this message and exit\.", "Muestra esta ayuda y termina."),
    (r"\[default:", "[si no se da:"),
    (r"\brequired\]", "obligatorio]"),
)


@runtime_checkable
class WrongCall(Protocol):
    """What typer raises for a call that it does not understand."""

    ctx: Any
    exit_code: int

    def format_message(self) -> str:
        """What is wrong, in English; the help itself after a command that does nothing alone."""


def help_text(written: str) -> str:
    """A help page with its frame in Spanish; what it frames is so already."""
    for english, spanish in _HELP:
        written = re.sub(english, spanish, written, flags=re.MULTILINE)
    return written


def usage_text(call: WrongCall) -> str:
    """What is wrong with a call, and where the help is."""
    message = call.format_message()
    if message.startswith("Usage: "):
        return f"{help_text(message)}\n"
    for english, spanish in _WORDS:
        message = re.sub(english, spanish, message)
    command = call.ctx.command_path if call.ctx else "ocote"
    return f"Error: {message}\nAyuda: {command} --help\n"
