"""How results are shown: one module per format, each from records alone, none of them touching a path."""
