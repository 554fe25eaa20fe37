"""Each role grants exactly the calls of its function's code: nothing is missing, nothing is unused."""

from __future__ import annotations

import pytest

from tests.grants.granted import granted, used_by_lambda
from tests.grants.told import told
from tests.template import functions


@pytest.mark.parametrize("function", functions())
def test_a_role_grants_exactly_the_calls_of_its_function(function: str) -> None:
    used, allowed = told(function).used | used_by_lambda(function), granted(function)
    wrong = [f"{function} uses {action} on {resource}, not granted" for action, resource in used - allowed]
    wrong += [f"{function} is granted {action} on {resource}, not used" for action, resource in allowed - used]
    assert not wrong, "\n".join(sorted(wrong))
