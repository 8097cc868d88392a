"""The page on which the receiver of a document sees how it stands (``/v/{token}``)."""
