"""Files to canonical documents with offsets."""
