"""The ``mmcrack`` command: what it runs, what it prints, how it ends."""

import importlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import setuptools.build_meta

import mmcrack
import mmcrack_command
from mmcrack.engine.config_files import find_config

ROOT = Path(__file__).parents[2]


def mmcrack_process(*arguments, path=(), **options):
    env = {**os.environ, 'PYTHONPATH': os.pathsep.join([*map(str, path), str(ROOT)])}
    command = [sys.executable, '-m', 'mmcrack_command', *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, **options)


def test_help_lists_every_command_without_importing_torch(tmp_path):
    (tmp_path / 'torch').mkdir()
    (tmp_path / 'torch/__init__.py').write_text("raise ImportError('not wanted')")
    done = mmcrack_process('--help', path=[tmp_path], cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    modules = {path.stem for path in (ROOT / 'mmcrack/commands').glob('[!_]*.py')}
    assert modules == set(mmcrack_command.COMMANDS)
    assert all(f'\n  {name} ' in done.stdout for name in modules)


@pytest.mark.parametrize('name', mmcrack_command.COMMANDS)
def test_help_of_a_command_is_that_of_its_module(name, capsys):
    with pytest.raises(SystemExit, match='0'):
        mmcrack_command.main([name, '--help'])
    text = capsys.readouterr().out
    assert f'usage: mmcrack {name} ' in text
    module = importlib.import_module(f'mmcrack.commands.{name}')
    assert module.__doc__.splitlines()[0] in text


def test_unknown_command_is_a_wrong_command_line(capsys):
    assert mmcrack_command.main(['mesure']) == 2
    assert "there is no command 'mesure'" in capsys.readouterr().err


def test_wrong_option_is_a_wrong_command_line():
    with pytest.raises(SystemExit, match='2'):
        mmcrack_command.main(['measure', '--nothing'])


def test_version(capsys):
    assert mmcrack_command.main(['--version']) == 0
    assert capsys.readouterr().out == f'mmcrack {mmcrack.__version__}\n'


def test_expected_error_is_one_line(project, capsys):
    assert mmcrack_command.main(['train', 'none.py']) == 1
    assert capsys.readouterr().err == (
        f'mmcrack train: none.py: there is no such config, neither in {project} nor among those '
        'of mmcrack\n'
    )
    assert mmcrack_command.main(['train', 'toy.py', '--cfg-options', 'train_cfg.max_epoch=1']) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith('mmcrack train: ')
    assert 'max_epochs' in line


def test_traceback_on_demand(project, monkeypatch):
    monkeypatch.setenv('MMCRACK_TRACEBACK', '1')
    with pytest.raises(FileNotFoundError):
        mmcrack_command.main(['train', 'none.py'])


def test_interrupted_command_says_how_to_go_on(monkeypatch, capsys):
    def interrupt(args):
        raise KeyboardInterrupt

    monkeypatch.setattr('mmcrack.commands.train.run', interrupt)
    assert mmcrack_command.main(['train', 'toy.py']) == 130
    assert 'Interrupted; with --resume the same command goes on' in capsys.readouterr().err


def test_other_commands_point_to_the_doctor_where_mmcrack_does_not_import(tmp_path):
    (tmp_path / 'torch').mkdir()
    (tmp_path / 'torch/__init__.py').write_text("raise ImportError('libcudart.so is missing')")
    done = mmcrack_process('weights', path=[tmp_path], cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        'mmcrack weights: ImportError: libcudart.so is missing',
        'mmcrack doctor says what is wrong with the environment',
    ]


def test_configs_of_mmcrack_are_found_in_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = 'configs/demo/unet.py'
    assert Path(find_config(config)).read_bytes() == (ROOT / config).read_bytes()
    own = tmp_path / config
    own.parent.mkdir(parents=True)
    own.touch()
    assert find_config(config) == config
    with pytest.raises(FileNotFoundError, match=r'setup\.py: there is no such config'):
        find_config('setup.py')


def test_wheel_carries_configs_tools_and_the_command(tmp_path, monkeypatch):
    source = tmp_path / 'source'
    source.mkdir()
    for name in ('mmcrack', 'configs', 'tools', 'README.md', 'pyproject.toml', 'setup.py',
                 'mmcrack_command.py'):  # fmt: skip
        (source / name).symlink_to(ROOT / name)
    monkeypatch.chdir(source)
    wheel = zipfile.ZipFile(tmp_path / setuptools.build_meta.build_wheel(str(tmp_path)))
    names = set(wheel.namelist())
    for path in ('configs/cogensam/sam_vit_b_deepcrack.py', 'tools/train.py'):
        assert wheel.read(f'mmcrack/.mim/{path}') == (ROOT / path).read_bytes()
    assert {'mmcrack_command.py', 'mmcrack/commands/train.py'} <= names
    assert not [name for name in names if 'test' in name.split('/')[0] or '__pycache__' in name]
