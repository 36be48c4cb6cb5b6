"""The cheapest legal way in: which treatment or agreement is worth using, and what it takes."""
