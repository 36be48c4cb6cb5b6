"""Licensing: which licences, inspections and papers a line of goods needs, from whom, by when, and what of it is at hand."""
