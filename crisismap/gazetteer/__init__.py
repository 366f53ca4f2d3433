"""Names to places, places to boundaries: memory-mapped, read-only, open in milliseconds."""
