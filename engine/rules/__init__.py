"""Owner rules: typed tests, three-valued logic, one guest with a trace."""
