"""Commands of more than a few lines, a module each, and the options that commands share."""

__all__ = []
