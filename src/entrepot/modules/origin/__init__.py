"""Origin: whether a line originates under RCEP, by which criterion, and with what margin."""
