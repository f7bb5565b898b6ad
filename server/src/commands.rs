//! The commands, one file each.

pub mod account;
pub mod audit;
pub mod dev;
pub mod doctor;
pub mod keys;
pub mod migrate;
pub mod serve;
pub mod tenant;
pub mod verify;
