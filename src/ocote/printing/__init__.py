"""Makes the PDF and the delivered JSON of a document from its signed text alone."""
