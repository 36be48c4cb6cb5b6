"""Customs messages in the formats of the offices: read into statements, written from the declaration."""
