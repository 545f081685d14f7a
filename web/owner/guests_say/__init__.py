"""You say, your guests say."""
