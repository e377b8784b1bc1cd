#!/usr/bin/env python3
"""Measure kernels and training steps on one device, in tables that `corehours validate` and `calibrate` read.

Needs PyTorch 1.12 or later; timm or torchvision for models other than plain vision transformers and ResNet-50.
Run `measure.py --help`; README.md beside this file says what is measured and how.
"""

import argparse
import csv
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from contextlib import nullcontext

import torch
from torch import nn
from torch.nn import functional as F

DTYPES = {"fp32": torch.float32, "tf32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
AUTOCAST = {"amp-fp16": torch.float16, "amp-bf16": torch.bfloat16}
WIDTHS = {"tiny": (192, 3, 12), "small": (384, 6, 12), "base": (768, 12, 12), "large": (1024, 16, 24)}
VIT_NAME = re.compile(r"vit_(tiny|small|base|large)_patch(\d+)_(\d+)$")
TORCHVISION = {"vit_base_patch16_224": "vit_b_16", "vit_large_patch16_224": "vit_l_16"}


class Attention(nn.Module):
    """Self-attention with one linear layer for queries, keys and values, as timm writes it."""

    def __init__(self, width, heads, fused):
        super().__init__()
        self.heads, self.fused = heads, fused
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        if self.fused:
            y = F.scaled_dot_product_attention(q, k, v)
        else:
            y = ((q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1)).softmax(dim=-1) @ v
        return self.proj(y.transpose(1, 2).reshape(batch, tokens, width))


class Block(nn.Module):
    """A pre-norm transformer block."""

    def __init__(self, width, heads, fused):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(width, eps=1e-6), Attention(width, heads, fused)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.fc1, self.act, self.fc2 = nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.fc2(self.act(self.fc1(self.norm2(x))))


class VisionTransformer(nn.Module):
    """A plain vision transformer with a class token, for machines without timm."""

    def __init__(self, size, patch, image, fused, depth=None, classes=1000):
        super().__init__()
        width, heads, usual_depth = WIDTHS[size]
        self.embed = nn.Conv2d(3, width, patch, patch)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.position = nn.Parameter(torch.zeros(1, (image // patch) ** 2 + 1, width))
        self.blocks = nn.Sequential(*[Block(width, heads, fused) for _ in range(depth or usual_depth)])
        self.norm, self.head = nn.LayerNorm(width, eps=1e-6), nn.Linear(width, classes)

    def forward(self, images):
        x = self.embed(images).flatten(2).transpose(1, 2)
        x = torch.cat((self.token.expand(x.shape[0], -1, -1), x), dim=1) + self.position
        return self.head(self.norm(self.blocks(x))[:, 0])


def build(name, fused):
    """A model by timm's name, and where it comes from."""
    try:
        import timm

        layers = getattr(timm, "layers", None)
        if hasattr(layers, "set_fused_attn"):
            layers.set_fused_attn(fused)
        elif fused:
            raise ValueError("timm %s has no fused attention" % timm.__version__)
        return timm.create_model(name), "timm " + timm.__version__
    except ImportError:
        pass
    plain = VIT_NAME.match(name)
    if plain:
        return VisionTransformer(plain[1], int(plain[2]), int(plain[3]), fused), "measure.py"
    try:
        import torchvision

        return getattr(torchvision.models, TORCHVISION.get(name, name))(), "torchvision " + torchvision.__version__
    except (ImportError, AttributeError) as error:
        raise ValueError("no model is called %s here; install timm (%s)" % (name, error))


class Clock:
    """Times calls: CUDA events on a GPU, the processor's clock elsewhere."""

    def __init__(self, device, warmup, repeats):
        self.gpu, self.warmup, self.repeats = device.type == "cuda", warmup, repeats

    def milliseconds(self, call, inner=1):
        """The time of one call in each repetition, every repetition being `inner` calls."""
        for _ in range(self.warmup):
            call()
        return [self._once(call, inner) / inner for _ in range(self.repeats)]

    def _once(self, call, inner):
        if not self.gpu:
            start = time.perf_counter()
            for _ in range(inner):
                call()
            return 1e3 * (time.perf_counter() - start)
        first, last = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        torch.cuda.synchronize()
        first.record()
        for _ in range(inner):
            call()
        last.record()
        torch.cuda.synchronize()
        return first.elapsed_time(last)


def set_tf32(precision):
    torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
    torch.backends.cudnn.allow_tf32 = precision == "tf32"


def table(folder, name, columns):
    """A CSV file with its header written, and its writer."""
    file = open(os.path.join(folder, name), "w", newline="", encoding="utf-8")
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    return file, writer


def grids(smoke):
    """Linear layers (rows, inputs, outputs), batched products (batch, m, k, n) and rows (rows, columns)."""
    if smoke:
        return [(64, 96, 128)], [(4, 32, 16, 32)], [(128, 256)]
    linear = [
        (rows, inputs, outputs)
        for rows in (197, 1024, 4096, 12608, 50432)
        for inputs, outputs in ((384, 1152), (384, 1536), (768, 768), (768, 2304), (768, 3072), (3072, 768),
                                (1024, 4096), (4096, 4096), (1600, 6400), (8192, 1024))
    ]
    batched = [
        (batch, tokens, head, tokens) for batch in (12, 96, 768, 3072) for tokens in (64, 196, 197, 256, 512, 1024)
        for head in (32, 64, 80)
    ]
    batched += [(batch, m, n, k) for batch, m, k, n in batched]
    rows = [(count, width) for count in (4096, 16384, 65536, 262144) for width in (197, 768, 1024, 2048, 4096, 8192)]
    return linear, batched, rows


def measure_kernels(args, device, clock, name):
    linear, batched, rows = grids(args.smoke)
    memory = torch.cuda.get_device_properties(device).total_memory if device.type == "cuda" else 2 << 30
    inner = 2 if args.smoke else 20
    file, products = table(args.out, "kernels-products.csv", [
        "op", "device", "B", "M", "N", "K", "precision", "kernel", "grid", "block", "latency_ms", "overhead_us"])
    rowfile, rowwise = table(args.out, "kernels-rows.csv", [
        "op", "device", "B", "H", "precision", "grid", "block", "latency_ms", "overhead_us"])
    with file, rowfile, torch.no_grad():
        for precision in args.precisions:
            dtype = DTYPES.get(precision)
            if dtype is None or (device.type == "cpu" and dtype == torch.float16):
                continue
            set_tf32(precision)

            def tensor(*shape):
                return torch.randn(shape, dtype=torch.float32, device=device).to(dtype)

            def fits(*counts):
                return sum(counts) * dtype.itemsize < 0.6 * memory if hasattr(dtype, "itemsize") else sum(
                    counts) * 4 < 0.6 * memory

            for count, inputs, outputs in linear:
                if fits(count * inputs, inputs * outputs, count * outputs):
                    x, weight, bias = tensor(count, inputs), tensor(outputs, inputs), tensor(outputs)
                    times = clock.milliseconds(lambda: F.linear(x, weight, bias), inner)
                    products.writerow({
                        "op": "linear", "device": name, "B": 1, "M": count, "N": inputs, "K": outputs,
                        "precision": precision, "latency_ms": "%.6g" % statistics.median(times), "overhead_us": 0})
            for batch, m, k, n in batched:
                if fits(batch * m * k, batch * k * n, batch * m * n):
                    a, b = tensor(batch, m, k), tensor(batch, k, n)
                    times = clock.milliseconds(lambda: torch.bmm(a, b), inner)
                    products.writerow({
                        "op": "bmm", "device": name, "B": batch, "M": m, "N": k, "K": n,
                        "precision": precision, "latency_ms": "%.6g" % statistics.median(times), "overhead_us": 0})
            for count, width in rows:
                if not fits(3 * count * width):
                    continue
                x, y, scale, shift = tensor(count, width), tensor(count, width), tensor(width), tensor(width)
                for op, call in {
                    "add": lambda: x + y,
                    "mulu": lambda: x * 2.0,
                    "gelu": lambda: F.gelu(x),
                    "relu": lambda: F.relu(x),
                    "softmax": lambda: torch.softmax(x, dim=-1),
                    "ln": lambda: F.layer_norm(x, (width,), scale, shift),
                }.items():
                    times = clock.milliseconds(call, inner)
                    rowwise.writerow({
                        "op": op, "device": name, "B": count, "H": width, "precision": precision,
                        "latency_ms": "%.6g" % statistics.median(times), "overhead_us": 0})
    set_tf32("fp32")


class Step:
    """One training step on random images that are on the device already: no loader, no augmentation."""

    def __init__(self, model, images, labels, precision, compiled):
        self.images, self.labels = images, labels
        self.model = torch.compile(model) if compiled else model
        self.optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9)
        self.autocast = AUTOCAST.get(precision)
        # The scaler's kernels belong to a step in fp16, where gradients would vanish without it.
        self.scaler = torch.cuda.amp.GradScaler(enabled=precision == "amp-fp16" and images.is_cuda)

    def __call__(self):
        self.optimizer.zero_grad(set_to_none=True)
        cast = torch.autocast(self.images.device.type, dtype=self.autocast) if self.autocast else nullcontext()
        with cast:
            loss = F.cross_entropy(self.model(self.images), self.labels)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()


def kernel_list(step, device, writer, row):
    """Writes what one step launches, operator by operator with shapes, and kernel by kernel on a GPU."""
    from torch.profiler import ProfilerActivity, profile

    activities = [ProfilerActivity.CPU] + ([ProfilerActivity.CUDA] if device.type == "cuda" else [])
    with profile(activities=activities, record_shapes=True) as record:
        step()
        if device.type == "cuda":
            torch.cuda.synchronize()
    for event in record.key_averages(group_by_input_shape=True):
        device_us = getattr(event, "self_device_time_total", getattr(event, "self_cuda_time_total", 0))
        writer.writerow(dict(
            row, name=event.key, shapes=json.dumps(event.input_shapes), calls=event.count,
            host_us="%.6g" % event.self_cpu_time_total, device_us="%.6g" % device_us))


def measure_steps(args, device, clock, name):
    columns = ["layout", "gpu", "precision", "model", "img_size", "batch", "attention", "execution", "torch"]
    file, steps = table(args.out, "steps.csv", columns + [
        "train_samples_per_s", "train_step_ms", "step_ms_p10", "step_ms_p90", "peak_allocated_bytes",
        "peak_reserved_bytes", "clock_mhz", "source"])
    kernelfile, kernels = table(args.out, "step-kernels.csv", columns + [
        "name", "shapes", "calls", "host_us", "device_us"])
    with file, kernelfile:
        for model_name in args.models:
            for batch in args.batches:
                for precision in args.steps:
                    for layout in args.layouts:
                        for attention in args.attention:
                            for execution in args.execution:
                                row = dict(zip(columns, (
                                    layout, name, precision, model_name, args.image_size, batch, attention, execution,
                                    torch.__version__)))
                                try:
                                    measure_step(args, device, clock, row, steps, kernels)
                                except (RuntimeError, ValueError, AttributeError) as error:
                                    print("%s: %s" % (row, str(error).split("\n")[0]), file=sys.stderr)
                                file.flush()
                                if device.type == "cuda":
                                    torch.cuda.empty_cache()
    set_tf32("fp32")


def measure_step(args, device, clock, row, steps, kernels):
    set_tf32(row["precision"])
    model, source = build(row["model"], row["attention"] == "fused")
    model = model.to(device).train()
    images = torch.randn(row["batch"], 3, row["img_size"], row["img_size"], device=device)
    if row["layout"] == "nhwc":
        model = model.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    labels = torch.randint(1000, (row["batch"],), device=device)
    step = Step(model, images, labels, row["precision"], row["execution"] == "compile")
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    times = sorted(clock.milliseconds(step))
    gpu = device.type == "cuda"
    median = statistics.median(times)
    steps.writerow(dict(
        row, train_samples_per_s="%.6g" % (1e3 * row["batch"] / median), train_step_ms="%.6g" % median,
        step_ms_p10="%.6g" % times[len(times) // 10], step_ms_p90="%.6g" % times[(9 * len(times)) // 10],
        peak_allocated_bytes=torch.cuda.max_memory_allocated(device) if gpu else "",
        peak_reserved_bytes=torch.cuda.max_memory_reserved(device) if gpu else "",
        clock_mhz=query("clocks.sm") if gpu else "", source=source))
    if args.kernel_lists:
        kernel_list(step, device, kernels, row)


def query(field):
    """What nvidia-smi says of the first GPU; empty if it does not."""
    try:
        answer = subprocess.run(
            ["nvidia-smi", "--query-gpu=" + field, "--format=csv,noheader,nounits", "--id=0"],
            capture_output=True, text=True, timeout=20)
        return answer.stdout.strip() if answer.returncode == 0 else ""
    except (OSError, subprocess.TimeoutExpired):
        return ""


def environment(args, device, name):
    """What the tables depend on besides themselves."""
    gpu = device.type == "cuda"
    facts = {
        "device": name, "device_type": device.type, "torch": torch.__version__, "python": platform.python_version(),
        "cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version(), "machine": platform.machine(),
        "processor": platform.processor(), "cores": os.cpu_count(), "threads": torch.get_num_threads(),
        "warmup": args.warmup, "repeats": args.repeats, "arguments": sys.argv[1:]}
    if gpu:
        properties = torch.cuda.get_device_properties(device)
        facts.update({
            "device_name": properties.name, "multiprocessors": properties.multi_processor_count,
            "memory_bytes": properties.total_memory, "capability": [properties.major, properties.minor]})
        for field in ("driver_version", "power.limit", "clocks.sm", "clocks.max.sm", "clocks.mem", "temperature.gpu",
                      "persistence_mode", "compute_mode", "ecc.mode.current"):
            facts[field] = query(field)
    with open(os.path.join(args.out, "environment.json"), "w", encoding="utf-8") as file:
        json.dump(facts, file, indent=2)
        file.write("\n")


def words(text):
    return [word for word in text.split(",") if word]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--hardware", help="the device's id in corehours, if its driver's name is not known there")
    parser.add_argument("--out", default="measured", help="folder to write to")
    parser.add_argument("--smoke", action="store_true", help="small shapes and few repetitions: does it run?")
    parser.add_argument("--only", choices=["kernels", "steps"], help="one of the two parts alone")
    parser.add_argument("--precisions", type=words, default=["fp32", "tf32", "fp16", "bf16"],
                        help="of single kernels")
    parser.add_argument("--models", type=words, default=[
        "vit_small_patch16_224", "vit_base_patch16_224", "vit_large_patch16_224", "resnet50"])
    parser.add_argument("--image-size", type=int, default=224)
    parser.add_argument("--batches", type=lambda text: [int(word) for word in words(text)], default=[32, 64, 128])
    parser.add_argument("--steps", type=words, default=["fp32", "tf32", "amp-fp16", "amp-bf16"],
                        help="precisions of training steps")
    parser.add_argument("--layouts", type=words, default=["nchw", "nhwc"])
    parser.add_argument("--attention", type=words, default=["unfused", "fused"])
    parser.add_argument("--execution", type=words, default=["eager", "compile"])
    parser.add_argument("--no-kernel-lists", dest="kernel_lists", action="store_false")
    parser.add_argument("--warmup", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=30)
    args = parser.parse_args()
    if args.smoke:
        args.warmup, args.repeats, args.batches, args.image_size = 1, 3, [2], 224
        args.models, args.layouts, args.execution = ["vit_tiny_patch16_224"], ["nchw"], ["eager"]
        args.attention = ["unfused"]
        args.precisions, args.steps = ["fp32"], ["fp32"]
    return args


def main():
    args = arguments()
    device = torch.device(args.device)
    os.makedirs(args.out, exist_ok=True)
    torch.manual_seed(0)
    if device.type == "cuda":
        torch.backends.cudnn.benchmark = True
        name = args.hardware or torch.cuda.get_device_name(device)
    else:
        name = args.hardware or platform.processor() or platform.machine()
    environment(args, device, name)
    clock = Clock(device, args.warmup, args.repeats)
    if args.only != "steps":
        measure_kernels(args, device, clock, name)
    if args.only != "kernels":
        measure_steps(args, device, clock, name)
    print("Wrote " + ", ".join(sorted(os.listdir(args.out))) + " to " + args.out + ".")


if __name__ == "__main__":
    main()
