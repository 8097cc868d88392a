"""HTTP machinery below the API and the panel: answers, bodies, limits, metrics, the server protocol."""
