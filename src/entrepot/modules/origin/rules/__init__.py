"""The rules of origin by subject: grammar, value content, product tests, journey, decision."""
