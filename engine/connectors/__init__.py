"""Other systems: one file per source, bytes in, one result per record out."""
