"""The rules of origin that HM Revenue & Customs publishes, read into the language of product rules."""
