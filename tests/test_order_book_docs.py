"""docs/order-books.md says of each variable what the catalogue says."""

from pathlib import Path

from lstm_sweep.orderbook.catalogue import VARIABLES

PAGE = Path(__file__).resolve().parents[1] / "docs" / "order-books.md"


def test_the_table_of_variables_is_that_of_the_catalogue() -> None:
    rows = [
        f"| `{each.name}` | {each.meaning} | {each.unit} | {each.source} | {each.over_bars} | "
        f"{'its change' if each.transform == 'log_return' else 'it stands'} |"
        for each in VARIABLES
    ]
    assert "\n".join(rows) in PAGE.read_text()
