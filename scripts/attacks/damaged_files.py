"""Files to load that are damaged: wrong checksums, flipped bits, ends that are missing or filled with zeros."""

from __future__ import annotations

import gzip

from attacks.attack import Attack, Target, Verdict
from attacks.loads import load_of, rows_of

ROWS = 5_000


def attack(target: Target) -> Verdict:
    whole = rows_of("txn_damaged", ROWS).encode()
    packed = gzip.compress(whole, mtime=0)
    middle = len(packed) // 2
    files = {
        "checksum.csv.gz": packed[:-8] + bytes([packed[-8] ^ 1]) + packed[-7:],
        "length.csv.gz": packed[:-4] + b"\0\0\0\0",
        "flipped.csv.gz": packed[:middle] + bytes([packed[middle] ^ 16]) + packed[middle + 1 :],
        "cut.csv.gz": packed[:-100],
        "garbage-after.csv.gz": packed + b"garbage",
        "cut.csv": whole[:-20],
        "zeros.csv": whole + b"\0" * 4096,
    }
    taken = []
    for name, content in files.items():
        file = target.site.data.with_name(name)
        file.write_bytes(content)
        if load_of(target.site, file).returncode == 0:
            taken.append(name)
    return Verdict(
        not taken, f"{len(files) - len(taken)} of {len(files)} refused" + "".join(f", {n} taken" for n in taken)
    )


ATTACKS = (Attack("damaged-files", "damaged .csv and .csv.gz files", attack),)
