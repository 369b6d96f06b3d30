"""Read the part of CBOR (RFC 8949) that authenticators write: definite lengths, no tags or floats.

CTAP 2, section 8, has authenticators write nothing else. It must not know what the values mean.
"""

from __future__ import annotations

_MAX_DEPTH = 4
_SIMPLE: dict[int, object] = {20: False, 21: True, 22: None}
_LENGTHS = {24: 1, 25: 2, 26: 4, 27: 8}


def read_cbor(data: bytes) -> tuple[object, bytes]:
    """Return the first value in the data, and the bytes that follow it.

    Raises:
        ValueError: The data is incomplete, or has a kind of value that is not supported.
    """
    return _read(data, 0)


def read_cbor_map(data: bytes) -> dict[object, object]:
    """Return the map at the start of the data.

    Raises:
        ValueError: The data start with another value, or one that is not supported.
    """
    kind, size, rest = _head(data)
    if kind != 5:
        raise ValueError("not a map")
    return _read_map(rest, size, 0)[0]


def _read(data: bytes, depth: int) -> tuple[object, bytes]:
    if depth > _MAX_DEPTH:
        raise ValueError("too deep")
    kind, number, data = _head(data)
    if kind == 0:
        return number, data
    if kind == 1:
        return -1 - number, data
    if kind in (2, 3):
        content, data = _take(data, number)
        return (content if kind == 2 else content.decode()), data
    if kind == 4:
        items: list[object] = []
        for _ in range(number):
            item, data = _read(data, depth + 1)
            items.append(item)
        return items, data
    if kind == 5:
        return _read_map(data, number, depth)
    if kind == 7 and number in _SIMPLE:
        return _SIMPLE[number], data
    raise ValueError("not supported")


def _read_map(data: bytes, size: int, depth: int) -> tuple[dict[object, object], bytes]:
    found: dict[object, object] = {}
    for _ in range(size):
        key, data = _read(data, depth + 1)
        if not isinstance(key, (int, str)) or key in found:
            raise ValueError("invalid key")
        found[key], data = _read(data, depth + 1)
    return found, data


def _head(data: bytes) -> tuple[int, int, bytes]:
    """Return the major type, its argument, and the bytes that follow."""
    first, data = _take(data, 1)
    kind, number = first[0] >> 5, first[0] & 31
    if number >= 24:
        content, data = _take(data, _LENGTHS.get(number, len(data) + 1))
        number = int.from_bytes(content, "big")
    return kind, number, data


def _take(data: bytes, size: int) -> tuple[bytes, bytes]:
    if size > len(data):
        raise ValueError("incomplete")
    return data[:size], data[size:]
