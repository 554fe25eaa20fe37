"""Guilloche work, drawn by formula: the woven border, the rosette behind the text, the seal.

Curves are cut into cubic Béziers by their own derivatives, so few points give a smooth line.
Lengths are CSS pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import cos, pi, sin, tau

Point = tuple[float, float]
Curve = Callable[[float], Point]  # over 0 … 1


def border(width: float, height: float, *, inset: float, band: float, inks: tuple[str, str]) -> bytes:
    """Two interlaced families of waves in a band around the page, between plain rules. One quarter is drawn four times:
    each family of waves is symmetric, and a stream with repetitions compresses well.
    """
    inner = inset + band
    middle, radius = inset + band / 2, band * 1.15
    # Between the middles of two corners lies a multiple of four waves, so that all corners look alike.
    across, down = (round((side - 2 * middle - 0.43 * radius) / (band * 1.9) / 4) * 4 for side in (width, height))
    track = _rounded_rectangle(width, height, inset=middle, radius=radius, waves=(across - 1, down - 1))
    waves = 2 * (across + down)
    first, second = inks
    strands = [
        _path(
            _first(_wave(track, band * 0.46, waves, phase / 8, swell=waves // 4), 4),
            waves * 3 // 4,
            first,
            0.5,
            closed=False,
        )
        for phase in range(8)
    ]
    strands += [
        _path(
            _first(_wave(track, band * 0.34, waves // 2, phase / 4, swell=waves // 4), 4),
            waves // 2,
            second,
            0.55,
            closed=False,
        )
        for phase in range(4)
    ]
    mirrors = ((1, 1, 0, 0), (-1, 1, width, 0), (1, -1, 0, height), (-1, -1, width, height))
    corners = [f'<g transform="matrix({a} 0 0 {d} {e:g} {f:g})">{"".join(strands)}</g>' for a, d, e, f in mirrors]
    rules = [
        _rule(width, height, inset - 9, 13, first, 1.6),
        _rule(width, height, inset - 4, 9, first, 0.5),
        _rule(width, height, inner + 4, 11, first, 0.7),
    ]
    return _svg(width, height, rules + corners)


def rosette(size: float, ink: str, *, petals: int = 46) -> bytes:
    """A wide ring of overlapping loops, pale behind the text."""
    centre = size / 2
    return _svg(size, size, _rings(centre, size * 0.39, size * 0.1, petals, ink, 0.6))


def ribbon(width: float, height: float, inks: tuple[str, str]) -> bytes:
    """Long waves that run the height of a band and cross each other slowly."""

    def strand(amplitude: float, waves: float, phase: float) -> Curve:
        return lambda t: (
            width / 2 + amplitude * (0.7 + 0.3 * cos(tau * t * 1.5)) * sin(tau * (waves * t + phase)),
            height * (1.04 * t - 0.02),
        )

    parts = [
        _path(strand(width * 0.46, 3.5, phase / 18), 28, inks[phase % 6 == 0], 0.6, closed=False) for phase in range(18)
    ]
    return _svg(width, height, parts)


def seal(size: float, *, metal: str, ink: str, paper: str) -> bytes:
    """A milled disc with an engraved rosette and a star."""
    c = size / 2
    parts = [
        f'<path fill="{metal}" d="{_polygon(_star_points(c, c * 0.985, c * 0.9, 44))}"/>',
        _circle(c, c * 0.83, paper),
        _circle(c, c * 0.795, metal),
        _circle(c, c * 0.77, paper),
        *_rings(c, c * 0.54, c * 0.2, 21, ink, 0.55),
        _circle(c, c * 0.35, ink),
        _circle(c, c * 0.32, paper),
        f'<path fill="{ink}" d="{_polygon(_star_points(c, c * 0.25, c * 0.098, 5))}"/>',
    ]
    return _svg(size, size, parts)


def _wave(
    track: Callable[[float], tuple[Point, Point]], amplitude: float, waves: int, phase: float, swell: int
) -> Curve:
    """A sine along the track's normal. Its height rises and falls `swell` times on the way around."""

    def curve(t: float) -> Point:
        (x, y), (nx, ny) = track(t)
        breath = 0.72 + 0.28 * cos(tau * swell * t) if swell else 1.0
        offset = amplitude * breath * sin(tau * (waves * t + phase))
        return x + nx * offset, y + ny * offset

    return curve


def _rings(centre: float, radius: float, depth: float, petals: int, ink: str, weight: float) -> Iterator[str]:
    """Two rings of petals, one between the petals of the other: a petal of each is drawn, and turned for the others."""
    loops = [_loop(centre, radius, depth, petals, turn) for turn in (0.0, 0.5)]
    pair = "".join(_path(_first(loop, petals), 6, ink, weight, closed=False, cap="round") for loop in loops)
    for petal in range(petals):
        yield f'<g transform="rotate({360 * petal / petals:.3f} {centre:g} {centre:g})">{pair}</g>'


def _first(curve: Curve, parts: int) -> Curve:
    return lambda t: curve(t / parts)


def _loop(centre: float, radius: float, depth: float, petals: int, turn: float) -> Curve:
    """A ring of petals that overlap their neighbours."""

    def curve(t: float) -> Point:
        angle = tau * t
        swing = tau * (petals * t + turn / 2)
        r = radius + depth * cos(swing)
        lean = angle + depth / radius * 0.9 * sin(swing)
        return centre + r * cos(lean), centre + r * sin(lean)

    return curve


def _rounded_rectangle(
    width: float, height: float, *, inset: float, radius: float, waves: tuple[int, int]
) -> Callable[[float], tuple[Point, Point]]:
    """Point and outward normal by share of the waves on the way round, from the middle of the top edge, clockwise.

    `waves` are those of a horizontal and of a vertical edge; a corner has one.
    """
    w, h = width - 2 * inset - 2 * radius, height - 2 * inset - 2 * radius
    quarter = pi / 2 * radius
    across, down = waves
    total = 2 * (across + down) + 4
    left, top, right, bottom = inset + radius, inset + radius, width - inset - radius, height - inset - radius
    edges = (
        (w, across, (left, top - radius), (1.0, 0.0), (right, top), -pi / 2),
        (h, down, (right + radius, top), (0.0, 1.0), (right, bottom), 0.0),
        (w, across, (right, bottom + radius), (-1.0, 0.0), (left, bottom), pi / 2),
        (h, down, (left - radius, bottom), (0.0, -1.0), (left, top), pi),
    )

    def track(t: float) -> tuple[Point, Point]:
        passed = ((t % 1.0) * total + across / 2) % total
        for length, count, (x, y), (dx, dy), (cx, cy), start in edges:
            if passed <= count:
                s = passed / count * length
                return (x + dx * s, y + dy * s), (dy, -dx)
            passed -= count
            if passed <= 1:
                angle = start + passed * quarter / radius
                return (cx + radius * cos(angle), cy + radius * sin(angle)), (cos(angle), sin(angle))
            passed -= 1
        return (left + w / 2, top - radius), (0.0, -1.0)

    return track


def _path(curve: Curve, pieces: int, ink: str, weight: float, *, closed: bool = True, cap: str = "butt") -> str:
    step = 1 / pieces
    tiny = step / 100
    commands: list[str] = []
    for piece in range(pieces):
        x0, y0 = curve(piece * step)
        x3, y3 = curve((piece + 1) * step)
        (ax, ay), (bx, by) = (_slope(curve, piece * step, tiny), _slope(curve, (piece + 1) * step, tiny))
        third = step / 3
        if not commands:
            commands.append(f"M{x0:.1f} {y0:.1f}C")
        control = (x0 + ax * third, y0 + ay * third, x3 - bx * third, y3 - by * third, x3, y3)
        commands.append(" ".join(f"{value:.1f}" for value in control) + " ")
    path = "".join(commands).strip() + ("Z" if closed else "")
    end = "" if cap == "butt" else f' stroke-linecap="{cap}"'
    return f'<path fill="none" stroke="{ink}" stroke-width="{weight}"{end} d="{path}"/>'


def _slope(curve: Curve, t: float, tiny: float) -> Point:
    (x0, y0), (x1, y1) = curve(t - tiny), curve(t + tiny)
    return (x1 - x0) / (2 * tiny), (y1 - y0) / (2 * tiny)


def _star_points(centre: float, outer: float, inner: float, tips: int) -> Iterable[Point]:
    for index in range(2 * tips):
        radius = inner if index % 2 else outer
        angle = pi * index / tips - pi / 2
        yield centre + radius * cos(angle), centre + radius * sin(angle)


def _polygon(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + "Z"


def _circle(centre: float, radius: float, fill: str) -> str:
    return f'<circle cx="{centre:g}" cy="{centre:g}" r="{radius:.2f}" fill="{fill}"/>'


def _rule(width: float, height: float, inset: float, radius: float, ink: str, weight: float) -> str:
    return (
        f'<rect x="{inset:g}" y="{inset:g}" width="{width - 2 * inset:g}" height="{height - 2 * inset:g}" '
        f'rx="{radius:g}" fill="none" stroke="{ink}" stroke-width="{weight:g}"/>'
    )


def _svg(width: float, height: float, parts: Iterable[str]) -> bytes:
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'.encode()
