"""Reports as web pages: one self-contained file each, which asks the network for nothing."""
