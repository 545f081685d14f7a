"""Words of the trade: frozen dataclasses and enums, standard library only."""
