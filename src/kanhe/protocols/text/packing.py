"""Packed septets (GSM 03.38 section 6.1.2): eight characters in seven octets, as TP-User-Data has them."""


def pack(septets: bytes, after_octets: int = 0) -> bytes:
    """Pack septets that follow a header of `after_octets` octets: fill bits bring the text to a septet boundary."""
    fill = -(after_octets * 8) % 7
    bits = sum(septet << (fill + 7 * place) for place, septet in enumerate(septets))
    return bits.to_bytes((fill + 7 * len(septets) + 7) // 8, "little")


def unpack(octets: bytes, count: int, after_octets: int = 0) -> bytes:
    """The first `count` septets behind a header of `after_octets` octets; the count is TP-UDL's, spare bits are no @."""
    fill = -(after_octets * 8) % 7
    bits = int.from_bytes(octets, "little") >> fill
    return bytes([bits >> (7 * place) & 0x7F for place in range(count)])
