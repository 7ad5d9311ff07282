"""How bad an issue is, from two questions that anybody can answer."""

from enum import StrEnum

from meetingtracker.rules.errors import N_

HURT_QUESTION = N_("Who is hurt by this?")
EFFECT_QUESTION = N_("Can they still do what they came to do?")


class Hurt(StrEnum):
    """Whom it hurts. An outside customer weighs one step more than a colleague."""

    OUTSIDE_CUSTOMER = "outside_customer"
    INSIDE_COLLEAGUE = "inside_colleague"

    @property
    def label(self) -> str:
        return _HURT_LABELS[self]


class Effect(StrEnum):
    """What it does to them, worst first."""

    CANNOT_DO_IT = "cannot_do_it"
    WITH_DETOUR = "with_detour"
    ANNOYED = "annoyed"

    @property
    def label(self) -> str:
        return _EFFECT_LABELS[self]


_HURT_LABELS = {
    Hurt.OUTSIDE_CUSTOMER: N_("A customer outside the company"),
    Hurt.INSIDE_COLLEAGUE: N_("A colleague in another department"),
}
_EFFECT_LABELS = {
    Effect.CANNOT_DO_IT: N_("No, there is no way"),
    Effect.WITH_DETOUR: N_("Yes, but only by a detour"),
    Effect.ANNOYED: N_("Yes, but it annoys them"),
}
_STEPS = {Effect.CANNOT_DO_IT: 0, Effect.WITH_DETOUR: 1, Effect.ANNOYED: 2}


def severity(hurt: Hurt, effect: Effect) -> int:
    """Severity 1 (worst) to 4.

    |                  | cannot do it | with a detour | annoyed |
    |------------------|--------------|---------------|---------|
    | outside customer | 1            | 2             | 3       |
    | inside colleague | 2            | 3             | 4       |
    """
    return _STEPS[effect] + (1 if hurt is Hurt.OUTSIDE_CUSTOMER else 2)
