"""Witness and monitor of transparency logs; stands alone, as the verifier does, and imports nothing of entrepot."""
