"""Market procurement trade (1039): goods bought at a market, their lines, their trace, and the rules they go under."""
