"""The list of modules: one explicit line each. What is not here is not on the platform."""

from entrepot.kernel.module import Module

MODULES: tuple[Module, ...] = ()
