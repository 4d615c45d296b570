"""A diagnosis as text for a terminal."""

import textwrap
from collections.abc import Iterator

from mmcrack.doctor.findings import Diagnosis, Finding, Severity

_WIDTH = 100


def diagnosis_text(diagnosis: Diagnosis, shown: int = 5) -> str:
    """Facts as a table, findings from the worst to the least, and a last line that counts them.

    Args:
        diagnosis: What was found.
        shown: How many files of each finding are listed.
    """
    lines = [*_facts(diagnosis), '']
    for severity in Severity:
        for finding in diagnosis.findings:
            if finding.severity is severity:
                lines += [*_finding(finding, shown), '']
    return '\n'.join([*lines, summary(diagnosis)])


def summary(diagnosis: Diagnosis) -> str:
    """``2 errors, 1 warning, 0 notes``."""
    counts = ((severity.value, diagnosis.count(severity)) for severity in Severity)
    return ', '.join(f'{count} {name}{"" if count == 1 else "s"}' for name, count in counts)


def _facts(diagnosis: Diagnosis) -> Iterator[str]:
    width = max((len(fact.name) for fact in diagnosis.facts), default=0)
    for fact in diagnosis.facts:
        yield f'{fact.name:<{width}}  {fact.value}'


def _finding(finding: Finding, shown: int) -> Iterator[str]:
    yield from _wrapped(f'{finding.severity.value.upper()} {finding.check}: ', finding.what)
    yield from _wrapped('  means: ', finding.means)
    yield from _wrapped('  do:    ', finding.remedy)
    yield from (f'    {line}' for line in finding.files[:shown])
    if len(finding.files) > shown:
        yield f'    … and {len(finding.files) - shown} more (--show, --json)'


def _wrapped(start: str, text: str) -> list[str]:
    indent = ' ' * (len(start) if start.startswith(' ') else 2)
    return textwrap.wrap(
        start + text,
        _WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
        drop_whitespace=True,
    )
