"""NumPy's own tests, as its wheel carries them, with another module in NumPy's place."""
