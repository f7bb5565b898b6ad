//! Pages of the console, one file each.

pub mod billing;
pub mod connections;
pub mod members;
pub mod overview;
pub mod statement;
pub mod stops;
pub mod usage;
