"""What the database alone must not tell: seeds are encrypted, recovery codes hashed, by our key."""

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


class Unreadable(Exception):
    """It was sealed under another SECRET_KEY, or for somebody else."""


def seal(text: str, *, owner: str) -> str:
    """Encrypt; only for the same `owner` ("person 7") does it open again."""
    nonce = secrets.token_bytes(NONCE)
    sealed = _cipher().encrypt(nonce, text.encode(), owner.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, *, owner: str) -> str:
    """Raises Unreadable."""
    try:
        raw = base64.urlsafe_b64decode(sealed.encode())
        return _cipher().decrypt(raw[:NONCE], raw[NONCE:], owner.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def _cipher() -> "AESGCM":
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"meetingtracker second factors")
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
