"""People, organisations and who works for whom: plain record keeping, in Django's models and a database of its own."""
