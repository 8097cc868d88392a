"""The audit log: what people changed in a company, and in the whole gateway."""
