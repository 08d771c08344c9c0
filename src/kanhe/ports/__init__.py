"""What the inside asks of the outside, drawn from its callers."""
