"""Every package the service runs on carries a licence the project may be used with.

Walks the runtime dependencies of the installed distribution and reads each one's declared
licence. Permissive licences and MPL-2.0 pass; anything else, or nothing declared, fails with the
package's name. Development tools are listed and not judged.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = "samestory"

ALLOWED = frozenset(
    {
        "0bsd",
        "apache-2.0",
        "apache-2.0 with llvm-exception",
        "bsd-2-clause",
        "bsd-3-clause",
        "bsl-1.0",
        "cc0-1.0",
        "cnri-python",
        "isc",
        "mit",
        "mit-0",
        "mpl-2.0",
        "psf-2.0",
        "python-2.0",
        "unlicense",
        "zlib",
    }
)

FREE_TEXT = {
    "3-clause bsd license": "bsd-3-clause",
    "apache": "apache-2.0",
    "apache 2.0": "apache-2.0",
    "apache 2.0 license": "apache-2.0",
    "apache license 2.0": "apache-2.0",
    "apache software license": "apache-2.0",
    "bsd": "bsd-3-clause",
    "bsd 3-clause": "bsd-3-clause",
    "bsd license": "bsd-3-clause",
    "isc license (iscl)": "isc",
    "mit license": "mit",
    "mozilla public license 2.0 (mpl 2.0)": "mpl-2.0",
    "python software foundation license": "psf-2.0",
    "the unlicense (unlicense)": "unlicense",
}
"""Names from before licence expressions, as declared, lower case."""

OVERRIDES: dict[str, str] = {
    # prefix or name: why it passes although its metadata does not say so
    "cuda-": "vendor runtime that the GPU build of torch brings; the project does not need it",
    "nvidia-": "vendor runtime that the GPU build of torch brings; the project does not need it",
}


def requirements(dist: Distribution, extras: frozenset[str]) -> list[Requirement]:
    """The requirements of a distribution that apply on this machine with these extras."""
    wanted = [Requirement(line) for line in dist.requires or ()]
    environments = [{"extra": extra} for extra in extras or {""}]
    return [
        need
        for need in wanted
        if need.marker is None or any(need.marker.evaluate(env) for env in environments)
    ]


def closure(root: str, extras: frozenset[str] = frozenset()) -> dict[str, Distribution]:
    """Every installed distribution that ``root`` needs, by canonical name, itself left out."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    queue = [(canonicalize_name(root), extras)]
    while queue:
        name, wanted = queue.pop()
        if (name, wanted) in seen:
            continue
        seen.add((name, wanted))
        try:
            dist = distribution(name)
        except PackageNotFoundError:
            sys.exit(f"{name} is required but not installed: run `make setup`")
        found[name] = dist
        queue += [
            (canonicalize_name(need.name), frozenset(need.extras))
            for need in requirements(dist, wanted)
        ]
    found.pop(canonicalize_name(root))
    return found


def declared(dist: Distribution) -> str:
    """The licence as the package declares it: expression, else classifiers, else free text."""
    meta = dist.metadata
    if "License-Expression" in meta:
        return meta["License-Expression"]
    classifiers = [
        line.rsplit(" :: ", 1)[-1]
        for line in meta.get_all("Classifier") or ()
        if line.startswith("License ::") and line != "License :: OSI Approved"
    ]
    return " AND ".join(classifiers) or (meta["License"].strip() if "License" in meta else "")


def allowed(expression: str) -> bool:
    """True when an alternative (joined by OR) has all its parts (joined by AND) on the list."""
    text = expression.strip().lower()
    if FREE_TEXT.get(text, text) in ALLOWED:
        return True
    for word in (" or ", " and "):
        parts = split_outside_brackets(text, word)
        if len(parts) > 1:
            return (any if word == " or " else all)(allowed(part) for part in parts)
    inner = re.fullmatch(r"\((.*)\)", text)
    return inner is not None and allowed(inner[1])


def split_outside_brackets(text: str, word: str) -> list[str]:
    """The parts of an expression between the given operator where no bracket is open."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(rf"\(|\)|{word}", text):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if match[0] == word and depth == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]


def verdict(name: str, dist: Distribution) -> str | None:
    """What is wrong with a package's licence; None when it passes."""
    if any(name == key or (key.endswith("-") and name.startswith(key)) for key in OVERRIDES):
        return None
    licence = declared(dist)
    if not licence:
        return f"{name} {dist.version} declares no licence"
    return None if allowed(licence) else f"{name} {dist.version}: {licence[:120]!r} is not allowed"


def main() -> int:
    """Print what was read; 1 when a runtime dependency does not pass."""
    runtime = closure(OURS)
    tools = sorted(closure(OURS, frozenset({"dev"})).keys() - runtime.keys())
    problems = [text for name, dist in sorted(runtime.items()) if (text := verdict(name, dist))]
    for problem in problems:
        print(f"licences: {problem}", file=sys.stderr)
    print(f"licences: {len(runtime)} runtime dependencies read, {len(problems)} refused")
    print(f"licences: development tools, not judged: {', '.join(tools)}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
