"""Procedurally drawn scenes whose classes are phrases: colour × texture × shape."""
