"""Practice mode: fictitious people and organisations that live through the region's real call."""
