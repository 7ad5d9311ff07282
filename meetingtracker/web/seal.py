"""What the database alone must not tell: seeds, webhooks' secrets, recovery codes; by our key."""

import base64
import hashlib
import hmac
import secrets

from flask import current_app

from meetingtracker.rules.accounts import CODES

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError:  # comes with the extra `mfa`
    AVAILABLE = False
else:
    AVAILABLE = True

NONCE = 12  # bytes
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # base32: nothing looks like 0, 1 or 8
CODE_LENGTH = 10
SEEDS, WEBHOOKS = b"second factors", b"webhooks"  # each has a key of its own
SIGNING = "whsec_"


class Unreadable(Exception):
    """It was sealed under another SECRET_KEY, or for somebody else."""


def seal(text: str, *, owner: str) -> str:
    """Encrypt; only for the same `owner` ("person 7") does it open again."""
    return base64.urlsafe_b64encode(_closed(text.encode(), SEEDS, owner)).decode()


def unseal(sealed: str, *, owner: str) -> str:
    """Raises Unreadable."""
    return _opened(sealed, SEEDS, owner).decode()


def new_signing_secret() -> str:
    """256 random bits as Standard Webhooks writes them: "whsec_" and base64."""
    return SIGNING + base64.b64encode(secrets.token_bytes(32)).decode()


def seal_signing_secret(secret: str, *, person_id: int) -> str:
    """For the database, in 80 characters; without the extra `mfa` it stays as it is."""
    if not AVAILABLE:
        return secret
    key = base64.b64decode(secret.removeprefix(SIGNING))
    return base64.b64encode(_closed(key, WEBHOOKS, f"person {person_id}")).decode()


def signing_key(kept: str, *, person_id: int) -> bytes:
    """The bytes to sign with, of a secret that is sealed or not. Raises Unreadable."""
    if kept.startswith(SIGNING):  # no base64 holds a "_"
        return base64.b64decode(kept.removeprefix(SIGNING))
    if not AVAILABLE:
        raise Unreadable
    return _opened(kept, WEBHOOKS, f"person {person_id}")


def _closed(raw: bytes, purpose: bytes, owner: str) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher(purpose).encrypt(nonce, raw, owner.encode())


def _opened(sealed: str, purpose: bytes, owner: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(sealed.encode())  # reads the usual letters, too
        return _cipher(purpose).decrypt(raw[:NONCE], raw[NONCE:], owner.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def _cipher(purpose: bytes) -> "AESGCM":
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"meetingtracker " + purpose)
    return AESGCM(key.derive(_secret()))


def new_codes() -> list[str]:
    """Recovery codes of 50 random bits each, as they are read: ABCDE-FGHIJ."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def code_hash(code: str, *, person_id: int) -> str:
    """Slow on purpose (some 40 ms), and salted with what is not in the database."""
    salt = hmac.digest(_secret(), b"recovery code of %d" % person_id, "sha256")
    cost = 2 if current_app.testing else 2**14
    return hashlib.scrypt(code.encode(), salt=salt, n=cost, r=8, p=1, dklen=32).hex()


def _secret() -> bytes:
    return str(current_app.secret_key).encode()
