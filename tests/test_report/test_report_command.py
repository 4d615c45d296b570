import pytest

from mmcrack.report import ReportOptions


def test_it_says_what_was_written(measure, report, capsys):
    report(measure(photographs=False))
    out = capsys.readouterr().out
    assert 'report.html: 5 cracks in 5 images, 5 of them with a page' in out
    assert '5 photographs could not be shown, the maps are instead' in out


@pytest.mark.parametrize('out', ['cracks.csv', 'report'])
def test_only_html_files_are_written(measure, report, out):
    measured = measure()
    with pytest.raises(ValueError, match=rf'{out}: give the report a name that ends in \.html'):
        report(measured, out=out)


def test_unwritable_place(measure, report, tmp_path):
    measured = measure()
    (tmp_path / 'file').write_text('')
    with pytest.raises(OSError, match=r'report\.html: cannot be written'):
        report(measured, out='file/report.html')


def test_failed_run_leaves_the_old_report(measure, report, tmp_path):
    measured = measure()
    (tmp_path / 'report.html').write_text('old')
    (measured / 'images/wide.json').unlink()
    with pytest.raises(FileNotFoundError, match=r'wide\.json'):
        report(measured)
    assert (tmp_path / 'report.html').read_text() == 'old'
    assert not list(tmp_path.glob('.*.partial'))


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(max_images=-1), '--max-images'),
        (dict(max_megabytes=0), '--max-megabytes'),
        (dict(picture_side=3), '--picture-side'),
        (dict(width_limits=(2.0, 1.0)), 'limits of width'),
    ],
)
def test_options_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        ReportOptions(**options)


def test_own_limits_of_width(measure, report):
    text = report(measure(), '--width-limits', '2.5', '4.5')
    assert 'below 2.5' in text
    assert '4.5 and wider' in text
