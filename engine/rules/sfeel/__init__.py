"""S-FEEL of DMN 1.5: text of one cell, tables of such cells; `engine.rules.unary` is its face."""
