"""The rules of the documents room: what each kind of document says, and what keeps it from being signed."""
