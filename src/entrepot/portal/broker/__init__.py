"""The broker's day: many clients' trades at a glance, begun as copies, filed together, parted, and answered by customs."""
