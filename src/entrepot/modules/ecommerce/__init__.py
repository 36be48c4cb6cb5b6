"""Cross-border e-commerce: which mode a trade takes, whether order, payment and waybill agree, and what the modes compare to."""
