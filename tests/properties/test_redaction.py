"""No secret survives redaction, whatever it is made of and whatever stands around its address."""

from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from lstm_sweep.errors import UserError
from lstm_sweep.redaction import redacted, redacted_settings

SCHEMES = st.sampled_from(["http", "https", "postgresql", "postgresql+psycopg", "sqlite", "mysql", "s3", "databricks"])
PLACES = st.sampled_from(["host", "host:5000", "127.0.0.1:9", "[::1]:80", ""])
PATHS = st.sampled_from(["", "/", "/db", "/api/2.0/mlflow", "/file:db"])
NOISE = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=6)
SENTENCES = st.sampled_from(
    ["{}", "cannot reach {}, sorry", "url: {}", "Value '{}' is no number.", "({}): do", "x={}\ny"]
)


@given(SCHEMES, PLACES, PATHS, NOISE, NOISE, SENTENCES)
def test_login_and_query_are_gone_from_any_address(
    scheme: str, place: str, path: str, before: str, after: str, sentence: str
) -> None:
    secret = f"{before}s3cret{after}"
    raw = f"{scheme}://{secret}:{secret}@{place}{path}?key={secret}"
    assert "s3cret" not in redacted(raw)
    assert "s3cret" not in str(redacted_settings({"tracking": {"uri": [raw]}}))
    coded = f"{scheme}://{quote(secret)}:{quote(secret, safe='')}@{place}{path}?{quote(secret)}={quote(secret)}"
    text = sentence.format(coded)
    assert "s3cret" not in redacted(text)
    assert "s3cret" not in str(UserError(text))
    assert redacted(redacted(text)) == redacted(text)


@given(SCHEMES, PLACES, PATHS, SENTENCES)
def test_address_without_a_secret_stays(scheme: str, place: str, path: str, sentence: str) -> None:
    text = sentence.format(f"{scheme}://{place}{path}")
    assert redacted(text) == text
