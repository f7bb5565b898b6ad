//! Pages of the console, one file each.

pub mod connections;
pub mod members;
pub mod overview;
pub mod stops;
