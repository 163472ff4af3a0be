# The originals, for the record: spawn with back-pressure, keep the threads, wait for all. Prints as child.mjs does.
#   python3 green_threads.py <eventlet|gevent> <count>
import importlib
import json
import resource
import sys
import time

SLOTS = 100
WARM_UP = 0.05


def task(item):
    return item


def open_pool(library):
    module = importlib.import_module(library)
    if library == "eventlet":
        return module.GreenPool(SLOTS), lambda thread: thread.wait()
    return importlib.import_module("gevent.pool").Pool(SLOTS), lambda thread: thread.get()


def run(pool, wait, count):
    kept = [pool.spawn(task, item) for item in range(count)]
    return sum(wait(thread) for thread in kept)


library, count = sys.argv[1], int(sys.argv[2])
pool, wait = open_pool(library)
run(pool, wait, max(1, round(count * WARM_UP)))
cpu, start = time.process_time_ns(), time.perf_counter_ns()
checksum = run(pool, wait, count)
print(json.dumps({
    "checksum": checksum,
    "nsPerTask": (time.perf_counter_ns() - start) / count,
    "cpuNsPerTask": (time.process_time_ns() - cpu) / count,
    "peakRssBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
