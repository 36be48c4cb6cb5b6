"""Goods descriptions to codes of the Harmonized System: trained here, from packs, on the first use."""

from entrepot.gateways.classifier.classifier import Candidate, Classifier, Evidence, Suggestion, load_classifier

__all__ = ["Candidate", "Classifier", "Evidence", "Suggestion", "load_classifier"]
