"""A passkey in software: what a phone or a security key answers, right or wrong on purpose."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.conftest import Visit
from tests.page import Page

PRESENT, VERIFIED, WITH_KEY = 1, 4, 64


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Device:
    """One key pair; `verifies`: it asks for a finger before it signs."""

    origin: str = "http://localhost"
    host: str = "localhost"
    verifies: bool = True
    count: int = 0
    step: int = 1  # by how much the counter goes on at each use
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    handle: bytes = b""

    def make(self, options: dict[str, object]) -> str:
        """The answer to being asked for a new key."""
        self.handle = b""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        )
        known = bytes(16) + len(self.id).to_bytes(2) + self.id + public
        data = self._data(WITH_KEY) + known
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {
            "clientDataJSON": text(self._client("webauthn.create", options)),
            "attestationObject": text(attestation),
        }
        return self._answer(response)

    def sign(self, options: dict[str, object]) -> str:
        """The answer to being asked to prove oneself."""
        self.count += self.step
        data, client = self._data(0), self._client("webauthn.get", options)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": text(client),
            "authenticatorData": text(data),
            "signature": text(signed),
        }
        if self.handle:
            response["userHandle"] = text(self.handle)
        return self._answer(response)

    def _data(self, more: int) -> bytes:
        flags = PRESENT | more | (VERIFIED if self.verifies else 0)
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind: str, options: dict[str, object]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, response: dict[str, str]) -> str:
        own = text(self.id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})


def ask(visit: Visit, path: str) -> Page:
    """Fetch what is to be signed, as static/js/passkey.js does."""
    headers = {"X-CSRFToken": visit.token}
    return Page(visit.client.post(path, headers=headers), path)


def options(visit: Visit, path: str) -> dict[str, object]:
    answer = ask(visit, path)
    assert answer.status == 200, answer.text
    found: dict[str, object] = json.loads(answer.text)
    return found


def add_passkey(visit: Visit, device: Device) -> Page:
    visit.get("/account/factors")
    answer = device.make(options(visit, "/account/passkeys/options"))
    return visit.post("/account/passkeys", {"credential": answer})


def sign_in(visit: Visit, device: Device, **fields: str) -> Page:
    """At the door, without a password."""
    visit.get("/login")
    answer = device.sign(options(visit, "/login/passkey/options"))
    return visit.post("/login/passkey", {"credential": answer, **fields})
