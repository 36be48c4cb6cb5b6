"""Stand-alone verifier of receipts; imports nothing of entrepot."""
