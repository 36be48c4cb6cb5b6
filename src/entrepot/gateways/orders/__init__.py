"""Files of orders, payments, parcels and market records: csv, xlsx and JSON, a record at a time, a bad one with its line."""

from entrepot.gateways.csv_rows import Bad
from entrepot.gateways.orders.reading import Row, read_rows
from entrepot.gateways.orders.records import OrderRow, PaymentRow, WaybillRow, market_body, read_records

__all__ = ["Bad", "OrderRow", "PaymentRow", "Row", "WaybillRow", "market_body", "read_records", "read_rows"]
