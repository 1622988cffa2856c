"""What training says when something from outside is wrong."""


class TrainingError(Exception):
    """One line: what is wrong, where, and what to do."""
