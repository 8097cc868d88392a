"""The command line: ``ocote …``. Texts are for the operator, hence in Spanish."""

import sys
from contextlib import redirect_stdout
from io import StringIO


def main() -> None:
    """Runs the command that the arguments name.

    A failure that the operator can mend ends with one line on standard error and status 1, a wrong call with status
    2; anything else is a fault of the program and shows its traceback.
    """
    from ocote.cli.failures import explanation
    from ocote.cli.root import app
    from ocote.cli.usage import WrongCall, help_text, usage_text

    try:
        if "--help" in sys.argv:
            with redirect_stdout(StringIO()) as written:
                status = app(standalone_mode=False)
            sys.stdout.write(help_text(written.getvalue()))
        else:
            status = app(standalone_mode=False)
        sys.exit(status)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if isinstance(error, WrongCall):
            sys.stderr.write(usage_text(error))
            sys.exit(error.exit_code)
        text = explanation(error)
        if text is None:
            raise
        sys.stderr.write(f"Error: {text}\n")
        sys.exit(1)
