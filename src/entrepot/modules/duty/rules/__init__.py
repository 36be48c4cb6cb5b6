"""The rules of duty: the value at the destination, the rates that the tariff shows, and what is missing to have each."""

from entrepot.modules.duty.rules.offer import assess

__all__ = ["assess"]
