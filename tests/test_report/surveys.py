"""Names of the survey that tests report on, and what they read pages with."""

from html.parser import HTMLParser

from mmcrack.report.measured_folder import MeasuredCrack

HOSTILE = 'x</script><img src=q onerror=alert(1)>/a "b" \'c\' #50% & é'
NAMES = ('thin', 'wide', 'empty', 'b/two cracks', HOSTILE)  # a crack of 3, 9, none, 5 and 4, 6
ORDER = ['wide', HOSTILE, 'b/two cracks', 'thin', 'empty']  # by severity
SIZE = (90, 120)
_VOID = {'meta', 'img', 'input', 'link', 'br'}


class Page(HTMLParser):
    """Elements and texts of a page; fails where tags do not match."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self.open = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        assert len(names) == len(set(names)), (tag, names)
        self.elements.append((tag, dict(attributes)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append((self.open[-1] if self.open else '', data))

    def all(self, tag, **wanted):
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and wanted.items() <= attributes.items()
        ]


def crack(lines, widths):
    figures = dict.fromkeys(('width_mean', 'width_median', 'width_p95', 'width_max'))
    return MeasuredCrack(1, 1.0, **figures, area=1, severity=1, orientation=0, branch_points=0,
                         ends=2, lines=lines, widths=widths)  # fmt: skip
