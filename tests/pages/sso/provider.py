"""A small OpenID Connect provider on loopback, with real keys; it can be made to lie."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "meetingtracker", "a secret: of/the client"
# Made once: a key of 2048 bits takes a while.
RSA = [RSAKey.generate_key(2048, {"kid": name, "use": "sig"}) for name in ("one", "two")]
EC = ECKey.generate_key("P-256", {"kid": "three", "use": "sig"})


@dataclass
class FakeProvider:
    """`claims` are added to each token, None takes one away; `lie` changes what else it does."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey | ECKey = field(default_factory=lambda: RSA[0])
    published: list[RSAKey | ECKey] = field(default_factory=lambda: [RSA[0]])
    algorithm: str = "RS256"
    lie: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    waiting: dict[str, dict[str, str]] = field(default_factory=dict)
    exchanges: list[dict[str, str]] = field(default_factory=list)

    def authorize(self, asked: dict[str, str]) -> str:
        """Somebody has signed in here: the code that goes back."""
        code = secrets.token_urlsafe(12)
        self.waiting[code] = asked
        return code

    def token(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "sub": "sam-1", "nonce": asked["nonce"], "iat": now,
            "exp": now + 300, "email": "sam@example.com", "email_verified": True,
            "name": "Sam Reid",
        } | self.claims  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.lie == "unsigned":
            parts = [{"alg": "none"}, claims]
            return ".".join(_text(json.dumps(part).encode()) for part in parts) + "."
        if self.lie == "shared secret":
            # What everybody can read, the public key, taken for a secret of both sides.
            parts = [{"alg": "HS256", "kid": "one"}, claims]
            head = ".".join(_text(json.dumps(part).encode()) for part in parts)
            known = RSA[0].as_pem(private=False)
            return f"{head}.{_text(hmac.digest(known, head.encode(), 'sha256'))}"
        header = {"alg": self.algorithm, "kid": str(self.key.kid)}
        token = jwt.encode(header, claims, self.key, algorithms=[self.algorithm])
        if self.lie == "changed":
            head, body, signature = token.split(".")
            said = json.loads(base64.urlsafe_b64decode(body + "=="))
            body = _text(json.dumps(said | {"email": "ada@example.com"}).encode())
            return f"{head}.{body}.{signature}"
        return token

    def app(self) -> Flask:
        app = Flask("provider")

        @app.get("/.well-known/openid-configuration")
        def where() -> Response:
            return jsonify({
                "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/jwks",
            } | self.metadata)  # fmt: skip

        @app.get("/jwks")
        def keys() -> Response:
            return jsonify(KeySet(self.published).as_dict(private=False))

        @app.post("/token")
        def token() -> Any:
            self.exchanges.append(request.form.to_dict())
            if self.lie == "redirects":
                return "", 307, {"Location": "http://127.0.0.1:9/elsewhere"}
            if self.lie == "talks on":
                return "x" * 2_000_000
            if self.lie in ("[1]", "not json", "[" * 100_000):
                return Response(self.lie, mimetype="application/json")
            asked = self.waiting.pop(request.form["code"], None)
            if asked is None or not self._is_client() or not _fits(asked):
                return jsonify(error="invalid_grant"), 400
            return jsonify(access_token="x", token_type="Bearer", id_token=self.token(asked))

        return app

    def _is_client(self) -> bool:
        if "client_secret_post" in self.metadata.get("token_endpoint_auth_methods_supported", ()):
            return request.form.get("client_secret") == SECRET
        known = request.authorization
        quoted = "a%20secret%3A%20of%2Fthe%20client"
        return known is not None and (known.username, known.password) == (CLIENT, quoted)


def _fits(asked: dict[str, str]) -> bool:
    """Whether the verifier is that of the challenge, and the way back the same."""
    digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
    return (
        asked["code_challenge_method"] == "S256"
        and asked["code_challenge"] == _text(digest)
        and asked["redirect_uri"] == request.form["redirect_uri"]
        and len(request.form["code_verifier"]) >= 43
    )


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextmanager
def running() -> Iterator[FakeProvider]:
    made = FakeProvider()
    server = make_server("127.0.0.1", 0, made.app(), threaded=True)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join(timeout=5)
        server.server_close()
