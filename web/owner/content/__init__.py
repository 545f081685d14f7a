"""Questions, styles and packs."""
