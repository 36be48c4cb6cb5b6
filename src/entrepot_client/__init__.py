"""The Python client of Entrepôt: statements said, sheets read, events followed, with types for every topic. See docs/client.md."""

from entrepot_client.aclient import AsyncClient
from entrepot_client.calls import EventPage
from entrepot_client.client import Client
from entrepot_client.errors import ApiError, Unreachable
from entrepot_client.ids import new_id
from entrepot_client.topic import Statement, Topic

__all__ = ["ApiError", "AsyncClient", "Client", "EventPage", "Statement", "Topic", "Unreachable", "new_id"]
