"""What the description in /openapi.json allows and forbids, generated and sent."""

import re
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from meetingtracker.api import limits
from tests.api.program import BASE, Program, program
from tests.busy import fill
from tests.conftest import World

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip


class Fuzz:
    """Sends generated requests as administrator and executive in one; counts what came back."""

    def __init__(self, world: World) -> None:
        with world.write() as cast:
            fill(cast)
        self.programs = [program(world, name) for name in ("ada", "lea", "tom")]
        limits.limit._counts.clear()
        self.schema = schemathesis.openapi.from_wsgi("/openapi.json", world.app)
        self.answers: dict[int, int] = {}

    def run(self, examples: int) -> int:
        """So many requests to every operation, of which half fit the description."""
        for found in self.schema.get_all_operations():
            self._try(found.ok(), examples)
        return sum(self.answers.values())

    def _try(self, operation: Any, examples: int) -> None:
        names = re.findall(r"{(\w+)}", operation.path)
        ways = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]
        if names:  # a row that is there: the generated ids find none
            ways.append(operation.as_strategy(path_parameters=dict.fromkeys(names, 1)))

        @settings(
            max_examples=examples, deadline=None, database=None, derandomize=True,
            phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=st.one_of(ways), who=st.integers(0, 2), fresh=st.booleans())
        def send(case: Any, who: int, fresh: bool) -> None:
            by = self.programs[who]
            if fresh and operation.method == "patch" and isinstance(case.body, dict):
                _read_first(by, case)
            answer = case.call_and_validate(
                headers={"Authorization": f"Bearer {by.token}", "Accept-Encoding": "identity"},
                checks=CHECKS,
            )
            self.answers[answer.status_code] = self.answers.get(answer.status_code, 0) + 1
            limits.limit._counts.clear()

        send()


def _read_first(by: Program, case: Any) -> None:
    """Name the version that stands, as a program would that has read before."""
    known = by.get(case.formatted_path.removeprefix(BASE))
    if known.status == 200:
        case.body["version"] = known.json["version"]
        case.headers.pop("If-Match", None)
