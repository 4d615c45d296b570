import hashlib
from types import SimpleNamespace

import pytest

from mmcrack.doctor.environment_checks import packages, system, weights
from mmcrack.doctor.environment_checks.accelerator import check_accelerator
from mmcrack.doctor.environment_checks.imports import check_imports
from mmcrack.doctor.findings import Diagnosis, Fact, Finding, Severity, run_checks
from mmcrack.doctor.printing import diagnosis_text


def findings(check, *arguments) -> tuple[Finding, ...]:
    return Diagnosis.of(check(*arguments)).findings


@pytest.fixture
def environment(monkeypatch):
    """Pretends that these packages, and no others, are installed."""

    def pretend(**versions: str) -> None:
        by_name = {name.replace('_', '-'): version for name, version in versions.items()}
        monkeypatch.setattr(packages, 'installed', by_name.get)

    return pretend


def test_this_environment_imports_everything():
    assert findings(check_imports) == ()


def test_fork_and_original_together_are_an_error(environment):
    environment(onedl_mmcv='2.3.6', mmcv='2.1.0')
    (finding,) = findings(packages.check_forks)
    assert finding.severity is Severity.ERROR
    assert 'pip uninstall -y mmcv onedl-mmcv' in finding.remedy


def test_an_original_alone_is_a_warning(environment):
    environment(onedl_mmengine='0.10.12', mmsegmentation='1.2.2')
    (finding,) = findings(packages.check_forks)
    assert finding.severity is Severity.WARNING
    assert finding.what == 'mmsegmentation 1.2.2 is installed instead of onedl-mmsegmentation'


def test_forks_alone_are_right(environment):
    environment(onedl_mmcv='2.3.6', onedl_mmengine='0.10.12')
    assert findings(packages.check_forks) == ()


def test_two_opencvs(environment):
    environment(opencv_python='5.0.0', opencv_python_headless='4.10.0')
    (finding,) = findings(packages.check_opencv)
    assert finding.what.startswith('opencv-python and opencv-python-headless are')
    environment(opencv_python='5.0.0')
    assert findings(packages.check_opencv) == ()


def test_versions_outside_the_range_and_missing_packages(environment, monkeypatch):
    needs = ['numpy>=1.26', 'onedl-mmcv<2.4,>=2.3.6', 'torch>=2.6', 'pytest>=8; extra == "test"']
    monkeypatch.setattr(packages.metadata, 'requires', lambda name: needs)
    environment(mmcrack='0.1.0', numpy='2.0', onedl_mmcv='2.3.5')
    found = {finding.what: finding.severity for finding in findings(packages.check_requirements)}
    assert found == {
        'onedl-mmcv 2.3.5 is installed, mmcrack needs onedl-mmcv<2.4,>=2.3.6': Severity.WARNING,
        'torch is missing, mmcrack needs torch>=2.6': Severity.ERROR,
    }


def test_more_threads_than_cores(monkeypatch):
    monkeypatch.setenv('OMP_NUM_THREADS', str(system.cores() + 1))
    assert findings(system.check_threads)[0].severity is Severity.WARNING
    monkeypatch.setenv('OMP_NUM_THREADS', '1')
    assert findings(system.check_threads) == ()


def test_the_quota_of_a_container_counts(monkeypatch):
    monkeypatch.setattr(system, '_read', lambda path: '100000 100000')
    assert system.cores() == 1


def test_weights_are_compared_with_their_checksum(tmp_path):
    content = b'weights'
    sha256 = hashlib.sha256(content).hexdigest()
    known = dict(sam=SimpleNamespace(name='sam.pth', sha256=sha256))
    file = tmp_path / 'sam.pth'
    assert Diagnosis.of(weights.check_weights(known, tmp_path)).facts[0].value.startswith('not the')
    file.write_bytes(content)
    assert findings(weights.check_weights, known, tmp_path) == ()
    file.write_bytes(content[:-1])
    (finding,) = findings(weights.check_weights, known, tmp_path)
    assert finding.severity is Severity.ERROR
    assert finding.files == (str(file),)


def test_a_gpu_that_fails_to_compute_is_an_error(monkeypatch):
    import torch

    def fail(*arguments, **options):
        raise RuntimeError('CUDA error: out of memory\nmore')

    properties = SimpleNamespace(name='Some GPU', major=9)
    monkeypatch.setattr(torch.cuda, 'is_available', lambda: True)
    monkeypatch.setattr(torch.cuda, 'device_count', lambda: 1)
    monkeypatch.setattr(torch.cuda, 'get_device_properties', lambda index: properties)
    monkeypatch.setattr(torch.cuda, 'mem_get_info', fail)
    (finding,) = findings(check_accelerator)
    assert finding.what == 'Some GPU (cuda:0) does not compute: CUDA error: out of memory'


def test_a_check_that_fails_does_not_end_the_others():
    def check_something():
        yield Fact('a', '1')
        raise OSError('no')

    def check_more():
        yield Fact('b', '2')

    diagnosis = run_checks([check_something, check_more])
    assert [fact.name for fact in diagnosis.facts] == ['a', 'b']
    assert diagnosis.findings[0].check == 'something'
    assert diagnosis.findings[0].what == 'the check itself failed: OSError: no'


def test_the_worst_is_printed_first_and_long_lists_are_cut():
    note = Finding(Severity.NOTE, 'n', 'a', 'b', 'c', tuple('123456789'))
    error = Finding(Severity.ERROR, 'e', 'a', 'b', 'c')
    text = diagnosis_text(Diagnosis((Fact('x', 'y'),), (note, error)), shown=2)
    assert text.index('ERROR e: a') < text.index('NOTE n: a')
    assert '… and 7 more' in text
    assert text.endswith('1 error, 0 warnings, 1 note')
