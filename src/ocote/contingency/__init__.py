"""What happens while MH does not answer, and after: entering, reporting, delivering (rules.md 4)."""
