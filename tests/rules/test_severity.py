"""Two questions, six answers."""

import pytest

from meetingtracker.rules.severity import Effect, Hurt, severity


@pytest.mark.parametrize(
    ("hurt", "effect", "expected"),
    [
        ("outside_customer", "cannot_do_it", 1),
        ("outside_customer", "with_detour", 2),
        ("outside_customer", "annoyed", 3),
        ("inside_colleague", "cannot_do_it", 2),
        ("inside_colleague", "with_detour", 3),
        ("inside_colleague", "annoyed", 4),
    ],
)
def test_table(hurt: str, effect: str, expected: int) -> None:
    assert severity(Hurt(hurt), Effect(effect)) == expected


def test_every_answer_answers_its_question() -> None:
    labels = [answer.label for answer in (*Hurt, *Effect)]
    assert len(set(labels)) == len(labels)
    assert not any(label.endswith("?") for label in labels)
