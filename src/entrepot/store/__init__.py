"""What is kept; the only folder that writes."""
