"""Which packs touch a dossier: its industry, its carrier, its region."""

from entrepot.kernel.module import Module
from entrepot.links import carrier, industry, region

LINKS: tuple[Module, ...] = (*industry.MODULES, carrier.MODULE, region.MODULE)
