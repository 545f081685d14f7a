"""What to do with a belief: style, act / ask / observe, packs, guardrails, reasons."""
