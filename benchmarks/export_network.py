"""Turn a checkpoint of ``train_network.py`` into the files that the runtime reads.

    python benchmarks/export_network.py /tmp/net/layers4-epoch3.pt --pieces /tmp/net/pieces.txt -o data/models

Weights become eight-bit integers (seven bits of them used, so that processors without VNNI compute the
same), and the graph is optimized once, here, rather than at every start.
Needs torch and onnx (``pip install 'crisismap[train]'``).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tagger import Tagger, TaggerSize


def export(checkpoint: Path, pieces: Path, folder: Path) -> None:
    """Write ``network.onnx`` and ``network-pieces.txt``."""
    state = torch.load(checkpoint)
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    tagger = Tagger(TaggerSize(len(state["pieces.weight"]), layers)).eval()
    tagger.load_state_dict(state)
    example = torch.full((2, 16), 5)
    names = ["pieces", "cases", "mask", "tags", "role"]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        whole, quantized = Path(scratch) / "whole.onnx", Path(scratch) / "quantized.onnx"
        torch.onnx.export(
            tagger,
            (example, torch.zeros_like(example), torch.ones(2, 16)),
            str(whole),
            input_names=names[:3],
            output_names=names[3:],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in names},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(whole, quantized, weight_type=QuantType.QInt8, reduce_range=True)
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(folder / "network.onnx")
        onnxruntime.InferenceSession(str(quantized), options, providers=["CPUExecutionProvider"])
    (folder / "network-pieces.txt").write_bytes(pieces.read_bytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--pieces", type=Path, required=True, help="pieces.txt beside the checkpoint")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    export(options.checkpoint, options.pieces, options.output)


if __name__ == "__main__":
    main()
