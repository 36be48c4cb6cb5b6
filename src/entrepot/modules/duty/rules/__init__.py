"""The rules of duty: the value at the destination, the rates that the tariff shows and what is missing to have each, trade
measures, the taxes on top, deadlines; and what consumers import."""

from entrepot.modules.duty.rules.bill import assess_bill
from entrepot.modules.duty.rules.consumer import assess_order, assess_parcel
from entrepot.modules.duty.rules.export import assess_export
from entrepot.modules.duty.rules.landed import assess_landed
from entrepot.modules.duty.rules.offer import assess

__all__ = ["assess", "assess_bill", "assess_export", "assess_landed", "assess_order", "assess_parcel"]
