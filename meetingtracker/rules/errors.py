"""A broken rule, as a sentence that a leader can act on."""


def N_(sentence: str) -> str:  # noqa: N802  (gettext's own name: marks a sentence for translation)
    return sentence


class RuleBroken(Exception):
    """A rule refused: a translatable `message`, its `params`, the input `field` it is about."""

    def __init__(self, message: str, /, *, field: str | None = None, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message
