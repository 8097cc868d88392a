"""The command line: ``ocote …``. Texts are for the operator, hence in Spanish."""

import sys

_WITH_A_LOG = frozenset({"serve", "worker", "emulator", "demo"})
"""The commands that write a log of their own."""


def main() -> None:
    """Runs the command named by the arguments.

    A failure that the operator can repair ends with one line on standard error and status 1, a wrong call with status
    2. Any other failure is a fault of the program and shows its traceback. Whatever a command writes, only its user
    can read.
    """
    import os

    import click

    from ocote.cli.failures import explanation
    from ocote.cli.root import ocote_commands
    from ocote.cli.spanish import speak_spanish, usage_text
    from ocote.cli.writing import PRIVATE_UMASK

    os.umask(PRIVATE_UMASK)
    speak_spanish()
    if sys.argv[1:2] and sys.argv[1] not in _WITH_A_LOG:
        from ocote.cli.acts import keep_acts

        keep_acts()
    try:
        sys.exit(ocote_commands.main(prog_name="ocote", standalone_mode=False))
    except click.Abort as aborted:
        if not isinstance(aborted.__cause__, KeyboardInterrupt):
            raise
        sys.exit(130)
    except click.UsageError as error:
        sys.stderr.write(usage_text(error))
        sys.exit(error.exit_code)
    except Exception as error:
        text = explanation(error)
        if text is None:
            raise
        sys.stderr.write(f"Error: {text}\n")
        sys.exit(1)
