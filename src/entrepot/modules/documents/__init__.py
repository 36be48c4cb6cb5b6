"""Documents: what contracts, invoices, certificates, reports, declarations and receipts say, ready to be signed."""
