#!/usr/bin/env python3
"""Writes the ONNX files that the tests read.

Needs Debian's python3-onnx or the onnx package. Run as

    python3 model-specs/src/test/onnx/make_models.py

The models are written operator by operator as PyTorch's exporter writes them: shapes computed from the input's, layer
norms and GELU in parts (or whole, where the operator set has them), biases added after products. Their weights are
declared to lie in another file that does not exist, so the files hold the architecture alone; only the MLP has weights.
"""
import pathlib

import onnx
from onnx import TensorProto, helper

OUT = pathlib.Path(__file__).resolve().parent.parent / "resources/org/corehours/models/importing"


class Writer:
    """Collects nodes and weights; every method returns the name of what it computes."""

    def __init__(self, opset):
        self.opset = opset
        self.nodes = []
        self.weights = []
        self.path = ""
        self.count = 0

    def weight(self, name, *dims):
        tensor = TensorProto()
        tensor.name = name
        tensor.data_type = TensorProto.FLOAT
        tensor.dims.extend(dims)
        tensor.data_location = TensorProto.EXTERNAL
        entry = tensor.external_data.add()
        entry.key, entry.value = "location", "../there/is/no/such/file.bin"
        self.weights.append(tensor)
        return name

    def op(self, kind, *inputs, outputs=1, **attributes):
        self.count += 1
        names = [f"{self.path}/{kind}_{self.count}_output_{i}" for i in range(outputs)]
        node = helper.make_node(kind, list(inputs), names, name=f"{self.path}/{kind}_{self.count}", **attributes)
        self.nodes.append(node)
        return names[0] if outputs == 1 else names

    def ints(self, *values):
        return self.op("Constant", value=helper.make_tensor("value", TensorProto.INT64, [len(values)], values))

    def index(self, value):
        return self.op("Constant", value=helper.make_tensor("value", TensorProto.INT64, [], [value]))

    def real(self, value):
        return self.op("Constant", value=helper.make_tensor("value", TensorProto.FLOAT, [], [value]))

    def size(self, x, axis):
        """A dimension as a list of one."""
        taken = self.op("Gather", self.op("Shape", x), self.index(axis), axis=0)
        return self.op("Unsqueeze", taken, self.ints(0))

    def reshape(self, x, *parts):
        """Parts are whole numbers or names of lists of one."""
        names = [part if isinstance(part, str) else self.ints(part) for part in parts]
        return self.op("Reshape", x, self.op("Concat", *names, axis=0))

    def linear(self, x, name, width_in, width_out, bias=True):
        y = self.op("MatMul", x, self.weight(name + ".weight", width_in, width_out))
        return self.op("Add", self.weight(name + ".bias", width_out), y) if bias else y

    def layer_norm(self, x, name, width):
        scale, shift = self.weight(name + ".weight", width), self.weight(name + ".bias", width)
        if self.opset >= 17:
            return self.op("LayerNormalization", x, scale, shift, axis=-1, epsilon=1e-6)
        centred = self.op("Sub", x, self.op("ReduceMean", x, axes=[-1]))
        variance = self.op("ReduceMean", self.op("Pow", centred, self.real(2.0)), axes=[-1])
        deviation = self.op("Sqrt", self.op("Add", variance, self.real(1e-6)))
        return self.op("Add", self.op("Mul", self.op("Div", centred, deviation), scale), shift)

    def gelu(self, x):
        inner = self.op("Add", self.op("Erf", self.op("Div", x, self.real(1.4142135))), self.real(1.0))
        return self.op("Mul", self.op("Mul", x, inner), self.real(0.5))

    def conv(self, x, name, channels_in, channels, kernel, stride, pad, groups=1, bias=True):
        inputs = [x, self.weight(name + ".weight", channels, channels_in // groups, kernel, kernel)]
        if bias:
            inputs.append(self.weight(name + ".bias", channels))
        return self.op("Conv", *inputs, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[pad] * 4,
                       dilations=[1, 1], group=groups)

    def save(self, file, result, classes, batch="batch", image=224):
        given = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [batch, 3, image, image])
        self.write(file, given, result, [batch, classes])

    def write(self, file, given, result, shape):
        self.nodes.append(helper.make_node("Identity", [result], ["result"], name="/Identity"))
        made = helper.make_tensor_value_info("result", TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, file, [given], [made], self.weights)
        model = helper.make_model(graph, producer_name="make_models.py",
                                  opset_imports=[helper.make_opsetid("", self.opset)])
        model.ir_version = 8
        OUT.mkdir(parents=True, exist_ok=True)
        (OUT / file).write_bytes(model.SerializeToString())


def vit(file, width, depth, heads, patch, image=224, classes=1000):
    w = Writer(13)
    side, each = image // patch, width // heads
    w.path = "/patch_embed"
    x = w.conv("pixels", "patch_embed.proj", 3, width, patch, patch, 0)
    rows = w.op("Transpose", w.reshape(x, w.size(x, 0), width, -1), perm=[0, 2, 1])
    w.path = ""
    token = w.op("Expand", w.weight("cls_token", 1, 1, width),
                 w.op("Concat", w.size(rows, 0), w.ints(1), w.ints(width), axis=0))
    x = w.op("Add", w.op("Concat", token, rows, axis=1), w.weight("pos_embed", 1, side * side + 1, width))
    for i in range(depth):
        w.path = f"/blocks/blocks.{i}/attn"
        h = w.layer_norm(x, f"blocks.{i}.norm1", width)
        qkv = w.reshape(w.linear(h, f"blocks.{i}.attn.qkv", width, 3 * width), w.size(h, 0), w.size(h, 1), 3, heads, each)
        qkv = w.op("Transpose", qkv, perm=[2, 0, 3, 1, 4])
        q, k, v = w.op("Split", qkv, w.ints(1, 1, 1), outputs=3, axis=0)
        q, k, v = (w.op("Squeeze", part, w.ints(0)) for part in (q, k, v))
        q = w.op("Mul", q, w.real(each ** -0.5))
        scores = w.op("Softmax", w.op("MatMul", q, w.op("Transpose", k, perm=[0, 1, 3, 2])), axis=-1)
        y = w.op("Transpose", w.op("MatMul", scores, v), perm=[0, 2, 1, 3])
        y = w.reshape(y, w.size(h, 0), w.size(h, 1), width)
        x = w.op("Add", x, w.linear(y, f"blocks.{i}.attn.proj", width, width))
        w.path = f"/blocks/blocks.{i}/mlp"
        h = w.layer_norm(x, f"blocks.{i}.norm2", width)
        h = w.gelu(w.linear(h, f"blocks.{i}.mlp.fc1", width, 4 * width))
        x = w.op("Add", x, w.linear(h, f"blocks.{i}.mlp.fc2", 4 * width, width))
    w.path = ""
    x = w.op("Gather", w.layer_norm(x, "norm", width), w.index(0), axis=1)
    w.path = "/head"
    w.save(file, w.op("Gemm", x, w.weight("head.weight", classes, width), w.weight("head.bias", classes), transB=1),
           classes)


def resnet(file, layers, bottleneck, classes=1000):
    w = Writer(13)

    def conv_norm(x, name, channels_in, channels, kernel, stride, relu=True):
        # As in training: inference exports fold the norm into the convolution.
        y = w.conv(x, name + ".conv", channels_in, channels, kernel, stride, kernel // 2, bias=False)
        y = w.op("BatchNormalization", y, *(w.weight(f"{name}.bn.{part}", channels)
                                            for part in ("weight", "bias", "running_mean", "running_var")))
        return w.op("Relu", y) if relu else y

    w.path = "/stem"
    x = conv_norm("pixels", "stem", 3, 64, 7, 2)
    x = w.op("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=0)
    channels = 64
    for stage, blocks in enumerate(layers):
        planes = 64 << stage
        out = planes * (4 if bottleneck else 1)
        for block in range(blocks):
            name = f"layer{stage + 1}.{block}"
            w.path = f"/layer{stage + 1}/{name}"
            stride = 2 if stage > 0 and block == 0 else 1
            if bottleneck:
                y = conv_norm(x, name + ".1", channels, planes, 1, 1)
                y = conv_norm(y, name + ".2", planes, planes, 3, stride)
                y = conv_norm(y, name + ".3", planes, out, 1, 1, relu=False)
            else:
                y = conv_norm(x, name + ".1", channels, planes, 3, stride)
                y = conv_norm(y, name + ".2", planes, planes, 3, 1, relu=False)
            if stride != 1 or channels != out:
                x = conv_norm(x, name + ".shortcut", channels, out, 1, stride, relu=False)
            x = w.op("Relu", w.op("Add", y, x))
            channels = out
    w.path = "/head"
    x = w.op("Flatten", w.op("GlobalAveragePool", x), axis=1)
    w.save(file, w.op("Gemm", x, w.weight("fc.weight", classes, channels), w.weight("fc.bias", classes), transB=1),
           classes)


def mixer(file, width, depth, patch, tokens_width, channels_width, image=224, classes=1000):
    w = Writer(17)
    side = image // patch
    # The batch is written into the file here.
    x = w.conv("pixels", "stem.proj", 3, width, patch, patch, 0)
    x = w.op("Transpose", w.reshape(x, w.size(x, 0), width, side * side), perm=[0, 2, 1])
    for i in range(depth):
        w.path = f"/blocks.{i}"
        h = w.op("Transpose", w.layer_norm(x, f"blocks.{i}.norm1", width), perm=[0, 2, 1])
        h = w.gelu(w.linear(h, f"blocks.{i}.tokens.fc1", side * side, tokens_width))
        h = w.linear(h, f"blocks.{i}.tokens.fc2", tokens_width, side * side)
        x = w.op("Add", x, w.op("Transpose", h, perm=[0, 2, 1]))
        h = w.layer_norm(x, f"blocks.{i}.norm2", width)
        h = w.gelu(w.linear(h, f"blocks.{i}.channels.fc1", width, channels_width))
        x = w.op("Add", x, w.linear(h, f"blocks.{i}.channels.fc2", channels_width, width))
    w.path = "/head"
    x = w.op("ReduceMean", w.layer_norm(x, "norm", width), axes=[1], keepdims=0)
    w.save(file, w.op("Gemm", x, w.weight("head.weight", classes, width), w.weight("head.bias", classes), transB=1),
           classes, batch=1)


def mlp(file):
    """A perceptron whose weights are in the file, with a product of two activations behind it."""
    w = Writer(13)
    for name, dims in (("w1", [8, 16]), ("b1", [16]), ("w2", [16, 4])):
        count = 1
        for dim in dims:
            count *= dim
        w.weights.append(helper.make_tensor(name, TensorProto.FLOAT, dims, [0.5] * count))
    x = w.op("Relu", w.op("Gemm", "features", "w1", "b1"))
    y = w.op("MatMul", x, "w2")
    square = w.op("MatMul", y, w.op("Transpose", y, perm=[1, 0]))
    given = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 8])
    w.write(file, given, square, ["n", "n"])


def baked(file, width, depth, heads, tokens):
    """Attention as it is exported without an open batch: every shape is a constant."""
    w = Writer(17)
    each = width // heads
    token = w.op("Expand", w.weight("cls", 1, 1, width), w.ints(1, 1, width))
    x = w.op("Concat", token, "features", axis=1)
    n = tokens + 1
    for i in range(depth):
        w.path = f"/blocks.{i}"
        qkv = w.linear(x, f"blocks.{i}.qkv", width, 3 * width)
        qkv = w.op("Transpose", w.op("Reshape", qkv, w.ints(1, -1, 3, heads, each)), perm=[2, 0, 3, 1, 4])
        q, k, v = (w.op("Gather", qkv, w.index(j), axis=0) for j in range(3))
        scores = w.op("Softmax", w.op("MatMul", q, w.op("Transpose", k, perm=[0, 1, 3, 2])), axis=-1)
        y = w.op("Transpose", w.op("MatMul", scores, v), perm=[0, 2, 1, 3])
        x = w.op("Add", x, w.linear(w.op("Reshape", y, w.ints(1, n, width)), f"blocks.{i}.proj", width, width))
    given = helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, tokens, width])
    w.write(file, given, x, [1, n, width])


def across(file):
    """A product across the samples of a batch that is written into the file."""
    w = Writer(17)
    x = w.op("MatMul", "features", w.op("Transpose", "features", perm=[1, 0]))
    given = helper.make_tensor_value_info("features", TensorProto.FLOAT, [4, 8])
    w.write(file, given, x, [4, 4])


def recurrent(file, steps, width, hidden):
    """An LSTM of both directions, a GRU and a plain layer behind it, and attention between steps as Einsum."""
    w = Writer(17)
    for name, gates, given, directions in (("lstm", 4, width, 2), ("gru", 3, 2 * hidden, 1), ("rnn", 1, hidden, 1)):
        w.weight(f"{name}.w", directions, gates * hidden, given)
        w.weight(f"{name}.r", directions, gates * hidden, hidden)
        w.weight(f"{name}.b", directions, 2 * gates * hidden)
    x = w.op("Transpose", "features", perm=[1, 0, 2])
    y = w.op("LSTM", x, "lstm.w", "lstm.r", "lstm.b", hidden_size=hidden, direction="bidirectional", outputs=3)[0]
    y = w.op("Reshape", w.op("Transpose", y, perm=[0, 2, 1, 3]), w.ints(0, 0, -1))
    y = w.op("GRU", y, "gru.w", "gru.r", "gru.b", hidden_size=hidden, linear_before_reset=1, outputs=2)[0]
    y = w.op("Squeeze", y, w.ints(1))
    y = w.op("Squeeze", w.op("RNN", y, "rnn.w", "rnn.r", "rnn.b", hidden_size=hidden, outputs=2)[0], w.ints(1))
    scores = w.op("Einsum", y, y, equation="ibh,jbh->bij")
    y = w.op("Einsum", w.op("Softmax", scores, axis=-1), y, equation="bij,jbh->bih")
    given = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", steps, width])
    w.write(file, given, y, ["n", steps, hidden])


def unknown(file):
    w = Writer(13)
    x = w.op("Relu", w.op("GridSample", "pixels", "pixels", mode="bilinear"))
    x = w.op("GridSample", w.op("NonZero", x), x)
    w.save(file, x, 3)


if __name__ == "__main__":
    vit("vit_tiny_patch16_224.onnx", 192, 12, 3, 16)
    resnet("resnet18.onnx", [2, 2, 2, 2], False)
    resnet("resnet50.onnx", [3, 4, 6, 3], True)
    mixer("mixer_s32_224.onnx", 512, 8, 32, 256, 2048)
    mlp("mlp.onnx")
    baked("baked.onnx", 64, 2, 4, 16)
    across("across.onnx")
    recurrent("recurrent.onnx", 20, 24, 32)
    unknown("unknown.onnx")
    print("onnx", onnx.__version__, "wrote", sorted(path.name for path in OUT.glob("*.onnx")))
