"""Trade measures: what is added, and what is only told."""

from entrepot.kernel.text import Text
from entrepot.modules.duty.rules.measures import NOTICE, Measure, surcharges


def test_a_measure_whose_rate_is_not_on_file_is_a_condition_and_never_a_rate_of_nothing() -> None:
    told = Text("some goods bear more", "部分货物加征")
    notice = Measure("review", NOTICE, Text("review", "复审"), None, told)
    added, missing, conditions = surcharges([notice], "ntr", lambda *_: (None, None), False, None, None)
    assert (added, missing) == ((), ())
    assert conditions == (Text("review: some goods bear more", "复审：部分货物加征"),)
