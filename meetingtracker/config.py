"""Settings from the environment; refuses what is unsafe."""

import ipaddress
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PACKAGE = Path(__file__).parent
# The wheel carries templates and static inside the package; in a checkout they lie beside it.
ROOT = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent
IN_CHECKOUT = ROOT != PACKAGE
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = (
    10  # different ones: a random secret of 32 has more, a word said five times fewer
)
ROLES = ("executive", "leader", "member", "admin")  # admin is the switch beside a role


class Unsafe(Exception):
    """The settings would expose people's data; the message says what to set."""


@dataclass(frozen=True)
class SingleSignOn:
    """Somebody else's proof of who people are: a provider that speaks OpenID Connect.

    `role_map`: from a group of the provider to one of ROLES. `create`: people whom nobody here
    knows get an account.
    """

    issuer: str
    client_id: str
    client_secret: str = ""
    name: str = ""
    department_claim: str = ""
    role_claim: str = ""
    role_map: dict[str, str] = field(default_factory=dict)
    create: bool = False


@dataclass(frozen=True)
class Config:
    """What the environment says. Times in seconds, sizes in bytes."""

    home: Path
    database_url: str
    secret_key: str
    base_url: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    timezone: str = "UTC"
    testing: bool = False
    upload_dir: Path = field(default_factory=Path)
    max_body: int = 12 * 1024 * 1024
    trusted_proxies: int = 0
    threads: int = 4
    log: str = "text"
    sso: SingleSignOn | None = None
    webhook_allow: frozenset[str] = frozenset()

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def base_path(self) -> str:
        """The sub-path of BASE_URL, "" at the root of a host."""
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


def home_folder(environ: dict[str, str]) -> Path:
    """MEETINGTRACKER_HOME, else ./instance in a checkout, else the user's data folder."""
    if named := environ.get("MEETINGTRACKER_HOME"):
        return Path(named).expanduser().resolve()
    if IN_CHECKOUT:
        return ROOT / "instance"
    data = environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "meetingtracker"


def load(environ: dict[str, str] | None = None) -> Config:
    """Read the settings; makes the home folder and, where it is safe, a secret.

    Raises Unsafe with a sentence for a value that can't be used.
    """
    env = dict(os.environ if environ is None else environ)

    def get(name: str, default: str = "") -> str:
        return env.get(f"MEETINGTRACKER_{name}", default).strip()

    home = home_folder(env)
    home.mkdir(parents=True, exist_ok=True)
    base_url = get("BASE_URL").rstrip("/")
    config = Config(
        home=home,
        database_url=_database_url(get("DATABASE_URL"), home),
        secret_key=get("SECRET_KEY") or _kept_secret(home, may_make=_is_local(base_url)),
        base_url=base_url,
        smtp_url=get("SMTP_URL"),
        mail_from=get("MAIL_FROM"),
        timezone=get("TIMEZONE", "UTC"),
        testing=get("TESTING") == "1",
        upload_dir=Path(get("UPLOAD_DIR") or home / "uploads"),
        max_body=_number("MAX_BODY", get("MAX_BODY"), 12 * 1024 * 1024),
        trusted_proxies=_number("TRUSTED_PROXIES", get("TRUSTED_PROXIES"), 0),
        threads=_number("THREADS", get("THREADS"), 4),
        log=get("LOG", "text"),
        sso=_single_sign_on(get, base_url),
        webhook_allow=frozenset(get("WEBHOOK_ALLOW").lower().replace(",", " ").split()),
    )
    refuse_unsafe(config, debug=env.get("FLASK_DEBUG") == "1", lan=get("ALLOW_LAN_HTTP") == "1")
    return config


def refuse_unsafe(config: Config, *, debug: bool, lan: bool) -> None:
    """Raise Unsafe for a set-up that must not serve people over a network."""
    if config.testing or _is_local(config.base_url):
        return
    if not config.secret_key:
        raise Unsafe("Set MEETINGTRACKER_SECRET_KEY: 32 or more random characters.")
    secret = config.secret_key
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_CHARACTERS:
        raise Unsafe(
            "MEETINGTRACKER_SECRET_KEY is easy to guess: use 32 or more random characters."
        )
    if debug:
        raise Unsafe("Debug is on: unset FLASK_DEBUG before serving people.")
    url = urlsplit(config.base_url)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise Unsafe("MEETINGTRACKER_BASE_URL must look like https://meet.example.com.")
    if url.scheme == "http" and not (lan and _is_private(url.hostname)):
        raise Unsafe(
            "MEETINGTRACKER_BASE_URL must begin with https://. In a private network, "
            "MEETINGTRACKER_ALLOW_LAN_HTTP=1 allows http."
        )


def _single_sign_on(get: Callable[[str], str], base_url: str) -> SingleSignOn | None:
    """None unless OIDC_ISSUER is set. Raises Unsafe with a sentence for what can't be used."""
    issuer, client_id = get("OIDC_ISSUER"), get("OIDC_CLIENT_ID")
    if not issuer:
        return None
    url = urlsplit(issuer)
    if not url.hostname or url.query or url.fragment or not is_safe_url(issuer):
        raise Unsafe("MEETINGTRACKER_OIDC_ISSUER must look like https://login.example.com/realm.")
    if not client_id:
        raise Unsafe("Set MEETINGTRACKER_OIDC_CLIENT_ID too, as the provider gave it.")
    if not base_url:
        raise Unsafe("Single sign-on leads back to MEETINGTRACKER_BASE_URL: set it too.")
    return SingleSignOn(
        issuer=issuer, client_id=client_id, client_secret=get("OIDC_CLIENT_SECRET"),
        name=get("OIDC_NAME") or url.hostname, create=get("OIDC_CREATE") == "1",
        department_claim=get("OIDC_DEPARTMENT_CLAIM"), role_claim=get("OIDC_ROLE_CLAIM"),
        role_map=_role_map(get("OIDC_ROLE_MAP")),
    )  # fmt: skip


def _role_map(text: str) -> dict[str, str]:
    """ "board=executive, it=admin"."""
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        group, _, role = (word.strip() for word in pair.rpartition("="))
        if not group or role not in ROLES:
            raise Unsafe(
                "MEETINGTRACKER_OIDC_ROLE_MAP must look like board=executive, it=admin; "
                f"roles are {', '.join(ROLES)}."
            )
        found[group] = role
    return found


def is_safe_url(url: str) -> bool:
    """Whether nobody on the way can read along: https, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and _is_local(url))


def _is_local(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    return not base_url or host == "localhost" or _address(host, "is_loopback")


def _is_private(host: str) -> bool:
    return _address(host, "is_private")


def _address(host: str, quality: str) -> bool:
    try:
        return bool(getattr(ipaddress.ip_address(host), quality))
    except ValueError:
        return False


def _database_url(url: str, home: Path) -> str:
    if not url:
        return f"sqlite:///{home / 'meetingtracker.db'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise Unsafe("MEETINGTRACKER_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return url


def _kept_secret(home: Path, *, may_make: bool) -> str:
    path = home / "secret"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    if not may_make:
        return ""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def _number(name: str, text: str, default: int) -> int:
    if not text:
        return default
    if not text.isdecimal():
        raise Unsafe(f"MEETINGTRACKER_{name} must be a whole number.")
    return int(text)
