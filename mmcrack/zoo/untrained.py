"""What a network's maps are worth before its first step, beside what they are worth after."""

import dataclasses
from collections.abc import Iterator

from mmcrack.engine.training_run import read_config
from mmcrack.zoo.data import load_data
from mmcrack.zoo.fingerprints import evaluation_fingerprint, method_fingerprint
from mmcrack.zoo.measuring import Request, shown, work_folder
from mmcrack.zoo.naming import zoo_options
from mmcrack.zoo.networks import require_same_model, test_untrained
from mmcrack.zoo.progress import named_failures
from mmcrack.zoo.row import Row, read_row, write_row


def measure_untrained(request: Request) -> Iterator[Row]:
    """Add to rows that are there what the untrained network scores; their notes are made anew.

    Its weights are those that the config's ``init_cfg`` gives, of its seed. A threshold of errors
    is fitted as it is after a training.

    Raises:
        FileNotFoundError: a row, a config or a data folder is missing.
        ValueError: the config is of a labeller, or a row of another state of its config.
        RuntimeError: the test failed; names the config and the log.
    """
    cfg = read_config(request.config)
    if cfg.get('train_dataloader') is None:
        raise ValueError(f'{request.config}: it trains nothing, so nothing of it is untrained')
    method_sha256 = method_fingerprint(request.config)
    for config in request.test_configs or (request.config,):
        data = load_data(read_config(config), config)
        require_same_model(cfg, request.config, data)
        path = request.rows / data.file_name(shown(request.config))
        row = read_row(path)
        if row is None:
            raise FileNotFoundError(f'{path}: no row yet; run the command without --untrained')
        if (row.config_sha256, row.test_sha256) != (method_sha256, evaluation_fingerprint(config)):
            raise ValueError(f'{path}: of another state of {config}; make it anew first')
        folder = work_folder(request.config) / 'untrained'
        with named_failures(f'{request.config}, untrained, on {config}', folder / 'error.log'):
            figures = test_untrained(data, folder)
        note = zoo_options(cfg, request.config).get('note', '')
        row = dataclasses.replace(row, untrained=figures, note=note)
        write_row(request.rows, row)
        yield row
