"""The compliance report: one account, one time, as page, CSV and PDF; and never another's."""

import csv
import io
import re
from collections.abc import Mapping

import pytest
from tests.contract.console.site_of_console import PARCELS, Site

from kanhe.domain.users import Role

pytestmark = pytest.mark.asyncio(loop_scope="session")


def cells(text: str) -> Mapping[str, str]:
    """Values by label."""
    return {label: value for _, label, value in csv.reader(io.StringIO(text.removeprefix("\ufeff")))}


async def test_it_counts_what_was_sent_and_what_was_refused_by_which_rule(site: Site) -> None:
    visitor = await site.visitor(Role.OPERATOR)
    said = cells((await visitor.get("/console/report.csv")).text)
    assert int(said["All messages"]) >= PARCELS + 2
    assert int(said["Delivered"]) >= PARCELS + 1
    assert int(said["Refused"]) >= 1
    assert any(label.startswith("cn.consent.") for label in said)
    page = (await visitor.get("/console/report?account=1", accept_language="zh")).text
    assert "短信总数" in page
    assert "cn.consent." in page
    assert (
        int(cells((await visitor.get("/console/report.csv?since=2020-01-01&until=2020-01-31")).text)["All messages"])
        == 0
    )


async def test_the_pdf_holds_the_same_in_chinese(site: Site) -> None:
    visitor = await site.visitor(Role.OPERATOR)
    answer = await visitor.get("/console/report.pdf", accept_language="zh")
    assert answer.headers["content-type"].startswith("application/pdf")
    runs = re.findall(r"/F \d+ Tf <([0-9a-f]*)> Tj", answer.text)
    shown = [bytes.fromhex(each).decode("utf-16-be") for each in runs]
    assert {"合规报告", "短信总数", "投诉"} <= set(shown)


@pytest.mark.parametrize(
    "query",
    [
        "account=99",
        "account=x",
        "since=yesterday",
        "since=2026-01-01&until=2026-12-31",
        "since=2027-01-02&until=2027-01-01",
    ],
)
async def test_what_cannot_be_had_is_said(site: Site, query: str) -> None:
    visitor = await site.visitor(Role.OPERATOR)
    for form in ("", ".csv", ".pdf"):
        assert (await visitor.get(f"/console/report{form}?{query}")).status == 422


async def test_a_user_of_another_account_sees_no_report_of_this_one(site: Site) -> None:
    foreign = await site.visitor(Role.OPERATOR, 2)
    for form in ("", ".csv", ".pdf"):
        assert (await foreign.get(f"/console/report{form}?account=1")).status == 422
