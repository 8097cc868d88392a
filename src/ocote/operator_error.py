"""The fault of a wish of whoever runs a gateway, at the panel or at the terminal."""


class OperatorError(Exception):
    """A wish that cannot be fulfilled: the text, in Spanish, gives the reason and the remedy.

    ``at_terminal`` is a sentence for those who typed a command, which pages do not show.
    """

    def __init__(self, text: str, at_terminal: str = "") -> None:
        super().__init__(text)
        self.at_terminal = at_terminal
