"""``python -m ocote.cli``: the command ``ocote``, for processes that start one another."""

from ocote.cli import main

main()
