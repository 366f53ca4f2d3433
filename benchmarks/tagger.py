"""The network that is trained: a BERT-style encoder with a tag head and a role head, in plain torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from crisismap.recognition.network import TAGS

__all__ = ["Tagger", "TaggerSize"]


@dataclass(frozen=True, slots=True)
class TaggerSize:
    vocabulary: int
    layers: int
    width: int = 384
    inner: int = 1536
    heads: int = 12
    positions: int = 160
    cases: int = 4


class Layer(nn.Module):
    """Self-attention and a feed-forward block, each followed by the norm."""

    def __init__(self, size: TaggerSize, dropout: float):
        super().__init__()
        self.heads = size.heads
        self.projections = nn.Linear(size.width, 3 * size.width)
        self.output = nn.Linear(size.width, size.width)
        self.attention_norm = nn.LayerNorm(size.width, eps=1e-12)
        self.wide = nn.Linear(size.width, size.inner)
        self.narrow = nn.Linear(size.inner, size.width)
        self.norm = nn.LayerNorm(size.width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = hidden.shape
        split = self.projections(hidden).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)
        hidden = self.attention_norm(hidden + self.dropout(self.output(mixed)))
        wide = nn.functional.gelu(self.wide(hidden))
        return self.norm(hidden + self.dropout(self.narrow(wide)))


class Tagger(nn.Module):
    """Pieces (batch, length) to tag scores (batch, length, tags) and role log-odds (batch, length)."""

    def __init__(self, size: TaggerSize, dropout: float = 0.1):
        super().__init__()
        self.size = size
        self.pieces = nn.Embedding(size.vocabulary, size.width, padding_idx=0)
        self.positions = nn.Embedding(size.positions, size.width)
        self.cases = nn.Embedding(size.cases, size.width)
        self.norm = nn.LayerNorm(size.width, eps=1e-12)
        self.layers = nn.ModuleList(Layer(size, dropout) for _ in range(size.layers))
        self.dropout = nn.Dropout(dropout)
        self.tags = nn.Linear(size.width, len(TAGS))
        self.role = nn.Linear(size.width, 1)

    def forward(self, pieces: Tensor, cases: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Score every piece; ``mask`` is 1 for pieces and 0 for padding."""
        positions = torch.arange(pieces.shape[1], device=pieces.device)
        hidden = self.pieces(pieces) + self.cases(cases) + self.positions(positions)
        hidden = self.dropout(self.norm(hidden))
        away = (1.0 - mask[:, None, None, :].to(hidden.dtype)) * -10000.0
        for layer in self.layers:
            hidden = layer(hidden, away)
        return self.tags(hidden), self.role(hidden).squeeze(-1)

    @classmethod
    def from_minilm(cls, folder: Path, vocabulary: list[str], layers: int) -> Tagger:
        """Start from the encoder of ``folder``, with those of its pieces that ``vocabulary`` keeps."""
        weights = load_file(folder / "model.safetensors")
        weights = {name.removeprefix("bert."): tensor for name, tensor in weights.items()}
        known = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        rows = {piece: row for row, piece in enumerate(known)}
        tagger = cls(TaggerSize(len(vocabulary), layers))
        state = tagger.state_dict()
        embeddings = "embeddings.{}_embeddings.weight"
        state["pieces.weight"] = weights[embeddings.format("word")][[rows[piece] for piece in vocabulary]]
        state["positions.weight"] = weights[embeddings.format("position")][: tagger.size.positions]
        state["cases.weight"] = weights[embeddings.format("token_type")][:1].repeat(tagger.size.cases, 1)
        for kind in ("weight", "bias"):
            state[f"norm.{kind}"] = weights[f"embeddings.LayerNorm.{kind}"]
            step = 6 / layers
            for layer in range(layers):
                source = f"encoder.layer.{math.ceil((layer + 1) * step) - 1}."
                target = f"layers.{layer}."
                state[f"{target}projections.{kind}"] = torch.cat(
                    [weights[f"{source}attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
                )
                for ours, theirs in {
                    "output": "attention.output.dense",
                    "attention_norm": "attention.output.LayerNorm",
                    "wide": "intermediate.dense",
                    "narrow": "output.dense",
                    "norm": "output.LayerNorm",
                }.items():
                    state[f"{target}{ours}.{kind}"] = weights[f"{source}{theirs}.{kind}"]
        tagger.load_state_dict(state)
        return tagger

    def start_from(self, other: Tagger) -> None:
        """Take the weights of a deeper tagger, of its layers those at equal steps."""
        theirs, ours = other.state_dict(), self.state_dict()
        step = other.size.layers / self.size.layers
        for name in ours:
            parts = name.split(".")
            if parts[0] == "layers":
                parts[1] = str(math.ceil((int(parts[1]) + 1) * step) - 1)
            ours[name] = theirs[".".join(parts)]
        self.load_state_dict(ours)
