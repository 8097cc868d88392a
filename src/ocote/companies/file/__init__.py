"""The company file: TOML in, a checked company out."""
