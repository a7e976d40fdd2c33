"""A process that speaks one text with eSpeak NG and ends. It is run as a script and knows nothing of ours.

Standard input: JSON with `library`, `data`, `voice`, `words_per_minute`, `pitch` and `text`. Standard output: the rate
in samples a second, a line feed, and the samples, 16 bits each, the lower byte first.
"""

import ctypes
import json
import sys

RETRIEVAL, NO_EXIT = 1, 0x8000  # AUDIO_OUTPUT_RETRIEVAL; an error does not end the process by itself
RATE, PITCH = 1, 3  # espeak_PARAMETER
SEED = 1
UTF_8, BY_CHARACTER = 1, 1  # espeakCHARS_UTF8; POS_CHARACTER


def main() -> None:
    """Speak. Ends with status 1 and a line on standard error when that is not possible."""
    wanted = json.load(sys.stdin.buffer)
    library = ctypes.CDLL(wanted["library"])
    pieces: list[bytes] = []
    heard = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

    def hear(samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: int) -> int:
        if samples and count > 0:
            pieces.append(ctypes.string_at(samples, 2 * count))
        return 0

    callback = heard(hear)  # kept: the library holds no reference
    library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p,
        ctypes.c_void_p,
    ]  # fmt: skip
    rate = library.espeak_Initialize(RETRIEVAL, 0, wanted["data"].encode() or None, NO_EXIT)
    if rate <= 0:
        sys.exit("its data cannot be read")
    if hasattr(library, "espeak_ng_SetRandSeed"):  # else breath is drawn anew each second, by the clock
        library.espeak_ng_SetRandSeed(ctypes.c_long(SEED))
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(wanted["voice"].encode()) != 0:
        sys.exit(f"it has no voice {wanted['voice']}")
    library.espeak_SetParameter(RATE, wanted["words_per_minute"], 0)
    library.espeak_SetParameter(PITCH, wanted["pitch"], 0)
    text = wanted["text"].replace("\0", " ").encode()
    if library.espeak_Synth(text, len(text) + 1, 0, BY_CHARACTER, 0, UTF_8, None, None) != 0:
        sys.exit("it does not take the text")
    library.espeak_Synchronize()
    sys.stdout.buffer.write(b"%d\n" % rate + b"".join(pieces))


if __name__ == "__main__":
    main()
