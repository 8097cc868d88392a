"""What the customer receives: the delivered JSON, the printed representation and the e-mail that carries them."""
