"""The room's own values and topics."""
