"""Importers of sanctions and control lists: each publisher's file into one pack form that screening reads."""
