"""The agent's instruction stream: layered config, the plan as layer 4.5, the brief as data."""

from precall_cli.compose.composing import Budget, compose
from precall_cli.compose.instructions import Block, Dropped, Instructions
from precall_cli.compose.layers import Layer, Layers, built_in_texts, load_layers

__all__ = [
    "Block",
    "Budget",
    "Dropped",
    "Instructions",
    "Layer",
    "Layers",
    "built_in_texts",
    "compose",
    "load_layers",
]
