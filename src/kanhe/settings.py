"""The settings: one TOML file, every key overridable as KANHE_SECTION_KEY.

Papers (accounts, senders, routes) are not here: they are versioned documents in the store (`kanhe apply`).
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from kanhe.kit.misfit import read_misfit

ENVIRONMENT_PREFIX = "KANHE_"


class SettingsInvalidError(Exception):
    """The settings file or an environment variable is wrong; the message names the section, the key and what is expected."""


class Platform(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[platform]`: who and where we are."""

    node: int = 1  # 0..1023, unique per process of one platform
    origin: str = "kanhe.local"  # a name of your own that the ledger's checkpoints carry for ever
    data: str = "kanhe-data"  # folder of the database and the keys


class Http(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[http]`: API and console."""

    host: str = "127.0.0.1"
    port: int = 8080
    enabled: bool = True


class Smpp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[smpp]`: the SMPP door."""

    host: str = "127.0.0.1"
    port: int = 2775
    enabled: bool = True
    system_id: str = "KANHE"
    sessions_max: int = 1000  # sessions of the whole door; one more login is refused
    tls_port: int = 3550  # opened as soon as there is a certificate
    tls_certificate: str = ""  # PEM
    tls_key: str = ""  # PEM; empty: it stands in the certificate's file
    tls_client_ca: str = ""  # PEM; customers must show a certificate of these authorities


class Cmpp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[cmpp]`: the CMPP door."""

    host: str = "127.0.0.1"
    port: int = 7890
    enabled: bool = False
    sessions_max: int = 1000
    skew_s_max: float = 0.0  # how far a login's timestamp may lie from our clock; 0: any


class Sgip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[sgip]`: the SGIP door."""

    host: str = "127.0.0.1"
    port: int = 8801
    enabled: bool = False
    sessions_max: int = 1000
    node: int = 0  # our node number in the sequences of reports: area code and a number of your own


class Smgp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[smgp]`: the SMGP door."""

    host: str = "127.0.0.1"
    port: int = 8890
    enabled: bool = False
    sessions_max: int = 1000
    skew_s_max: float = 0.0  # how far a login's timestamp may lie from our clock; 0: any


class Webhooks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[webhooks]`: where they may go."""

    allow_hosts: tuple[str, ...] = ()  # private targets that are allowed all the same: `host` or `host:port`


class Intake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[intake]`: how much may wait for its first commit."""

    limit: int = 20_000  # two seconds at full speed: beyond that doors answer that we are full


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[retention]`: how long things are kept."""

    messages_days: int = 0  # 0: for ever; never less than the longest minimum of the packs in force
    backups_days: int = 35  # how long backups are kept: as long erasures are on record, to be repeated after a restore


class Moderation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[moderation]`: which texts are looked at once more. One of so many distinct texts is drawn; 0: none."""

    sample_one_in: int = 1_000  # of those that passed, for reviewers: so that misses are seen
    shadow_one_in: int = 10  # for the model that is tried in the shadow of the one in force


class Opinions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[opinions]`: who else is asked about texts that passed or are held, beside the journeys; with digits masked, and never of what people write to each other."""

    service: Literal["", "aliyun", "tencent", "classifier"] = ""  # empty: nobody
    url: str = ""  # such as https://green-cip.cn-shanghai.aliyuncs.com or https://tms.tencentcloudapi.com
    region: str = ""  # Tencent wants one, such as ap-guangzhou
    key_id: str = ""  # AccessKeyId, SecretId
    key_secret: str = ""  # better by KANHE_OPINIONS_KEY_SECRET than in a file
    classifier: str = ""  # `module:function`, which makes a model of your own, such as an ONNX session
    review_from: float = 0.8  # the chance from which the classifier's word puts a text before people
    one_in: int = 100  # of so many distinct texts that passed one is asked about


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All sections."""

    platform: Platform = Platform()
    http: Http = Http()
    smpp: Smpp = Smpp()
    cmpp: Cmpp = Cmpp()
    sgip: Sgip = Sgip()
    smgp: Smgp = Smgp()
    webhooks: Webhooks = Webhooks()
    intake: Intake = Intake()
    retention: Retention = Retention()
    moderation: Moderation = Moderation()
    opinions: Opinions = Opinions()


def load(path: Path | None, environment: Mapping[str, str]) -> Settings:
    """Settings from a file (none: the defaults) and the environment. Raises `SettingsInvalidError`."""
    try:
        written = tomllib.loads(path.read_text("utf-8")) if path else {}
        return msgspec.convert(_overridden(written, environment), Settings, strict=False)
    except FileNotFoundError as error:
        raise SettingsInvalidError(f"there is no settings file `{path}`") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsInvalidError(f"`{path}`: {error}") from error
    except msgspec.ValidationError as error:
        raise SettingsInvalidError(_misfit(path, environment, error)) from error


def _misfit(path: Path | None, environment: Mapping[str, str], error: msgspec.ValidationError) -> str:
    """What is wrong, at which key of the file or in which variable of the environment."""
    what, where = read_misfit(error)
    variable = ENVIRONMENT_PREFIX + (where or "").replace(".", "_").upper()
    named = variable if variable in environment else where
    return ": ".join(f"`{each}`" for each in (path, named) if each) + f": {what}"


def _overridden(written: dict[str, object], environment: Mapping[str, str]) -> dict[str, object]:
    """What the file says, with KANHE_SECTION_KEY on top; lists in the environment are separated by commas."""
    sections: dict[str, dict[str, object]] = {}
    for section, keys in written.items():
        if not isinstance(keys, dict):
            raise SettingsInvalidError(f"`{section}` stands outside any section")
        sections[section] = dict(keys)
    for name, value in environment.items():
        section, _, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().partition("_")
        if name.startswith(ENVIRONMENT_PREFIX) and key and section in Settings.__struct_fields__:
            is_list = key == "allow_hosts"
            sections.setdefault(section, {})[key] = value.split(",") if is_list else value
    return dict(sections)
