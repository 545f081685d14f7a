"""From a stay in the store to the advice that the desk reads."""
