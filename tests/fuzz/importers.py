#!/usr/bin/env python3
"""The importers of examples/exchange with files that nobody wrote: importers.py [SECONDS [SEED [READER NUMBER]]]

Sound files, made here, are cut, have bytes changed, and fields: of ONNX's messages, of TensorFlow.js's JSON, of HDF5's attributes,
data and links. Each is read, or refused in words that say more than an exception's name. Any other exception is a fault; so are
more than LIMIT seconds, memory of more than 16 times the files and FLOOR, and what lies outside of the model's folder: a file
opened there, or its bytes as weights. A fault is printed with its number, which with seed and reader makes the same file again.
STRATA_FUZZ_SECONDS in the environment is another number of seconds. Ends with 77 (skipped) without python3-onnx or python3-h5py.
"""

import faulthandler
import mmap
import os
import pathlib
import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
import tracemalloc
import warnings

HERE = pathlib.Path(__file__).resolve().parent
EXCHANGE = HERE.parents[1] / "examples" / "exchange"
sys.path += [str(EXCHANGE), str(HERE.parent / "io"), str(HERE)]
try:
    import h5py  # noqa: F401
    import numpy
    import onnx  # noqa: F401
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
import read_keras
import safetensors_file
import importer_files
from importer_changes import OUTSIDE, READERS

LIMIT, FLOOR = 5, 32 << 20

opened = []
sys.addaudithook(lambda event, given: opened.append(given[0]) if event == "open" and not isinstance(given[0], int) else None)


def is_outside(path, folder):
    return not os.path.realpath(os.fsdecode(path)).startswith(os.path.realpath(folder) + os.sep)


def find_fault(read, path):
    """What is wrong with how a file is read, or None; and what is said where it was refused."""
    size = sum(one.stat().st_size for one in path.parent.iterdir())
    opened.clear()
    before, said, found = tracemalloc.get_traced_memory()[0], None, None
    try:
        tensors = read(path)
        safetensors_file.write(path.parent / "out", tensors)
        if any((array.reshape(-1).view("u1") == ord("Z")).all() for array in tensors.values() if array.size > 3):
            found = "weights are bytes of a file outside"
    except (safetensors_file.Refused, OSError) as error:
        said = str(error)
        if isinstance(error, OSError) and error.filename and not is_outside(error.filename, path.parent):  # as the scripts say it
            said = safetensors_file.one_line(error.strerror)
        if not said.strip() or any(len(line) > 800 for line in said.split("\n")) or said.count("\n") > 20 or \
                re.search(r"\b[A-Z]\w*Error\b", said) and "node" not in said:
            found = f"words of no use: {said[:2000]}"
    except Exception:  # which a reader should have refused
        found = traceback.format_exc(limit=-6)
    used = tracemalloc.get_traced_memory()[1] - before
    if used > 16 * size + FLOOR:
        found = f"{used} bytes of memory for files of {size}\n{found or ''}"
    if any(is_outside(one, path.parent) for one in opened if not str(one).endswith((".py", ".pyc"))):
        found = f"opened {opened}"
    return found, said


def empty(folder):
    for one in folder.iterdir():
        one.unlink()


def search(name, seed, numbers, end, current):
    """Reads files until the time is over. True if there was no fault."""
    reader, faults = READERS[name](), set()
    if reader.may_crash:
        faulthandler.disable()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for number in numbers:
            if time.monotonic() > end or len(faults) > 20:
                break
            current[0] = number
            empty(folder)
            if reader.may_crash:
                signal.setitimer(signal.ITIMER_REAL, LIMIT)
            elif number % 8 == 0 or number == numbers[0]:
                faulthandler.dump_traceback_later(LIMIT, exit=True)
            path = reader.write(random.Random(f"{seed} {number}"), folder)
            if number % 4 == 0:  # which slows it
                tracemalloc.start()
            found, said = find_fault(reader.read, path)
            tracemalloc.stop()
            current[1 if said is None else 2] += 1
            if found and found not in faults:
                faults.add(found)
                print(f"{name} {seed} {number}: {found}", flush=True)
    return not faults


def in_child(work):
    """A function in a process of its own: how that ended."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        good = work()
        sys.stdout.flush()
        os._exit(not good)
    return os.waitpid(child, 0)[1]


def check_found():
    """What was found once, and every sound file, which is read."""
    good = True
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model"
        for name, words, write in importer_files.list_found(OUTSIDE):
            empty(path.parent)
            write(path)
            faulthandler.dump_traceback_later(4 * LIMIT, exit=True)
            tracemalloc.start()
            found, said = find_fault(READERS[name].read, path)
            tracemalloc.stop()
            if found or (words is None) != (said is None) or (words or "") not in (said or ""):
                good = False
                print(f"{name}, expected {words}: {said}; {found}")
    return good


def check_itself():
    """Readers that do what none may are caught."""
    def planted(act):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "model"
            path.write_bytes(b"1234")
            tracemalloc.start()
            found = find_fault(act, path)[0]
            tracemalloc.stop()
            return found

    def hang():
        faulthandler.dump_traceback_later(0.1, exit=True, file=open(os.devnull, "w"))
        time.sleep(60)

    def refuse(words):
        raise safetensors_file.Refused(words)

    for act, words in ((lambda path: {}["name"], "KeyError"), (lambda path: {"a": numpy.zeros(FLOOR)}, "bytes of memory"),
                       (lambda path: open("/etc/hostname", "rb").close() or {}, "opened"), (lambda path: refuse("IndexError: x"), "no use"),
                       (lambda path: refuse(" "), "no use"), (lambda path: {"a": numpy.full(4, b"ZZZZ", "S4").view("f4")}, "outside")):
        assert words in (planted(act) or ""), words
    assert planted(lambda path: refuse("it has no names")) is None and planted(lambda path: {"a": numpy.zeros(4)}) is None
    assert os.waitstatus_to_exitcode(in_child(hang)) == 1


def main():
    warnings.simplefilter("ignore")
    faulthandler.enable()
    seconds = float(os.environ.get("STRATA_FUZZ_SECONDS", sys.argv[1] if len(sys.argv) > 1 else 12))
    seed = sys.argv[2] if len(sys.argv) > 2 else "1"
    names = sys.argv[3:4] or list(READERS)
    (OUTSIDE / "secret").write_bytes(b"Z" * 256)
    read_keras.write_h5(OUTSIDE / "x.h5", {})
    os.chdir(OUTSIDE)
    check_itself()
    good = in_child(check_found) == 0
    for name in names:
        share = 1 if len(names) == 1 else 0.5 if name == "onnx" else 0.5 / (len(names) - 1)
        end, first, last, crashes = time.monotonic() + seconds * share, 0, 1 << 62, 0
        if len(sys.argv) > 4:
            first, last = int(sys.argv[4]), int(sys.argv[4]) + 1
        current = memoryview(mmap.mmap(-1, 24)).cast("q")  # which file, how many were read, how many refused
        while (status := in_child(lambda: search(name, seed, range(first, last), end, current))) and os.WIFSIGNALED(status):
            crashes += 1
            first = current[0] + 1
            if not READERS[name].may_crash:
                break
        if status:
            print(f"{name} {seed} {current[0]}: a fault, or the end (status {status})")
        print(f"{name}: {current[1]} files read, {current[2]} refused, {crashes} crashes")
        good = good and status == 0 and (min(current[1:]) > 0 or seconds < 1 or last == first + 1)
    shutil.rmtree(tempfile.tempdir)
    sys.exit(not good)


if __name__ == "__main__":
    main()
