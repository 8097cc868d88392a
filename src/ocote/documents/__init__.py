"""A document as the rest of the gateway sees it: its life, its record, its signed text, its settling."""
