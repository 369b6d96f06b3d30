"""Read options from variables, from the configuration of an application and from arguments.

Later sources take precedence over earlier ones. All keys of an instance come from the same source,
because otherwise they could belong to two instances.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast

from clerk_core._settings.options import OPTIONS, Options
from clerk_core.errors import ConfigurationError

_PREFIX = "CLERK_"
_KEYS = ("publishable_key", "secret_key", "jwt_key", "machine_secret_key")
_VARIABLES = tuple(name for name, option in OPTIONS.items() if option.has_variable)
# Known names that no client reads from the environment.
_READ_ELSEWHERE = (
    "after_sign_in_url",
    "after_sign_up_url",
    "cache_url",
    "webhook_signing_secret",
)
_SIMILARITY = 0.85

OptionsT = TypeVar("OptionsT", bound=Options)
"""`Options`, or a subclass."""


def options_in(variables: Mapping[str, Any], names: Iterable[str] = _VARIABLES) -> Options:
    """Return the options of these names from a mapping with `CLERK_…` keys.

    An empty string counts as absent, except for a list: leaving out a list disables a check.
    """
    found = {name: variables.get(f"{_PREFIX}{name.upper()}") for name in names}
    return cast("Options", {n: value for n, value in found.items() if not _is_absent(n, value)})


def merge_options(base: Options, over: OptionsT) -> OptionsT:
    """Merge two mappings; values of `over` that are not None take precedence.

    If `over` has a key, the keys of `base` are used only if they belong to the same instance: at
    least one key is in both, and none differs.

    Raises:
        ConfigurationError: `over` gives a key without the secret key (or the publishable and the
            JWT key), and the keys of `base` may be those of another instance.
    """
    given = {name: value for name, value in over.items() if value is not None}
    own = {name: value for name, value in given.items() if name in _KEYS}
    others: set[str] = {name for name in _KEYS if base.get(name)}
    if not own or not others or _is_same_instance(own, base):
        others = set()
    elif not _is_complete(own):
        raise ConfigurationError(
            f"{' and '.join(own)} was given without the secret key. Keys from elsewhere (the "
            "environment, the application's configuration or the options for all requests) are not "
            "added, because they may belong to another instance. Set publishable_key (or "
            "CLERK_PUBLISHABLE_KEY) and secret_key (or CLERK_SECRET_KEY) in the same place.",
            code="keys-missing",
        )
    kept = {name: value for name, value in base.items() if name not in others}
    return cast("OptionsT", {**kept, **given})


def options_in_config(config: Mapping[str, Any], names: Iterable[str]) -> Options:
    """Return the options of these names from the configuration of an application.

    Raises:
        ConfigurationError: the configuration has an unknown `CLERK_…` name that resembles one of
            these.
    """
    names = tuple(names)
    for variable, name in _misspelled(config, names):
        raise ConfigurationError(
            f"{variable} is not a setting of Clerk. Did you mean {_PREFIX}{name.upper()}?",
            code="setting-unknown",
        )
    return options_in(config, names)


def ignored_variables(environ: Mapping[str, str]) -> list[str]:
    """Return a warning for each variable that looks like an option but is ignored."""
    sentences = [
        f"{_PREFIX}{name.upper()} is not read from the environment. Pass {name}= instead."
        for name, option in OPTIONS.items()
        if f"{_PREFIX}{name.upper()}" in environ
        and not option.has_variable
        and name not in _READ_ELSEWHERE
    ]
    for variable, name in _misspelled(environ, (*OPTIONS, "webhook_signing_secret")):
        has_variable = name not in OPTIONS or OPTIONS[name].has_variable
        hint = (
            f"Did you mean {_PREFIX}{name.upper()}?" if has_variable else f"Pass {name}= instead."
        )
        sentences.append(f"{variable} is not a variable of Clerk and is ignored. {hint}")
    return sentences


def _is_absent(name: str, value: object) -> bool:
    is_list = name in OPTIONS and OPTIONS[name].default == ()
    return value is None or (value == "" and not is_list)


def _is_same_instance(own: Mapping[str, object], base: Mapping[str, Any]) -> bool:
    shared = [name for name in own if base.get(name)]
    return bool(shared) and all(
        _normalize_key(own[name]) == _normalize_key(base[name]) for name in shared
    )


def _normalize_key(key: object) -> str:
    """Return a key without white space and line breaks, which copying may add."""
    return "".join(str(key).replace("\\n", "\n").split())


def _is_complete(keys: Mapping[str, object]) -> bool:
    return bool(keys.get("secret_key") or (keys.get("publishable_key") and keys.get("jwt_key")))


def _misspelled(variables: Iterable[object], names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each unknown `CLERK_…` name that resembles a known one, and the known one."""
    known = {f"{_PREFIX}{name.upper()}" for name in (*names, *_READ_ELSEWHERE)}
    by_letters = {_letters(name): name for name in names}
    for variable in map(str, variables):
        if variable in known or not variable.upper().startswith(_PREFIX):
            continue
        letters = _letters(variable[len(_PREFIX) :])
        if letters in by_letters:
            yield variable, by_letters[letters]
        elif not _is_extended(variable.upper(), known):
            # Imported here, because only unknown names need it.
            from difflib import get_close_matches

            for nearest in get_close_matches(letters, by_letters, 1, _SIMILARITY):
                yield variable, by_letters[nearest]


def _letters(name: str) -> str:
    return name.replace("_", "").lower()


def _is_extended(variable: str, known: Iterable[str]) -> bool:
    """Return whether a name extends a known one, such as CLERK_SECRET_KEY_2."""
    return any(
        variable.startswith(f"{name}_")
        or variable.rstrip("0123456789") == name
        or variable.endswith(name.removeprefix(_PREFIX.rstrip("_")))
        for name in known
    )
