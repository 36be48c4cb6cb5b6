"""The rules of classification by subject: memory, question, notes, the duty at stake, the suggestion."""
