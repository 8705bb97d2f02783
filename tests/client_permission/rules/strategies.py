"""Makes rules and subjects, few enough that they often overlap."""

from __future__ import annotations

from hypothesis import strategies as st

from linkus.client_permission.rules.resolution import Rule, Subject

TARGETS = ("extensions", "call_logs", "voicemails", "preferences")

subjects = st.builds(Subject, st.sampled_from(["extension", "group", "department"]), st.integers(1, 3))
rules = st.builds(
    Rule,
    st.integers(1, 99),
    st.booleans(),
    st.frozensets(subjects),
    st.frozensets(st.sampled_from(TARGETS)),
    st.booleans(),
)
rule_lists = st.lists(rules, max_size=6, unique_by=lambda rule: rule.id)
subject_sets_by_extension = st.dictionaries(st.integers(1, 5), st.sets(subjects))
