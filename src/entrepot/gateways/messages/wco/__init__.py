"""WCO Data Model XML (declarations and responses, as HMRC's declaration service profiles it) and port movement messages."""
