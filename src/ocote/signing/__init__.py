"""MH's certificate file and the electronic signature of documents (JWS, RS512)."""
