//! The words of the console, one catalogue per page.

pub(crate) mod app_change;
pub(crate) mod audit;
pub(crate) mod audit_entry;
pub(crate) mod audit_keeping;
pub(crate) mod audit_proof;
pub(crate) mod billing;
pub(crate) mod connections;
pub(crate) mod data;
pub(crate) mod developer;
pub(crate) mod events;
pub(crate) mod frame;
pub(crate) mod members;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod policy;
pub(crate) mod roles;
pub(crate) mod rules;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod stops;
pub(crate) mod usage;

/// Every key of the console's catalogues with both texts.
#[cfg(test)]
pub(crate) const ALL: &[&[(&str, &str, &str)]] = &[
    app_change::PAIRS,
    audit::PAIRS,
    audit_entry::PAIRS,
    audit_keeping::PAIRS,
    audit_proof::PAIRS,
    billing::PAIRS,
    connections::PAIRS,
    data::PAIRS,
    developer::PAIRS,
    events::PAIRS,
    frame::PAIRS,
    members::PAIRS,
    overview::PAIRS,
    roles::PAIRS,
    rules::PAIRS,
    settings::PAIRS,
    setup::PAIRS,
    people::PAIRS,
    policy::PAIRS,
    stops::PAIRS,
    usage::PAIRS,
];
