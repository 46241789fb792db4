"""Alternating least squares by the native kernel of `implicit` (benfred/implicit), one iteration a line of input.

usage: implicit-als.py <folder of the compiled _als module> <folder of the data> <threads> <factors> <l2>

The data are starts.u32, columns.u32, confidences.f32 and items.f32 (the first item vectors); those of users are 0.
Every line on standard input is answered by one on standard output: `iterate` by the seconds of the clock and of the
processors that both halves took, `objective` by what the module's own loss says, times its divisor.
"""

import json
import sys
import time

import numpy as np
import scipy.sparse

folder, data, threads, factors, l2 = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
sys.path.insert(0, folder)
import _als  # noqa: E402

starts = np.fromfile(f"{data}/starts.u32", dtype=np.uint32).astype(np.int32)
columns = np.fromfile(f"{data}/columns.u32", dtype=np.uint32).astype(np.int32)
confidences = np.fromfile(f"{data}/confidences.f32", dtype=np.float32)
items = np.fromfile(f"{data}/items.f32", dtype=np.float32).reshape(-1, factors).copy()
users = np.zeros((len(starts) - 1, factors), dtype=np.float32)
by_user = scipy.sparse.csr_matrix((confidences, columns, starts), shape=(len(users), len(items)))
by_item = by_user.T.tocsr()
print(json.dumps({"ready": True}), flush=True)

for line in sys.stdin:
    if line.strip() == "iterate":
        clock, cpu = time.perf_counter(), time.process_time()
        _als.least_squares_cg(by_user, users, items, l2, num_threads=threads)
        _als.least_squares_cg(by_item, items, users, l2, num_threads=threads)
        answer = {"seconds": time.perf_counter() - clock, "cpuSeconds": time.process_time() - cpu}
    else:
        pairs = len(users) * len(items) - by_user.nnz
        scale = float(confidences.sum(dtype=np.float64)) + pairs
        answer = {"objective": _als.calculate_loss(by_user, users, items, l2, num_threads=threads) * scale}
    print(json.dumps(answer), flush=True)
