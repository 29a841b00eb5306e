"""The name of a fit, and the seed derived from its identity."""

import hashlib


def derive_seed(*identity: int | str) -> int:
    """A seed in 0 .. 2**31 - 1 from an identity, equal for equal identities, independent otherwise.

    A fit's seed is `derive_seed(sweep_seed, replicate, fold)`: without the trial, so that all trials of a sweep
    see the same initial weights, batch orders and masks (common random numbers).
    """
    content = "/".join(map(str, identity)).encode()
    return int.from_bytes(hashlib.sha256(content).digest()[:4], "little") >> 1


def fit_id(trial_id: str, replicate: int, fold: int | None) -> str:
    """Name of a fit, unique within its sweep: '0003/seed_1', '0003/fold_2/seed_1' in a walk-forward split."""
    place = f"seed_{replicate}" if fold is None else f"fold_{fold}/seed_{replicate}"
    return f"{trial_id}/{place}"
