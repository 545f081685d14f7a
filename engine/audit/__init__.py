"""Pure reports on many stays."""
