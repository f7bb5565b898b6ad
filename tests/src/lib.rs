//! Proof, journey and interoperability tests over the real program; see `it/`.
