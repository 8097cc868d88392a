"""The next numbers of a company's documents."""
