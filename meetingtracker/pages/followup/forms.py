"""The ladder's policy as a form."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FormField, IntegerField, RadioField, TimeField
from wtforms import Form as Part
from wtforms.validators import InputRequired

from meetingtracker.rules.errors import RuleBroken
from meetingtracker.rules.ladder import EXECUTIVES, MEETING, Policy, Steps
from meetingtracker.web.forms import VersionedForm, between, pairs

_NEEDED = InputRequired(_l("Give a number."))


def _days(label: object) -> IntegerField:
    return IntegerField(label, [_NEEDED, between(1, 60)])


class StepsPart(Part):
    """Of one kind of promise; working days after its date."""

    remind = _days(_l("Its owner is asked"))
    unanswered = _days(_l("Its leader, if it got no answer"))
    anyway = _days(_l("Its leader, in any case"))
    executives = _days(_l("Executives"))
    meetings = _days(_l("or after so many meetings"))

    def steps(self) -> Steps:
        return Steps(**self.data)


class PolicyForm(VersionedForm):
    """`version` is the number of the policy that the form was made from."""

    top = RadioField(
        _l("How far it climbs"), [InputRequired(_l("Choose one."))],
        choices=pairs(((MEETING, _l("Gentle")), (EXECUTIVES, _l("Full")))),
    )  # fmt: skip
    normal = FormField(StepsPart, _l("An ordinary promise"))
    high = FormField(StepsPart, _l("High priority, or an issue of severity 1"))
    leader_waits = _days(_l("A leader may leave it unanswered for"))
    digest_time = TimeField(_l("When digests come"), [InputRequired(_l("Give a time like 08:30."))])
    executives_any_day = BooleanField(_l("Mail executives on days that are not worked, too"))

    @classmethod
    def of(cls, policy: Policy, number: int) -> "PolicyForm":
        return cls(
            None, version=number, top=str(policy.top), normal=policy.normal, high=policy.high,
            leader_waits=policy.leader_waits, digest_time=policy.digest_time,
            executives_any_day=policy.executives_any_day,
        )  # fmt: skip

    def policy(self) -> Policy | None:
        """What was typed; None, with each error beside its field, if it is no policy."""
        if not self.validate():
            return None
        parts = {}
        for name in ("normal", "high"):
            try:
                parts[name] = self[name].form.steps()
            except RuleBroken as broken:
                self[name].form.anyway.errors = [_l(broken.message, **broken.params)]
        if len(parts) < 2:
            return None
        return Policy(
            top=int(self.top.data), leader_waits=self.leader_waits.data or 0,
            digest_time=self.digest_time.data, executives_any_day=self.executives_any_day.data,
            **parts,
        )  # fmt: skip
