"""A recording, played again in the exchange's own protocol by a server on this machine."""
