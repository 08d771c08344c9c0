"""TLS at a door: our certificate, and whose certificates customers must show."""

import ssl


def server_tls(certificate: str, key: str, client_ca: str) -> ssl.SSLContext:
    """A context of TLS 1.2 and later; paths of PEM files, `key` and `client_ca` may be empty. Raises `OSError`."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=client_ca or None)
    context.load_cert_chain(certificate, key or None)
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
    return context
