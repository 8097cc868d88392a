"""Sales that a caller could ask for, from the tiniest to the largest that MH's numbers hold."""

from decimal import Decimal

from hypothesis import strategies as st

from ocote.dte.sale import Line

quantities = st.one_of(
    st.integers(1, 50).map(Decimal),
    st.decimals(min_value=Decimal("0.00000001"), max_value=10, places=8),
    st.decimals(min_value=Decimal("0.01"), max_value=1000, places=2),
    st.integers(1, 10**10).map(Decimal),
    st.decimals(min_value=1, max_value=10**9, places=8),
)

prices = st.one_of(
    st.decimals(min_value=Decimal("0.01"), max_value=100, places=2),
    st.decimals(min_value=Decimal("0.01"), max_value=10**7, places=2),
)

discounts = st.one_of(st.just(Decimal(0)), st.decimals(min_value=0, max_value=99, places=2))

lines = st.builds(Line, st.just("Artículo"), quantities, prices, discounts).filter(
    lambda line: Decimal("0.0000001") < line.quantity * line.unit_price / 100 < 10**7
)
"""Neither rounding to zero nor, twelve at a time, beyond the largest total."""

ordinary_lines = st.builds(
    Line,
    st.just("Artículo"),
    st.decimals(min_value=Decimal("0.01"), max_value=100, places=2),
    st.decimals(min_value=Decimal("0.01"), max_value=500, places=2),
    discounts,
)
