"""The Python client of Kanhe, for programs with and without asyncio; imports nothing of the server.

from kanhe_sdk import Client

with Client("http://127.0.0.1:8080", "kanhe_test_...") as kanhe:
sent = kanhe.send("+8613800138000", "【示例商城】您的订单已发货", sender="示例商城")
"""

from kanhe_sdk.answers import Batch, Message, Page, Problem, Sent
from kanhe_sdk.asynchronous import AsyncClient
from kanhe_sdk.synchronous import Client
from kanhe_sdk.webhooks import SignatureError, verify_webhook

__all__ = [
    "AsyncClient",
    "Batch",
    "Client",
    "Message",
    "Page",
    "Problem",
    "Sent",
    "SignatureError",
    "verify_webhook",
]
