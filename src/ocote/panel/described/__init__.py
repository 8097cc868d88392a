"""The description of a company as forms: fields, their values, and the faults at them."""
