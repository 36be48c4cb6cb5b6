"""The rules of cross-border e-commerce: the mode, the match of three documents, the advice, the checks."""

from entrepot.modules.ecommerce.rules.advice import assess_advice
from entrepot.modules.ecommerce.rules.check import assess
from entrepot.modules.ecommerce.rules.match import assess_match
from entrepot.modules.ecommerce.rules.route import assess_route

__all__ = ["assess", "assess_advice", "assess_match", "assess_route"]
