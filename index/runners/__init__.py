"""Where work over many articles is done: processes of this machine."""
