"""A table of hostile behaviours: what a row has, and how one is added. README.md here says how to read a row."""
import dataclasses

# What the honest half of the server accepts (tunnels.py).
TLS12_CELL = ("TLS 1.2", "TLS_RSA_WITH_NULL_SHA256")
TLS13_CELL = ("TLS 1.3", "TLS_CHACHA20_POLY1305_SHA256")
BOTH = (TLS12_CELL, TLS13_CELL)
ONLY12, ONLY13 = (TLS12_CELL,), (TLS13_CELL,)


@dataclasses.dataclass
class Row:
    """One behaviour, named by its sentence."""

    family: str
    sentence: str
    play: object             # a function of a Peer (server.py)
    mode: str = "starttls"   # or implicit
    accepts: tuple = ()      # cells that may be accepted, and none of them may be rejected
    completes: bool = False  # a handshake must have been completed
    timeout: float = 1.0     # the scanner's, in seconds
    max_time: float = 6.0


class Table(list):
    def __init__(self, family):
        super().__init__()
        self.family = family

    def add(self, sentence, play, **columns):
        self.append(Row(self.family, sentence, play, **columns))
