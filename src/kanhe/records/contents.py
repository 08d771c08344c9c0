"""What an account writes when it files a paper: one shape a kind. Everything else of a document is the operator's to say."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from kanhe.domain.category import Category

Word = Annotated[str, Meta(min_length=1, max_length=80)]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$")]
# A country or a part of one (ISO 3166).
Place = Annotated[str, Meta(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Host = Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9.-]{0,250})\.[a-z0-9-]{2,63}$")]
# A key is part of an address and of file names.
Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class LicenceContent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A licence: what it allows, where, how long."""

    key: Word  # licence_keys of the vocabulary
    number: Word
    holder: Line
    valid_to: Day
    valid_from: Day | None = None
    coverage: Annotated[list[Word], Meta(max_length=64)] = []
    services: Annotated[list[Line], Meta(max_length=32)] = []


class QualificationContent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who stands behind senders."""

    entity: Key
    name: Line
    kind: Word  # entity_kind of the vocabulary
    seat: Country
    number: Word
    authorised_person: Line
    valid_to: Day | None = None


class AgreementContent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The acceptance of one version of an agreement."""

    key: Word
    version: Word
    accepted_by: Line


class AuthorityContent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An authority for which the account sends, and the provision that empowers it; with senders and area a standing order."""

    key: Key
    name: Line
    power: Line
    categories: Annotated[list[Literal["emergency", "public_service"]], Meta(min_length=1, max_length=2)]
    valid_to: Day
    valid_from: Day | None = None
    senders: Annotated[list[Word], Meta(max_length=32)] = []
    area: Annotated[list[Place], Meta(max_length=64)] = []
    warns_of: Annotated[list[Literal["health_or_safety"]], Meta(max_length=1)] = []


class SenderIdContent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What recipients see."""

    type: Literal["alphanumeric", "numeric", "shortcode"]
    value: Annotated[str, Meta(min_length=1, max_length=21)]


class OwnerContent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whose name it is, and the number under which that is registered, or the third party."""

    by: Literal["entity", "filed_app", "trademark", "third_party"]
    reference: Word | None = None


class SenderContent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who speaks, under which id and signature, and where its links may lead."""

    name: Word
    id: SenderIdContent
    entity: Key
    owner: OwnerContent
    signature: Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[^【】\r\n]+$")] | None = None
    links: Annotated[list[Host], Meta(max_length=64)] = []
    valid_to: Day | None = None


class VariableContent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What may stand in the place of a variable."""

    kind: Literal["code", "number", "amount", "date", "name", "text", "link", "phone"]
    max_chars: Annotated[int, Meta(ge=1, le=80)] | None = None


class TemplateContent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A text with typed variables."""

    name: Key
    text: Annotated[str, Meta(min_length=1, max_length=4000)]
    category: Category
    variables: Annotated[dict[str, VariableContent], Meta(max_length=32)] = {}
    valid_to: Day | None = None


Content = LicenceContent | QualificationContent | AgreementContent | AuthorityContent | SenderContent | TemplateContent
