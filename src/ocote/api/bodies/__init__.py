"""The JSON bodies of answers, as the contract writes them."""
