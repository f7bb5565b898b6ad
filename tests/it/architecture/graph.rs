//! Edges between crates, and which crate owns which third-party crate.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;

/// Level of each crate and what it may use. An edge that is not here is a reviewed change of this
/// table and of ARCHITECTURE.md.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("migrations", &[]),
    ("feishu", &[]),
    ("charts", &[]),
    ("formulas", &[]),
    ("views", &[]),
    ("sandbox", &[]),
    ("vault", &["model"]),
    ("store", &["model", "vault", "migrations"]),
    ("bus", &["model"]),
    ("tools", &["charts", "feishu", "formulas", "model"]),
    ("edge", &["bus", "model", "store", "vault"]),
    (
        "calls",
        &["bus", "feishu", "model", "store", "tools", "vault"],
    ),
    (
        "oauth",
        &[
            "bus", "calls", "edge", "feishu", "model", "store", "vault", "views",
        ],
    ),
    ("mcp", &["bus", "calls", "edge", "model", "tools"]),
    (
        "automation",
        &["bus", "calls", "model", "store", "tools", "vault"],
    ),
    (
        "jobs",
        &[
            "automation",
            "bus",
            "calls",
            "feishu",
            "model",
            "store",
            "vault",
        ],
    ),
    (
        "web",
        &[
            "automation",
            "bus",
            "calls",
            "edge",
            "model",
            "oauth",
            "store",
            "tools",
            "vault",
            "views",
        ],
    ),
    (
        "server",
        &[
            "automation",
            "bus",
            "calls",
            "edge",
            "feishu",
            "jobs",
            "mcp",
            "migrations",
            "model",
            "oauth",
            "sandbox",
            "store",
            "tools",
            "vault",
            "views",
            "web",
        ],
    ),
];

/// Third-party crates that only the named crates may depend on.
const OWNED: &[(&str, &[&str])] = &[
    ("aes-gcm", &["vault"]),
    ("cbc", &["feishu"]),
    ("cel", &["automation"]),
    ("argon2", &["vault"]),
    ("totp-rs", &["vault"]),
    ("ed25519-dalek", &["vault"]),
    ("passki", &["vault"]),
    ("sea-orm", &["store"]),
    ("sea-orm-migration", &["migrations"]),
    ("redis", &["bus"]),
    ("reqwest", &["feishu"]),
    ("oauth2", &["oauth"]),
    ("askama", &["views"]),
    ("ironcalc_base", &["formulas"]),
    ("plotters", &["charts", "views"]),
    ("plotters-backend", &["charts", "views"]),
    ("qrcodegen", &["views"]),
    ("schemars", &["tools"]),
    ("skrifa", &["charts"]),
    ("tiny-skia", &["charts"]),
    ("tower_governor", &["edge"]),
    ("clap", &["server"]),
    ("figment", &["server"]),
    ("opentelemetry", &["server"]),
    (
        "axum",
        &["edge", "oauth", "mcp", "web", "server", "sandbox"],
    ),
];

/// Normal (not dev) dependencies of each workspace crate.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo metadata runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let names = package["dependencies"]
                .as_array()
                .expect("dependencies")
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .map(|dependency| dependency["name"].as_str().expect("name").to_owned())
                .collect();
            (package["name"].as_str().expect("name").to_owned(), names)
        })
        .collect()
}

#[test]
fn every_edge_points_down() {
    let dependencies = dependencies();
    let internal: Vec<&str> = MAY_USE.iter().map(|(name, _)| *name).collect();
    let mut wrong = Vec::new();
    for (name, uses) in &dependencies {
        if name == "tests" {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(known, _)| known == name) else {
            wrong.push(format!("{name} is not in the table"));
            continue;
        };
        for used in uses.iter().filter(|used| internal.contains(&used.as_str())) {
            if !allowed.contains(&used.as_str()) {
                wrong.push(format!("{name} must not use {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn third_party_crates_have_one_owner() {
    let dependencies = dependencies();
    let mut wrong = Vec::new();
    for (name, uses) in &dependencies {
        for (third_party, owners) in OWNED {
            if uses.iter().any(|used| used == third_party) && !owners.contains(&name.as_str()) {
                wrong.push(format!(
                    "{name} must not use {third_party}: it belongs to {owners:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
