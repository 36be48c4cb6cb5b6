"""Rebate: the export refund of value-added tax, from its regime to its amounts and deadlines."""
