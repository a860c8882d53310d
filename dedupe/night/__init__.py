"""The night: everything that is stored judged at once, told as a plan, applied in one switch."""
