"""``python -m ocote.cli``: the command ``ocote``, for processes that start other processes."""

from ocote.cli import main

main()
