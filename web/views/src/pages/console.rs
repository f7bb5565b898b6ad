//! Pages of the console, one file each.

pub mod app_change;
pub mod audit;
pub mod audit_entry;
pub mod audit_keeping;
pub mod audit_proof;
pub mod billing;
pub mod connections;
pub mod data;
pub mod developer;
pub mod events;
pub mod members;
pub mod overview;
pub mod people;
pub mod policy;
pub mod roles;
pub mod rules;
pub mod settings;
pub mod setup;
pub mod statement;
pub mod stops;
pub mod usage;
