"""Generates files of the package:

    python -m layers.certificates.generated          beside the sources, for this machine; git ignores them

They are the compiled catalogues of gettext, and the certificate's display face with only the letters of
`display_face.RANGES`. The layer for Lambda also gets the templates as Python modules, botocore's list of endpoints with
only the services that the product calls, botocore's models of these services without documentation, and botocore's
rules for DynamoDB's address.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from layers.targets import ROOT

PACKAGE = Path(__file__).parent / "python" / "certificates"
FACE = "EBGaramond12-Regular.ttf"


def make(package: Path, *, for_lambda: bool) -> None:
    """Generate the files in `package`, a copy of the package or the package itself."""
    pages = package / "pages"
    for source in sorted((pages / "catalogues").glob("*/LC_MESSAGES/*.po")):
        compile_catalogue(source, source.with_suffix(".mo"))
    cut_display_face(pages / "assets" / "display.woff2")
    if for_lambda:
        compile_templates(pages)
        models = package / "aws" / "service_models"
        shorten_endpoints(models / "endpoints.json")
        shorten_models(models)
        shorten_address_rules(models)


def compile_catalogue(source: Path, target: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as written, target.open("wb") as compiled:
        write_mo(compiled, read_po(written))


def cut_display_face(target: Path) -> None:
    from fontTools.subset import Options, Subsetter, load_font, save_font
    from fontTools.ttLib import TTFont

    display_face = _module("certificates.pages.display_face")
    options = Options(
        flavor="woff2", layout_features=["kern", "liga", "lnum", "mark", "mkmk", "ccmp", "locl"], hinting=False
    )
    options.drop_tables += ["FFTM"]
    font: TTFont = load_font(fonts() / FACE, options)
    cutter = Subsetter(options)
    cutter.populate(unicodes=[code for first, last in display_face.RANGES for code in range(first, last + 1)])
    cutter.subset(font)
    font["head"].modified = font["head"].created  # the same input makes the same bytes
    font.recalcTimestamp = False
    save_font(font, target, options)


def fonts() -> Path:
    """The fonts layer for this machine. It is built if it is missing."""
    built = ROOT / ".build" / "fonts"
    if not (built / FACE).exists():
        subprocess.run([sys.executable, "-m", "layers.fonts.build", built], cwd=ROOT, check=True)
    return built


def compile_templates(pages: Path) -> None:
    from jinja2 import FileSystemLoader

    templating = _module("certificates.pages.templating")
    # The result is the same for every language: texts and filters are looked up when a page is shown.
    sources = templating.environment("en").overlay(loader=FileSystemLoader(templating.SOURCES))
    sources.compile_templates(pages / "compiled", zip=None, ignore_errors=False)


def shorten_endpoints(target: Path) -> None:
    """Write botocore's list of endpoints with only the services that the product calls.

    botocore reads the list before a function's first client is made. Reading the whole list takes 25 ms.
    """
    from botocore.session import get_session

    clients = _module("certificates.aws.clients")
    known = get_session().get_component("data_loader").load_data("endpoints")
    for partition in known["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in clients.SERVICES if name in services}
    target.write_text(json.dumps(known))


def shorten_models(folder: Path) -> None:
    """Write botocore's models of the services that the product calls, without documentation, and with only the
    operations of `clients.OPERATIONS`.

    Reading the whole models takes 15 ms for the two services that a learner's request calls.
    """
    from botocore.session import get_session

    clients = _module("certificates.aws.clients")
    loader = get_session().get_component("data_loader")
    for service in sorted({*clients.SERVICES} & {*loader.list_available_services("service-2")}):
        version = loader.determine_latest_version(service, "service-2")
        model = loader.load_data(f"{service}/{version}/service-2")
        target = folder / service / version / "service-2.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        if service in clients.OPERATIONS:
            model = _with_operations(model, clients.OPERATIONS[service])
        target.write_text(json.dumps(_undocumented(model)))


def shorten_address_rules(folder: Path) -> None:
    """Write botocore's rules for DynamoDB's address without the parameter `ResourceArnList`.

    botocore collects the parameter from each call, the tables of the call, with a library that nothing else needs. The
    rules use it for tables that are named by ARN. The product's table has a name.
    """
    from botocore.session import get_session

    loader = get_session().get_component("data_loader")
    version = loader.determine_latest_version("dynamodb", "endpoint-rule-set-1")
    rules = loader.load_data(f"dynamodb/{version}/endpoint-rule-set-1")
    parameters = dict(rules["parameters"])
    if parameters.pop("ResourceArnList", None) is None:
        raise ValueError("botocore's rules for DynamoDB's address have no parameter ResourceArnList any more")
    target = folder / "dynamodb" / version / "endpoint-rule-set-1.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({**rules, "parameters": parameters}))


def _with_operations(model: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    """The model with these operations, and the shapes that they need."""
    operations = {name: model["operations"][name] for name in sorted(names)}
    shapes: dict[str, Any] = {}
    found = list(_shapes_in(operations))
    while found:
        name = found.pop()
        if name not in shapes:
            shapes[name] = model["shapes"][name]
            found += _shapes_in(shapes[name])
    return {**model, "operations": operations, "shapes": {name: shapes[name] for name in sorted(shapes)}}


def _shapes_in(part: Any) -> Iterator[str]:
    """The names of shapes that a part of a model refers to."""
    values = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    if isinstance(part, dict) and isinstance(part.get("shape"), str):
        yield part["shape"]
    for value in values:
        yield from _shapes_in(value)


def _undocumented(model: Any) -> Any:
    """The model with empty texts: botocore reads some of them. A member of a shape may have the name `documentation`,
    and its value is no text.
    """
    if isinstance(model, dict):
        return {
            name: "" if name == "documentation" and isinstance(value, str) else _undocumented(value)
            for name, value in model.items()
        }
    return [_undocumented(value) for value in model] if isinstance(model, list) else model


def _module(name: str) -> Any:
    from importlib import import_module

    sys.path.insert(0, str(PACKAGE.parent))
    try:
        return import_module(name)
    finally:
        sys.path.remove(str(PACKAGE.parent))


if __name__ == "__main__":
    make(PACKAGE, for_lambda=False)
