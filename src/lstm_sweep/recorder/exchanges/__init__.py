"""How each exchange is reached, one file each: addresses, and what is said to it."""
