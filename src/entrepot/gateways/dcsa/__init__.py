"""DCSA messages of the electronic bill of lading: transport document (eBL 3.0), issuance, surrender, and transfer between platforms
(PINT 3.0).

What a title says and these messages have no place for is told as lost; what they demand and a title does not say is a problem.
"""
