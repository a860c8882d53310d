"""The room that talks: HTTP, the command line, settings, and the wiring of it all."""
