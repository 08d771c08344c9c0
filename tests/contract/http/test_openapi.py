"""The description is true: what it lists is answered, and what is answered is as it says."""

import json
from pathlib import Path

import pytest
from tests.contract.http.conftest import Site

from kanhe.doors.http.openapi import codes_of, document
from kanhe.doors.http.table import ENDPOINTS
from kanhe.ports.refusals import REASONS

DOCUMENT = json.loads(document(ENDPOINTS))
PAGES = Path(__file__).parents[3] / "docs" / "reference"


async def test_it_is_served_and_is_openapi_3_1(site: Site) -> None:
    status, said = await site.ask("GET", "/openapi.json")
    assert (status, said) == (200, DOCUMENT)
    assert said["openapi"].startswith("3.1")


def test_every_endpoint_is_described_with_its_problems() -> None:
    for endpoint in ENDPOINTS:
        operation = DOCUMENT["paths"][endpoint.path][endpoint.method.lower()]
        assert operation["summary"]
        assert {str(REASONS[code].status) for code in codes_of(endpoint)} <= set(operation["responses"])


@pytest.mark.parametrize("page", ["http-api.md", "http-api.zh.md"])
def test_every_endpoint_and_reason_stands_in_the_reference(page: str) -> None:
    text = (PAGES / page).read_text(encoding="utf-8")
    assert [e.name for e in ENDPOINTS if f"`{e.method} {e.path}`" not in text] == []
    assert [code for code in REASONS if f"`{code}`" not in text] == []
