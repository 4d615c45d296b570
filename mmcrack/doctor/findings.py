"""What a check reports: facts and findings. This module needs nothing but Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


class Severity(str, Enum):
    """How bad a finding is: training fails or is wrong; it may be; good to know."""

    ERROR = 'error'
    WARNING = 'warning'
    NOTE = 'note'


@dataclass(frozen=True)
class Fact:
    """Something that was looked at and needs nothing done.

    Args:
        name: What it is.
        value: What was found.
    """

    name: str
    value: str


@dataclass(frozen=True)
class Finding:
    """Something that a user should know.

    Args:
        severity: How bad it is.
        check: Name of the check, a word or two that stay the same from release to release.
        what: What was found, in a sentence.
        means: What follows from it for training or testing.
        remedy: What to do.
        files: The files concerned, a line each: a path, or several, and what is special about it.
    """

    severity: Severity
    check: str
    what: str
    means: str
    remedy: str
    files: tuple[str, ...] = ()


Reports = Iterable[Fact | Finding]


@dataclass(frozen=True)
class Diagnosis:
    """All facts and findings, in the order of the checks."""

    facts: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, reports: Reports) -> Diagnosis:
        """Sort what checks reported into facts and findings."""
        reports = tuple(reports)
        return cls(
            tuple(report for report in reports if isinstance(report, Fact)),
            tuple(report for report in reports if isinstance(report, Finding)),
        )

    def __add__(self, other: Diagnosis) -> Diagnosis:
        return Diagnosis(self.facts + other.facts, self.findings + other.findings)

    def count(self, severity: Severity) -> int:
        """Number of findings of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: facts by name, findings as they are, and how many of each severity."""
        return dict(
            facts={fact.name: fact.value for fact in self.facts},
            findings=[
                {**asdict(finding), 'severity': finding.severity.value} for finding in self.findings
            ],
            counts={severity.value: self.count(severity) for severity in Severity},
        )


def run_checks(checks: Iterable[Callable[..., Reports]], *arguments: Any) -> Diagnosis:
    """Run checks one after the other; one that fails is a finding and does not end the others.

    Args:
        checks: Functions that yield facts and findings.
        *arguments: What each of them is called with.
    """
    return Diagnosis.of(report for check in checks for report in _guarded(check, *arguments))


def _guarded(check: Callable[..., Reports], *arguments: Any) -> Iterator[Fact | Finding]:
    try:
        yield from check(*arguments)
    except Exception as error:  # a broken environment raises anything, and is what is examined
        name = check.__name__.removeprefix('check_').replace('_', ' ')
        yield Finding(
            Severity.ERROR,
            name,
            f'the check itself failed: {type(error).__name__}: {error}',
            'what it looks at is unknown',
            'mend what the message names and call again',
        )
