//! Pages of the console, one file each.

pub mod app_change;
pub mod billing;
pub mod connections;
pub mod members;
pub mod overview;
pub mod setup;
pub mod statement;
pub mod stops;
pub mod usage;
