"""SGIP 1.2 (China Unicom): packets, codec, sequences, sessions in both directions, both ends."""
