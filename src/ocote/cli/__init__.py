"""The command line: ``ocote …``. Texts are for the operator, hence in Spanish."""

import sys


def main() -> None:
    """Runs the command that the arguments name.

    A failure that the operator can mend ends with one line on standard error and status 1, a wrong call with status
    2; anything else is a fault of the program and shows its traceback.
    """
    from ocote.cli.failures import explanation
    from ocote.cli.root import app
    from ocote.cli.usage import WrongCall, usage_text

    try:
        sys.exit(app(standalone_mode=False))
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
