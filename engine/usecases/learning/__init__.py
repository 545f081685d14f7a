"""What the guests taught, and how owners take or leave it."""
