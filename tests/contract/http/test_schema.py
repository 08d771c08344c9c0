"""Schemathesis reads the description and asks what it allows: never a 5xx, never an answer that is not described."""

import asyncio

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.contract.http.conftest import KEY, Site
from tests.contract.http.test_openapi import DOCUMENT

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Per endpoint, two ways each: enough to meet every field with odd values, and still seconds.
EXAMPLES = 12
# Papers of all kinds have the same endpoints: one kind speaks for all.
ALIKE = ("/v1/licences", "/v1/qualifications", "/v1/agreements", "/v1/templates")
ASKED = [
    (method, path)
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
    if path.startswith("/v1/") and not path.startswith(ALIKE)
]


@pytest.mark.parametrize(("method", "path"), ASKED)
async def test_the_door_answers_as_it_is_described(site: Site, method: str, path: str) -> None:
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method.upper()]

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(
            base_url=site.base, headers={"Authorization": f"Bearer {KEY}"}, checks=CHECKS, timeout=10
        )

    await asyncio.to_thread(ask)
    assert site.door.counts.requests.total() > 0
