"""Documents as files for accountants: an index as CSV or as a workbook, and everything in one zip."""
