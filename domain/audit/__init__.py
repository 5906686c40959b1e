"""The transparency log: a Merkle tree over all stored events, its tiles, checkpoints and proofs."""
