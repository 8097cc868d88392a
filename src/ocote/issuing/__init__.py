"""What the gateway does with a document: issue, retry, adjust, invalidate. The only writer of document state."""
