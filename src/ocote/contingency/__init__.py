"""The contingency, while MH does not answer and afterwards: entering, reporting, delivering (rules.md 4)."""
