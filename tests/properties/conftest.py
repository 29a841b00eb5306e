"""How many inputs are tried: few and always the same ones, unless told `--hypothesis-profile=thorough`."""

from hypothesis import settings

settings.register_profile("quick", max_examples=60, derandomize=True, deadline=None, database=None)
settings.register_profile("thorough", max_examples=3000, deadline=None, database=None)
settings.load_profile("quick")
