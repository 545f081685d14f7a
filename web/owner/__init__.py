"""The owner's rooms: rules, reservations, the own house."""
