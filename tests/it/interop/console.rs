//! The people of the console in Debian's Chromium, and every page that they can reach.

use std::time::Duration;

use edge::routes::ALL;
use serde_json::json;

use crate::support::{
    Backend, Program,
    program::{binary, root},
    script::journey,
};

async fn everybody_at_the_console(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited", "--history"]).await;
    let shots = root().join(format!("tests/.cache/screenshots/{backend:?}"));
    let _none_before = std::fs::remove_dir_all(&shots).is_ok();
    std::fs::create_dir_all(&shots).expect("a folder");
    let routes = shots.join("routes.json");
    let table: Vec<_> = ALL
        .iter()
        .map(|route| {
            json!({
                "path": route.path,
                "methods": route.methods,
                "audience": format!("{:?}", route.audience),
            })
        })
        .collect();
    std::fs::write(&routes, json!(table).to_string()).expect("a file");
    let arguments = [
        "tests/interop/browser/console.mjs".to_owned(),
        program.origin(),
        program.text("sandbox_url").to_owned(),
        pictures(backend).to_owned(),
        shots.display().to_string(),
        program.text("console_url").to_owned(),
        routes.display().to_string(),
        binary().display().to_string(),
    ];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    journey(&arguments, Duration::from_mins(20)).await;
}

/// Pictures of every page are taken once: they take most of the time, and pages look the same
/// over either database.
const fn pictures(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "--shots",
        Backend::PostgresRedis => "--plain",
    }
}

#[tokio::test]
async fn everybody_at_the_console_finds_pages_in_order_on_sqlite() {
    everybody_at_the_console(Backend::Sqlite).await;
}

#[tokio::test]
async fn everybody_at_the_console_finds_pages_in_order_on_postgres_and_redis() {
    everybody_at_the_console(Backend::PostgresRedis).await;
}
