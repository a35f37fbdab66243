"""Records from `microphone` through PulseAudio's library, as browsers, meeting programs and mixers do.

usage: pulse-recorder.py NAME sound|level   a mixer's level meter asks for peaks only. Runs until it
is ended. Says `recording` when it does.
"""

import ctypes
import signal
import sys

READY = 4  # PA_CONTEXT_READY
FAILED = 5
STREAM_READY = 2
FLOAT = 5
PEAKS = 0x0200 | 0x0800 | 0x2000  # PA_STREAM_DONT_MOVE, _PEAK_DETECT, _ADJUST_LATENCY


class Sample(ctypes.Structure):
    _fields_ = [("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8)]


def wait(state, of, loop, pulse, wanted):
    """Turns the loop until that is the state."""
    while state(of) != wanted:
        if state(of) >= FAILED or pulse.pa_mainloop_iterate(loop, 1, None) < 0:
            sys.exit("the sound server refused it")


def main(name, what):
    pulse = ctypes.CDLL("libpulse.so.0")
    for function in ("pa_mainloop_new", "pa_mainloop_get_api", "pa_context_new", "pa_stream_new"):
        getattr(pulse, function).restype = ctypes.c_void_p
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    loop = ctypes.c_void_p(pulse.pa_mainloop_new())
    api = ctypes.c_void_p(pulse.pa_mainloop_get_api(loop))
    context = ctypes.c_void_p(pulse.pa_context_new(api, name.encode()))
    pulse.pa_context_connect(context, None, 0, None)
    wait(pulse.pa_context_get_state, context, loop, pulse, READY)
    sample = Sample(FLOAT, 25 if what == "level" else 44100, 1)
    stream = ctypes.c_void_p(pulse.pa_stream_new(context, what.encode(), ctypes.byref(sample), None))
    pulse.pa_stream_connect_record(stream, b"microphone", None, PEAKS if what == "level" else 0)
    wait(pulse.pa_stream_get_state, stream, loop, pulse, STREAM_READY)
    print("recording", flush=True)
    pulse.pa_mainloop_run(loop, None)


main(*sys.argv[1:])
