"""Classification: which goods code fits a description, and the one question that would tell."""
