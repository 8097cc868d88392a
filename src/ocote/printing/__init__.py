"""PDF and delivered JSON of a document, made from its signed text alone."""
