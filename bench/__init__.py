"""How fast the shipped server answers, beside the floor: the same bytes from memory."""
