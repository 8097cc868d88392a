"""The page on which the receiver of a document sees its state (``/v/{token}``)."""
