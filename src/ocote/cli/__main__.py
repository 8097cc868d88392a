"""``python -m ocote.cli``: the same as ``ocote``, for processes that start one another."""

from ocote.cli import main

main()
