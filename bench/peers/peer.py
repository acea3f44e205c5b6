"""What the Python peers share: reading tensors, and answering with what a step costs."""
import json
import resource
import struct
import sys
import time

import torch


def read_safetensors(file):
    data = open(file, "rb").read()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        values = torch.frombuffer(bytearray(data[8 + size + begin : 8 + size + end]), dtype=torch.float32)
        tensors[name] = values.reshape(entry["shape"]).requires_grad_()
    return tensors


def cpu_ms():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1e3


def answer_each_line(step, more=dict):
    """For each line read runs `step`, which returns a number to compare, and prints {"ms", "cpu", "value"} and what `more` gives."""
    for _ in sys.stdin:
        start, cpu = time.perf_counter(), cpu_ms()
        value = step()
        ms, cpu = (time.perf_counter() - start) * 1e3, cpu_ms() - cpu
        print(json.dumps({"ms": ms, "cpu": cpu, "value": float(value), **more()}), flush=True)
