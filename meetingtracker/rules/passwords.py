"""Which passwords are refused: short or widely known ones; no rules about kinds of characters.

Source: NIST SP 800-63B, memorised secrets.
"""

from meetingtracker.rules.errors import N_, RuleBroken

SHORTEST, LONGEST = 12, 128
_KNOWN = (
    "password", "passwort", "qwertyuiop", "qwerty", "asdfghjkl", "letmein", "welcome", "iloveyou",
    "administrator", "admin", "changeme", "meetingtracker", "monkey", "dragon", "football",
    "baseball", "sunshine", "princess", "trustno1", "superman", "abcdefghijklmnop", "1q2w3e4r5t6y",
)  # fmt: skip


def check_password(password: str, *, email: str = "") -> None:
    """Raises RuleBroken (field "password") with what to do."""
    if len(password) < SHORTEST:
        raise RuleBroken(
            N_("Use at least %(shortest)d characters: three or four words are easy to remember."),
            field="password", shortest=SHORTEST,
        )  # fmt: skip
    if len(password) > LONGEST:
        raise RuleBroken(
            N_("Use at most %(longest)d characters."), field="password", longest=LONGEST
        )
    bare = password.lower().strip("0123456789!?.#$*-_ ")
    repeats = bare in _KNOWN or any(bare == known * 2 for known in _KNOWN)
    if (
        repeats
        or len(set(password)) < 4
        or (email and email.split("@", maxsplit=1)[0].lower() == bare)
    ):
        raise RuleBroken(
            N_("That password is easy to guess. Choose words that nobody connects with you."),
            field="password",
        )
