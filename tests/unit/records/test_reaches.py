"""How far refusals reach: each scope is told again from its record, and roles put down and take back what the table says."""

import pytest

from kanhe.domain.papers import Sender, SenderId
from kanhe.domain.users import Role, User
from kanhe.records.reaches import REACHES, Scope, may_lift, may_put, reaching, scope_of

SENDER = Sender(1, 7, "Shop", SenderId("alphanumeric", "Shop"), entity="shop")
# Who may put down and who may take back, of users who see the whole platform.
WHO = {
    Scope.SENDER: ({Role.OPERATOR, Role.REVIEWER}, {Role.OPERATOR, Role.REVIEWER}),
    Scope.ENTITY: ({Role.OPERATOR, Role.REVIEWER}, {Role.REVIEWER}),
    Scope.ACCOUNT: ({Role.OPERATOR, Role.REVIEWER}, {Role.OPERATOR, Role.REVIEWER}),
    Scope.PLATFORM: ({Role.REVIEWER}, {Role.REVIEWER}),
    Scope.ALL_SENDERS: ({Role.REVIEWER}, {Role.REVIEWER}),
}
ALWAYS = {Role.OWNER, Role.ADMIN}


def user(role: Role, account: int | None = None) -> User:
    return User(1, "ann", role, account, 0)


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_is_told_from_its_record_and_belongs_to_whom_the_table_says(scope: Scope) -> None:
    made = reaching(scope, 7, SENDER, 5, "letter")
    assert scope_of(made) is scope
    assert (made.account is not None) is REACHES[scope].of_account
    assert (made.level, made.at, made.source, made.clarity) == (REACHES[scope].level, 5, "letter", "clear")
    puts, lifts = WHO[scope]
    assert {role for role in Role if may_put(user(role), scope, 7)} == puts | ALWAYS
    assert {role for role in Role if may_lift(user(role), made)} == lifts | ALWAYS


@pytest.mark.parametrize("scope", Scope)
def test_who_sees_one_account_touches_only_what_is_its_own(scope: Scope) -> None:
    made = reaching(scope, 7, SENDER, 5, "letter")
    own = scope in (Scope.SENDER, Scope.ENTITY, Scope.ACCOUNT)
    assert may_put(user(Role.OPERATOR, 7), scope, 7) is own
    assert not may_put(user(Role.OPERATOR, 8), scope, 7)
    assert may_lift(user(Role.OWNER, 7), made) is (scope in (Scope.SENDER, Scope.ACCOUNT)), "a person's stays"
    assert not may_lift(user(Role.OWNER, 8), made)
