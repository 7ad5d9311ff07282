"""Accounts: what a token may do, which second factors there are, how often a door may be tried."""

from datetime import timedelta

from meetingtracker.rules.errors import N_
from meetingtracker.rules.permissions import Actor
from meetingtracker.rules.states import Labelled


class Scope(Labelled):
    """What an API token may do: everything its owner may see, or also what its owner may change."""

    read = "read", N_("Read")
    write = "write", N_("Read and write")


class FactorKind(Labelled):
    totp = "totp", N_("Authenticator app")
    passkey = "passkey", N_("Passkey")


class FactorPolicy(Labelled):
    """Who needs a second factor to go on after the password."""

    nobody = "nobody", N_("Nobody: everyone decides for themselves")
    admins = "admins", N_("Administrators")
    overseers = "overseers", N_("Administrators and executives")
    everybody = "everybody", N_("Everybody")


def needs_factor(actor: Actor, policy: FactorPolicy) -> bool:
    match policy:
        case FactorPolicy.nobody:
            return False
        case FactorPolicy.admins:
            return actor.is_admin
        case FactorPolicy.overseers:
            return actor.is_admin or actor.is_executive
        case FactorPolicy.everybody:
            return True


# Failures that close a door, and for how long they count. Source: the product's quality goals.
PER_ACCOUNT, PER_ADDRESS = 5, 20
MAILS_PER_ACCOUNT = 3
WINDOW = timedelta(minutes=15)

# The step between the password and the session.
CODES = 10  # recovery codes on one sheet
STEP = 30  # seconds that an app's code lasts; one step earlier and one later count too
MAY_WAIT = timedelta(minutes=10)  # for the second proof, once the first was right
CHALLENGE_LASTS = timedelta(minutes=5)  # for a passkey to sign what it was given
