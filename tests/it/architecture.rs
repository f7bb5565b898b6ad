//! The shape of the workspace, held against the picture in ARCHITECTURE.md.

mod files;
mod graph;
