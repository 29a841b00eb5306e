"""What trains, and JAX's settings that must be made before its first use."""

import contextlib
import os
from typing import Any

import jax

from lstm_sweep.errors import require
from lstm_sweep.training.fused.cache_folder import cache_folder

CALLS_AT_ONCE = 32
"""Calls of compiled functions that JAX has under way at once on one CPU device; the next one waits."""

_CHOOSING = ("JAX_PLATFORMS", "JAX_PLATFORM_NAME")
"""Variables of the environment that choose JAX's devices."""


def prepare_devices() -> list[Any]:
    """A JAX device for each thread that trains; compiled programs are cached in the user's cache folder.

    GPUs have a thread each. Cores have one each too, and as many of them as JAX allows share a device: what is
    compiled, and what is copied to a device, is so for all of them.
    """
    update: Any = jax.config.update
    update("jax_compilation_cache_dir", str(cache_folder() / "jax"))
    update("jax_persistent_cache_min_compile_time_secs", 0)
    update("jax_persistent_cache_min_entry_size_bytes", -1)
    # Where JAX has been used before, it keeps the devices it has, and says so with a RuntimeError.
    with contextlib.suppress(RuntimeError):
        update("jax_num_cpu_devices", -(-_num_cores() // CALLS_AT_ONCE))
    return _device_of_each_thread()


def device_kinds() -> list[str]:
    """One name per thread that trains: what they are decides what a machine's numbers are to the last bit."""
    return [f"{device.platform} {device.device_kind}" for device in _device_of_each_thread()]


def _device_of_each_thread() -> list[Any]:
    devices = _local_devices()
    if devices[0].platform != "cpu":
        return devices
    return [devices[core % len(devices)] for core in range(_num_cores())]


def _local_devices() -> list[Any]:
    try:
        return jax.local_devices()
    except (AssertionError, RuntimeError) as error:
        for name in _CHOOSING:
            wanted = os.environ.get(name)
            require(
                not wanted,
                f"{name} must name devices that JAX finds on this machine, but is {wanted!r}: unset it, or set "
                f"{name}=cpu.",
            )
        raise error


def _num_cores() -> int:
    """Cores that this process may use; only Linux distinguishes them from those of the machine."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
