"""Waiting for what happens, not for a while: how slow a machine is fails no test."""
import time

# Long enough for a machine that has much else to do; a hang is a hang all the same.
PATIENCE = 300
PAUSE = 0.02


def wait_for(condition, words):
    """What condition() returns once that is true; `words` say what did not happen."""
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise AssertionError("%s: not within %d s" % (words, PATIENCE))
        time.sleep(PAUSE)
    return found
