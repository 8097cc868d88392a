"""The items that a company sells: its own catalog, from which lines of documents take what they do not say."""
