"""Talking to the provider (OpenID Connect): where it is, its keys, a code against a token.

Nothing that it answers is believed before it was checked; every request ends after ten seconds,
follows no redirect and reads no more than a megabyte.
"""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from meetingtracker.config import SingleSignOn, is_safe_url

try:
    import requests
    from joserfc import jwt
    from joserfc.errors import InvalidKeyIdError, JoseError
    from joserfc.jwk import KeySet
except ImportError:  # they come with the extra `sso`
    AVAILABLE = False
else:
    AVAILABLE = True

TIMEOUT = 10  # seconds
LARGEST = 1_000_000  # bytes
LEEWAY = 60  # seconds by which two clocks may differ
OLDEST = 600  # seconds since a token was made
KNOWN_FOR = 3600  # seconds before the provider is asked anew where it is
# Signed with a key that only the provider has: neither "none" nor a secret that we share.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")


class Refused(Exception):
    """The provider's answer can't be used; the words are for the log."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the provider says about itself. Addresses."""

    authorization: str
    token: str
    jwks: str
    by_post: bool
    names_itself: bool


class Provider:
    """One provider; remembers for an hour where it is, and its keys until one is missing."""

    def __init__(self, sso: SingleSignOn) -> None:
        self.sso = sso
        self._known: tuple[float, Metadata] | None = None
        self._keys: KeySet | None = None

    def metadata(self) -> Metadata:
        """Raises Refused."""
        if self._known and time.monotonic() < self._known[0] + KNOWN_FOR:
            return self._known[1]
        address = self.sso.issuer.rstrip("/") + "/.well-known/openid-configuration"
        said = _ask("GET", address)
        if said.get("issuer") != self.sso.issuer:
            raise Refused(f"it calls itself {said.get('issuer')!r}")
        methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        found = Metadata(
            authorization=_address(said, "authorization_endpoint"),
            token=_address(said, "token_endpoint"), jwks=_address(said, "jwks_uri"),
            by_post="client_secret_basic" not in methods,
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        )  # fmt: skip
        self._known = (time.monotonic(), found)
        return found

    def exchange(self, code: str, *, verifier: str, redirect_uri: str) -> str:
        """The ID token, still unchecked, for a code. Raises Refused."""
        sso, known = self.sso, self.metadata()
        fields = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }  # fmt: skip
        basic = None
        if sso.client_secret and not known.by_post:
            basic = (_quoted(sso.client_id), _quoted(sso.client_secret))
        else:
            fields["client_id"] = sso.client_id
            if sso.client_secret:
                fields["client_secret"] = sso.client_secret
        token = _ask("POST", known.token, data=fields, auth=basic).get("id_token")
        if not isinstance(token, str):
            raise Refused("no ID token")
        return token

    def verified(self, token: str, *, nonce: str, now: float) -> dict[str, Any]:
        """What the token says, once every part of it holds. `now`: seconds since 1970.

        Raises Refused. Source: OpenID Connect Core 1.0, section 3.1.3.7.
        """
        try:
            try:
                claims = jwt.decode(token, self._key_set(), algorithms=ALGORITHMS).claims
            except InvalidKeyIdError:  # the provider has new keys
                self._keys = None
                claims = jwt.decode(token, self._key_set(), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise Refused(f"the token is not signed as it must be: {error}") from error
        if wrong := self._wrong_claims(claims, nonce, now):
            raise Refused(f"the token's {', '.join(wrong)} can't be accepted")
        return claims

    def _wrong_claims(self, claims: dict[str, Any], nonce: str, now: float) -> list[str]:
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        mine = self.sso.client_id
        several = len(audiences) > 1 or "azp" in claims
        subject, said = claims.get("sub"), claims.get("nonce")
        holds = {
            "iss": claims.get("iss") == self.sso.issuer,
            "aud": mine in audiences,
            "azp": not several or claims.get("azp") == mine,
            "exp": _number(claims, "exp") > now - LEEWAY,
            "iat": now - OLDEST < _number(claims, "iat") <= now + LEEWAY,
            "nbf": _number(claims, "nbf") <= now + LEEWAY,
            "nonce": isinstance(said, str) and hmac.compare_digest(said.encode(), nonce.encode()),
            "sub": isinstance(subject, str) and 0 < len(subject) <= 255,
        }
        return [name for name, is_right in holds.items() if not is_right]

    def _key_set(self) -> "KeySet":
        if self._keys is None:
            said = _ask("GET", self.metadata().jwks).get("keys")
            usable = [
                key for key in (said if isinstance(said, list) else [])
                if isinstance(key, dict) and key.get("kty") in ("RSA", "EC")
                and key.get("use", "sig") == "sig"
            ]  # fmt: skip
            self._keys = KeySet.import_key_set({"keys": usable})
        return self._keys


def challenge(verifier: str) -> str:
    """PKCE, S256 (RFC 7636)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _number(claims: dict[str, Any], name: str) -> float:
    """A claim's seconds since 1970, 0 where there are none."""
    value = claims.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _address(said: dict[str, Any], name: str) -> str:
    url = said.get(name)
    if not isinstance(url, str) or not is_safe_url(url):
        raise Refused(f"its {name} is {url!r}")
    return url


def _quoted(text: str) -> str:
    """As RFC 6749 wants names and secrets before they are put into the Authorization header."""
    return quote(text, safe="")


def _ask(method: str, url: str, **what: Any) -> dict[str, Any]:
    """A JSON object from the provider. Raises Refused for everything else."""
    try:
        with requests.request(
            method, url, timeout=TIMEOUT, allow_redirects=False, stream=True,
            headers={"Accept": "application/json"}, **what,
        ) as answer:  # fmt: skip
            if answer.status_code != 200:
                raise Refused(f"{url} answered {answer.status_code}")
            said = json.loads(_body(answer))
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise Refused(f"{url} can't be asked: {error}") from error
    if not isinstance(said, dict):
        raise Refused(f"{url} answered no JSON object")
    return said


def _body(answer: "requests.Response") -> bytes:
    """All of it, but neither more than LARGEST nor for longer than TIMEOUT."""
    body, until = b"", time.monotonic() + TIMEOUT
    for part in answer.iter_content(8192):
        body += part
        if len(body) > LARGEST or time.monotonic() > until:
            raise Refused("it answers too much or too slowly")
    return body
