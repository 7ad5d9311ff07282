"""Passkeys (WebAuthn): a key pair in somebody's device, for this host alone."""

AVAILABLE = False


def possible() -> bool:
    return False
