//! Envelope encryption, key ring, sealed values, token hashing.
