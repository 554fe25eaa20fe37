"""A root directory like that of a function on Lambda: only the runtime, the function, and its layers.

/var/lang has the interpreter, the runtime client and boto3. /var/task has the function. /opt has its layers, one over
the other. All of these are read-only; only /tmp can be written. There is no HOME and no /proc. Of the machine's
libraries, there are only those of its Python: a function that needs Pango must have it in a layer.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from layers.elf import OF_THE_SYSTEM
from tests.cloud import artefacts, template
from tests.packaging import emulation

ROOT = Path(__file__).parent.parent.parent
ENTER = Path(__file__).with_name("enter.sh")
BOOTSTRAP = ROOT / "tests" / "cloud" / "bootstrap.py"
RUNTIME = ROOT / ".venv-lambda" / "bin" / "python"
OF_NO_FUNCTION = ("_tkinter", "_curses", "readline")
"""Python modules whose libraries functions may not use."""


@dataclass(frozen=True)
class Interpreter:
    executable: Path
    stdlib: Path
    packages: Path
    version: str

    @property
    def name(self) -> str:
        return f"python{self.version}"


def interpreter() -> Interpreter:
    """The interpreter with Lambda's runtime client."""
    ask = "import json, sys, sysconfig as s; p = s.get_path; v = '%d.%d' % sys.version_info[:2]"
    ask += "; print(json.dumps([sys._base_executable, p('stdlib'), p('purelib'), v]))"
    executable, stdlib, packages, version = json.loads(subprocess.check_output([RUNTIME, "-I", "-c", ask]))
    return Interpreter(Path(executable).resolve(), Path(stdlib), Path(packages), version)


def can_be_entered() -> bool:
    """Whether this machine lets its users make namespaces, and mount overlays in them."""
    mount = ["mount", "-t", "overlay", "overlay", "-o", "lowerdir=/etc:/usr", "/mnt"]
    attempt = ["unshare", "--user", "--map-root-user", "--mount", "--", *mount]
    return subprocess.run(attempt, capture_output=True).returncode == 0


def make(root: Path) -> Path:
    """Lay out at `root` everything that enter.sh mounts and that all functions share."""
    python = interpreter()
    base = lay_out(root, python.executable, python.stdlib, python.name)
    _copy_packages(python, root / "packages")
    for library in _libraries(python):
        target = base / library.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, target)
    return root


def lay_out(root: Path, executable: Path, stdlib: Path, name: str) -> Path:
    """A root without libraries and packages, for a Python with this `name`. Returns the folder that becomes its /."""
    for folder in ("nothing", "mounted", "packages", "place-for-packages/site-packages"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "python").unlink(missing_ok=True)
    (root / "python").symlink_to(stdlib)
    base = root / "base"
    shutil.rmtree(base, ignore_errors=True)
    for folder in ("dev", "etc", "opt", "tmp", "var/lang/bin", f"var/lang/lib/{name}", "var/runtime", "var/task"):
        (base / folder).mkdir(parents=True)
    for device in ("null", "zero", "urandom"):
        (base / "dev" / device).touch()
    (base / "etc" / "passwd").write_text("sbx_user1051:x:993:990::/home/sbx_user1051:/sbin/nologin\n")
    shutil.copy(executable, base / "var" / "lang" / "bin" / "python")
    shutil.copy(BOOTSTRAP, base / "var" / "runtime" / "bootstrap.py")
    return base


def _copy_packages(python: Interpreter, folder: Path) -> None:
    """The runtime client and boto3 with their bytecode, as in Lambda's image."""
    made_from = folder.with_name("packages-made-from")
    state = f"{python.packages} {python.packages.stat().st_mtime_ns}"
    if made_from.exists() and made_from.read_text() == state:
        return
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(python.packages, folder)
    quiet = ["-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    subprocess.run([RUNTIME, "-m", "compileall", *quiet, folder], check=True)
    made_from.write_text(state)


def _libraries(python: Interpreter) -> set[Path]:
    """The libraries of the interpreter and its own modules, with the loader and the rest of libc."""
    modules = [
        path for path in (python.stdlib / "lib-dynload").glob("*.so") if not path.name.startswith(OF_NO_FUNCTION)
    ]
    modules += python.packages.glob("*.so")
    listed = subprocess.run(["ldd", python.executable, *modules], capture_output=True, text=True, check=True).stdout
    words = [word for line in listed.splitlines() if not line.endswith(":") for word in line.split()]
    linked = {Path(word) for word in words if word.startswith("/")}
    [libc] = (path for path in linked if path.name == "libc.so.6")
    return linked | {path for path in libc.parent.iterdir() if OF_THE_SYSTEM.fullmatch(path.name)}


def python(root: Path, task: Path, layers: Sequence[Path]) -> list[str]:
    """Python in the root of the function in folder `task`. `layers` are unpacked to /opt in this order. Arguments
    follow.
    """
    lowest = [emulation.packages(root)] if emulation.is_needed(root) else []
    opt = ":".join(str(layer.resolve()) for layer in reversed([*lowest, *layers]))
    entering = ["unshare", "--user", "--map-root-user", "--mount", "--", "sh", str(ENTER)]
    emulator = [emulation.EMULATOR] if emulation.is_needed(root) else []
    return [*entering, str(root.resolve()), str(task.resolve()), opt, *emulator, "/var/lang/bin/python", "-I"]


def function(root: Path, task: Path, layers: Sequence[Path]) -> list[str]:
    """The function itself: Lambda's runtime client with the handler, which the environment names, as on Lambda."""
    return [*python(root, task, layers), "/var/runtime/bootstrap.py", "/var/task", "/opt"]


def packaging(root: Path) -> artefacts.Packaging:
    """Starts the functions of a built template in the root, for a local cloud."""

    def package(
        described: template.Function, code: Path, layers: Mapping[str, str], _build: artefacts.Build
    ) -> artefacts.Package:
        folders = [code / layers[logical_id] for logical_id in described.layers]
        return artefacts.archive(described.logical_id, function(root, code / described.folder, folders))

    return package
