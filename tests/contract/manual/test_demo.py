"""The demonstration shows what the README promises, at whatever hour it runs."""

import pytest

from kanhe.demo.show import play


@pytest.mark.timeout(180)
def test_one_is_delivered_one_refused_with_its_provision_one_deferred_to_the_morning() -> None:
    said: list[str] = []
    report = play(once=True, say=said.append)
    assert report.passed, "\n".join(said)
    assert [message.state for message in report.messages] == ["delivered", "refused", "deferred"]
    assert all(message.citations for message in report.messages)
    assert report.ledger_verified
    assert report.bundle_verified
    assert report.webhook_verified
