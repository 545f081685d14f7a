"""Stays from arrival to departure, and what was noticed on the way."""
