"""The table of pages, the roles and the terms: complete, and closed to whoever is not let in."""

import pytest

from kanhe.console.limits import LOGIN_TRIES_MAX, LOGIN_TRIES_S, PEERS_MAX
from kanhe.console.looks import LOOKS
from kanhe.console.static import address_of, files
from kanhe.console.table import PAGES
from kanhe.console.terms import MENU, SHAPES, STATES
from kanhe.console.throttle import Throttle
from kanhe.domain.users import ALLOWED, OF_THE_PLATFORM, Permission, Role, User
from kanhe.kit.clock import FixedClock

# What a person sees before he is known.
OPEN = {"login", "link", "use_link", "logout", "prefer", "static", "nothing"}


def test_pages_are_closed_but_for_those_named_here() -> None:
    assert {page.name for page in PAGES if page.permission is None} == OPEN


def test_every_permission_is_asked_for() -> None:
    assert {page.permission for page in PAGES if page.permission} == set(Permission)


def test_every_page_that_opens_numbers_is_recorded() -> None:
    assert all(page.recorded for page in PAGES if page.permission is Permission.NUMBERS)


def test_the_record_has_a_word_for_every_page() -> None:
    shown = {page.name for page in PAGES if page.permission is not None and not page.quiet} - {"mask_again"}
    assert shown <= set(LOOKS)


def test_menu_and_pages_ask_for_the_same_permission() -> None:
    asked = {page.path: page.permission for page in PAGES if page.method == "GET"}
    assert all(asked[item.path] is item.permission for item in MENU)


def test_states_are_told_apart_without_colour() -> None:
    assert len({term.word for term in STATES.values()}) == len(STATES)
    assert {term.shape for term in STATES.values()} <= set(SHAPES)


@pytest.mark.parametrize("role", Role)
def test_who_may_open_numbers_may_see_messages(role: Role) -> None:
    if Permission.NUMBERS in ALLOWED[role]:
        assert Permission.MESSAGES in ALLOWED[role]


def test_an_auditor_reads_everything_and_manages_nobody() -> None:
    auditor = User(1, "ann", Role.AUDITOR, None, 0)
    assert auditor.may(Permission.RECORDS)
    assert auditor.may(Permission.REVIEWS)
    assert not any(auditor.may(act) for act in (Permission.USERS, Permission.DECIDE, Permission.ANNOUNCE))


@pytest.mark.parametrize("role", Role)
def test_nobody_decides_of_his_own_account(role: Role) -> None:
    user = User(1, "ann", role, 7, 0)
    assert not any(user.may(permission) for permission in OF_THE_PLATFORM)


def test_files_have_addresses_that_change_with_them() -> None:
    for name, file in files().items():
        assert address_of(name) == f"/console/static/{file.digest}/{name}"


def test_failures_are_counted_by_peer_and_window() -> None:
    clock = FixedClock(1_000_000)
    throttle = Throttle(clock)
    for _ in range(LOGIN_TRIES_MAX):
        assert throttle.wait_s("a") == 0.0
        throttle.fail("a")
    assert throttle.wait_s("a") == LOGIN_TRIES_S
    assert throttle.wait_s("b") == 0.0
    clock.advance(LOGIN_TRIES_S - 1)
    assert throttle.wait_s("a") == pytest.approx(1.0)
    clock.advance(1)
    assert throttle.wait_s("a") == 0.0


def test_peers_that_are_remembered_have_a_limit() -> None:
    throttle = Throttle(FixedClock(0))
    for peer in range(PEERS_MAX + 2):
        throttle.fail(str(peer))
    assert len(throttle._failed) <= PEERS_MAX
