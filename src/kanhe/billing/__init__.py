"""What it costs: prices per segment, and money reserved, captured, released."""
