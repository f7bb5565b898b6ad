//! The tool catalogue: one tool, one file.
