"""The words that messages are made of. Needs nothing but Python."""


def counted(number: int, one: str, many: str = "") -> str:
    """`1 cell`, `2 cells`; `many` where that is more than an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"
