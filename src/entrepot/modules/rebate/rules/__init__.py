"""The rules of the export refund, a file for each question."""
