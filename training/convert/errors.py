"""What is wrong with a checkpoint, in one line."""


class ConversionError(Exception):
    """Names the file, what was expected and what was found."""


def listed(names: list[str], most: int = 8) -> str:
    """Some of the names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
