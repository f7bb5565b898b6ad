//! Integration, proof and interop tests.
