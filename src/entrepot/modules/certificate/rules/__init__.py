"""The rules of the certificate room."""

from entrepot.modules.certificate.rules.assess import assess

__all__ = ["assess"]
