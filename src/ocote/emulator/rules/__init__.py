"""The business rules: small functions from a reading of the document to a finding, or None when the rule is met."""
