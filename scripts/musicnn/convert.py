"""Takes one model's weights out of the musicnn wheel, as a safetensors file.

    python3 convert.py <wheel> <model> <output>

TensorFlow cannot be asked through tfjs (its RestoreV2 needs a list of types, which the binding
cannot pass), so this reads the checkpoint itself: an index, which is a LevelDB table of protocol
buffers without compression, and a data file of plain little-endian numbers. Python's own library only.
"""

import json
import struct
import sys
import zipfile

FOOTER_BYTES = 48
TABLE_MAGIC = 0xDB4775248B80FB57
FLOAT32 = 1


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if byte < 0x80:
            return value, at


def handle(data, at):
    offset, at = varint(data, at)
    size, at = varint(data, at)
    return offset, size, at


def entries(table, offset, size):
    """Key and value of each entry of a block; keys leave out what they share with the one before."""
    if table[offset + size] != 0:
        raise ValueError("Expected a checkpoint index without compression.")
    block = table[offset : offset + size]
    end = size - 4 - 4 * struct.unpack("<I", block[-4:])[0]
    at, key = 0, b""
    while at < end:
        shared, at = varint(block, at)
        unshared, at = varint(block, at)
        length, at = varint(block, at)
        key = key[:shared] + block[at : at + unshared]
        at += unshared
        yield key.decode(), block[at : at + length]
        at += length


def index(table):
    """All entries of a LevelDB table."""
    footer = table[-FOOTER_BYTES:]
    if struct.unpack("<Q", footer[-8:])[0] != TABLE_MAGIC:
        raise ValueError("Expected a checkpoint index.")
    _, _, at = handle(footer, 0)  # the table's own metadata
    offset, size, _ = handle(footer, at)
    for _, value in entries(table, offset, size):
        yield from entries(table, *handle(value, 0)[:2])


def fields(message):
    """Field numbers and values of a protocol buffer: integers, or bytes."""
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        if tag & 7 == 0:
            value, at = varint(message, at)
        elif tag & 7 == 2:
            length, at = varint(message, at)
            value, at = message[at : at + length], at + length
        else:  # 5, four bytes
            value, at = message[at : at + 4], at + 4
        yield tag >> 3, value


def tensors(table, data):
    """Name, shape and bytes of each float32 weight; the optimiser's state stays behind."""
    for name, value in index(table):
        if "Adam" in name or "/" not in name:
            continue
        entry = dict(fields(value))
        shape = [dict(fields(size)).get(1, 0) for field, size in fields(entry[2]) if field == 2]
        offset, size = entry.get(4, 0), entry[5]
        if entry[1] != FLOAT32:
            raise ValueError(f"Expected float32 for {name}.")
        yield name, shape, data[offset : offset + size]


def safetensors(weights):
    header, offset = {}, 0
    for name, shape, values in weights:
        end = offset + len(values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(values for _, _, values in weights)


if __name__ == "__main__":
    wheel, model, output = sys.argv[1:]
    with zipfile.ZipFile(wheel) as archive:
        table = archive.read(f"musicnn/{model}/.index")
        data = archive.read(f"musicnn/{model}/.data-00000-of-00001")
    with open(output, "wb") as file:
        file.write(safetensors(list(tensors(table, data))))
