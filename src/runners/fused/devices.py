"""Which devices train, and JAX's settings that must be made before its first use."""

import contextlib
import os
from typing import Any

import jax
import platformdirs


def prepare_devices() -> list[Any]:
    """One JAX device per CPU core, or all GPUs; compiled programs are kept in the user's cache folder.

    Must run before anything else asks JAX for its devices; where something has, JAX's answer stands.
    """
    update: Any = jax.config.update
    update("jax_compilation_cache_dir", platformdirs.user_cache_dir("lstm-sweep", appauthor=False) + "/jax")
    update("jax_persistent_cache_min_compile_time_secs", 0)
    update("jax_persistent_cache_min_entry_size_bytes", -1)
    # Where JAX has been used before, it keeps the devices it has, and says so with a RuntimeError.
    with contextlib.suppress(RuntimeError):
        update("jax_num_cpu_devices", _num_cores())
    return jax.local_devices()


def device_kinds() -> list[str]:
    """One name per device: those of a machine decide what its numbers are to the last bit."""
    return [f"{device.platform} {device.device_kind}" for device in jax.local_devices()]


def _num_cores() -> int:
    """Cores that this process may use; only Linux tells them from those of the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
