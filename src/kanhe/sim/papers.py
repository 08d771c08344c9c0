"""The papers of a rehearsal: an operator in China with everything in order, an account, senders for three countries, one carrier.

The demo, the benches and the journeys' tests stand on the same papers. Every name is invented.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from kanhe.kit.vault import Vault

Papers: TypeAlias = list[tuple[str, Mapping[str, object]]]

ACCOUNT = 1
SIGNATURE = "示例商城"
# Names of the senders: a port for service and one for offers (China separates them), one for the United States, one for France.
CHINA, CHINA_OFFERS, AMERICA, FRANCE = SIGNATURE, f"{SIGNATURE}会员", "+12125550100", "EXSHOP"
SYSTEM_ID, PASSWORD = "esme01", "secret08"
# A key for loopback rehearsals; a real one has 256 random bits.
KEY_ID = "rehearsal"
API_KEY = f"kanhe_live_{KEY_ID}_" + "0" * 64
CARRIER = "rehearsal"


def filing(key: str, **more: object) -> dict[str, object]:
    """An active entry in a registry."""
    return {"key": key, "status": "active", **more}


OPERATOR: Mapping[str, object] = {
    "name": "Rehearsal Operator / 演练运营者",
    "seat": "CN",
    "licences": [
        {
            "key": "cn.value_added_telecom",
            "coverage": ["nationwide"],
            "valid_from": "2024-01-01",
            "valid_to": "2034-12-31",
        }
    ],
    "agreements": {"cn.customer_terms": [["3", "2026-05-01"]], "eu.processor": [["1", "2024-01-01"]]},
}

ACCOUNT_PAPER: Mapping[str, object] = {
    "id": ACCOUNT,
    "name": "Example Shop / 示例商城",
    "prepaid": False,
    "agreements": {"cn.customer_terms": ["3", "2026-05-02"], "eu.processor": ["1", "2025-01-10"]},
    "amendments": ["optout_line", "label", "signature", "identity_line"],
    "identity_line": {"text": "客服4000000000", "shows": ["contact", "contact_phone"]},
    "basis": {"kind": "contract"},
    "recipient_source": ["own_customer", True],
    "registrations": {"cn.customer_file": filing("cn.customer_file")},
}


def senders() -> Iterator[Mapping[str, object]]:
    """One sender a country, each filed where its country wants it filed."""
    common = {"account": ACCOUNT, "entity": "example-shop", "entity_kind": "company", "seat": "CN"}
    service = ["verification", "transactional", "public_service", "emergency", "two_way"]
    for name, port, categories in (
        (CHINA, "10690000001", service),
        (CHINA_OFFERS, "10690000002", ["marketing", "consent_request", "two_way"]),
    ):
        yield {
            **common,
            "name": name,
            "id": {
                "type": "numeric",
                "value": port,
                "traits": ["registered", "assigned", "domestic_number"],
                "port_categories": categories,
            },
            "signature": SIGNATURE,
            "registrations": {"cn.signature": filing("cn.signature"), "cn.template": filing("cn.template")},
        }
    yield {
        **common,
        "name": AMERICA,
        "id": {"type": "numeric", "value": "12125550100", "traits": ["registered", "assigned", "domestic_number"]},
        "registrations": {"us.campaign": filing("us.campaign"), "us.tx.solicitor": filing("us.tx.solicitor")},
    }
    yield {
        **common,
        "name": FRANCE,
        "id": {"type": "alphanumeric", "value": FRANCE, "traits": ["registered"]},
    }


def rehearsal(vault: Vault, carrier_port: int, *, sessions: int = 1, window: int = 100) -> Papers:
    """All papers, for a simulated SMPP carrier on `carrier_port`."""
    return [
        ("operator", OPERATOR),
        ("account", ACCOUNT_PAPER),
        *(("sender", sender) for sender in senders()),
        (
            "connector",
            {
                "name": CARRIER,
                "carrier": CARRIER,
                "port": carrier_port,
                "system_id": "kanhe",
                "secret": vault.seal("secret", f"connector/{CARRIER}"),
                "sessions": sessions,
                "window": window,
                "simulated": True,
            },
        ),
        ("route", {"name": CARRIER, "connector": CARRIER, "carrier": CARRIER, "price": 40_000, "simulated": True}),
        (
            "credential",
            {
                "account": ACCOUNT,
                "kind": "smpp",
                "name": SYSTEM_ID,
                "secret": vault.seal(PASSWORD, f"smpp/{SYSTEM_ID}"),
                "sender": CHINA,
                "window": 500,
            },
        ),
        ("credential", {"account": ACCOUNT, "kind": "api_key", "name": KEY_ID, "secret": vault.digest(API_KEY)}),
    ]
