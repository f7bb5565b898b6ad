//! Pages of the console, one file each.

pub mod overview;
