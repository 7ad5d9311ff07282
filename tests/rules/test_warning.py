"""The score itself: its signals, what it learns, when its marks go on and off."""

import math
import random

import pytest

from meetingtracker.rules.warning import Facts, Mark, Model, Signal, fit, next_mark, signals

CENTRE = Facts(
    days_left=math.expm1(2.3), age_days=math.expm1(2.3) * 1.5, quiet_days=math.expm1(2.3),
    updates=0, owner_open=0, owner_overdue=0, moved_later=0, handed_over=0, blocked=False,
    has_owner=True,
)  # fmt: skip


def test_signals_are_centred_and_scaled():
    by_name = dict(zip(Signal, signals(CENTRE), strict=True))
    for name in ("days_left", "share_used", "quiet"):
        assert by_name[name] == pytest.approx(0)
    assert by_name["updates"] == pytest.approx(-1.3 / 0.75)
    assert by_name["owner_overdue"] == pytest.approx(-0.15 / 0.25)
    assert by_name["owner_load"] == pytest.approx(-2.0 / 1.4)
    assert by_name["moved"] == pytest.approx(-0.1 / 0.4)
    assert by_name["blocked"] == pytest.approx(-0.06 / 0.25)
    assert by_name["handed_over"] == pytest.approx(-0.3 / 0.7)
    assert by_name["no_owner"] == pytest.approx(-0.2 / 0.4)


def test_signals_of_somebody_with_much_to_do():
    facts = Facts(
        days_left=1, age_days=3, quiet_days=-0.5, updates=2, owner_open=11, owner_overdue=4,
        moved_later=7, handed_over=5, blocked=True, has_owner=False,
    )  # fmt: skip
    by_name = dict(zip(Signal, signals(facts), strict=True))
    assert by_name["days_left"] == pytest.approx(2.3 - math.log(2))
    assert by_name["share_used"] == pytest.approx((0.75 - 0.6) / 0.27)
    assert by_name["quiet"] == pytest.approx(-2.3 / 1.4)  # a clock set back is no silence
    assert by_name["updates"] == pytest.approx((math.log(3) - 1.3) / 0.75)
    assert by_name["owner_overdue"] == pytest.approx((4 / 12 - 0.15) / 0.25)
    assert by_name["owner_load"] == pytest.approx((math.log(12) - 2) / 1.4)
    assert by_name["moved"] == pytest.approx((3 - 0.1) / 0.4)  # at most three
    assert by_name["blocked"] == pytest.approx((1 - 0.06) / 0.25)
    assert by_name["handed_over"] == pytest.approx((3 - 0.3) / 0.7)
    assert by_name["no_owner"] == pytest.approx((1 - 0.2) / 0.4)


def _made_up(count: int) -> tuple[list[tuple[float, ...]], list[bool]]:
    dice = random.Random(5)  # noqa: S311
    xs = [tuple(dice.gauss(0, 1) for _ in Signal) for _ in range(count)]
    late = [dice.random() < 1 / (1 + math.exp(-(1 + 2 * x[2] - x[0]))) for x in xs]
    return xs, late


def test_learns_what_makes_late():
    model = fit(*_made_up(3000))
    assert model.intercept == pytest.approx(1, abs=0.2)
    assert model.weights[2] == pytest.approx(2, abs=0.2)
    assert model.weights[0] == pytest.approx(-1, abs=0.2)
    assert max(abs(model.weights[n]) for n in (3, 4, 5, 6, 7, 8, 9)) < 0.2


def test_is_the_best_near_the_prior():
    """No small step away from what was learnt is better in the sum that is to be least."""
    xs, late = _made_up(200)
    model = fit(xs, late)
    prior = (0.5, 0.15, 0.3, -0.2, 0.3, 0.0, 0.15, 0.15, 0.1, 0.1)

    def cost(told: list[float], base: float) -> float:
        chances = [Model.read(told).chance(x) for x in xs]
        misses = -sum(math.log(p if y else 1 - p) for p, y in zip(chances, late, strict=True))
        held = sum((w - m) ** 2 for w, m in zip(told[1:], prior, strict=True))
        return misses + 5 * held + (told[0] - base) ** 2

    # The intercept that fits best with the prior weights alone, held by 1 / 1.4².
    plain = [Model(0.0, prior).chance(x) for x in xs]
    offsets = [math.log(p / (1 - p)) for p in plain]
    base = min(
        (n / 1000 for n in range(-3000, 3001)),
        key=lambda b: (
            b * b / (2 * 1.96)
            + sum(
                math.log1p(math.exp(b + o)) - y * (b + o)
                for o, y in zip(offsets, late, strict=True)
            )
        ),
    )
    best = cost(model.told(), base)
    for place in range(len(model.told())):
        for step in (-0.02, 0.02):
            told = model.told()
            told[place] += step
            assert cost(told, base) > best


def test_an_earlier_model_changes_nothing_but_the_time():
    xs, late = _made_up(400)
    far = Model(3.0, tuple(-1.0 for _ in Signal))
    assert fit(xs, late, start=far).told() == pytest.approx(fit(xs, late).told(), abs=1e-6)


def test_is_told_and_read_again():
    model = fit(*_made_up(100))
    assert Model.read(model.told()) == model
    with pytest.raises(ValueError, match="9 weights"):
        Model.read(model.told()[:-1])


def test_terms_come_largest_first():
    model = Model(0.0, (0.0, 0.0, 0.5, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 2.0))
    terms = model.terms((1.0,) * 10)
    assert terms[:2] == [(Signal.no_owner, 2.0), (Signal.quiet, 0.5)]
    assert terms[-1] == (Signal.moved, -1.0)
    assert model.chance((1.0,) * 10) == pytest.approx(1 / (1 + math.exp(-1.5)))


@pytest.mark.parametrize(
    ("chance", "before", "mark"),
    [
        (0.60, None, Mark.likely_late),
        (0.599, None, Mark.watch),
        (0.599, Mark.watch, Mark.watch),
        (0.599, Mark.likely_late, Mark.likely_late),
        (0.45, Mark.likely_late, Mark.likely_late),
        (0.45, None, Mark.watch),
        (0.449, Mark.likely_late, None),
        (0.449, Mark.watch, None),
        (1.0, Mark.watch, Mark.likely_late),
    ],
)
def test_marks_go_off_later_than_on(chance, before, mark):
    assert next_mark(chance, before) is mark
