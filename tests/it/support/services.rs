//! PostgreSQL and Redis as real servers, started by `tests/services up`.

use std::{
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
};

static NEXT: AtomicU32 = AtomicU32::new(0);

fn variable(name: &str) -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test run tells where its servers are"
    )]
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run `tests/run`, or `eval \"$(tests/services up)\"` first")
    })
}

/// A database of its own: `(address of the runtime role, address of the owner)`.
pub fn fresh_database() -> (String, String) {
    let admin = variable("TEST_POSTGRES_URL");
    let number = NEXT.fetch_add(1, Ordering::SeqCst);
    let name = format!("it_{}_{number}", std::process::id());
    let role = format!("{name}_app");
    psql(&admin, &format!("CREATE DATABASE {name}"));
    psql(
        &admin,
        &format!(
            "CREATE ROLE {role} LOGIN PASSWORD 'test' NOSUPERUSER NOBYPASSRLS NOCREATEDB;
             DO $$ BEGIN
               IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'feishu_mcp_app') THEN
                 CREATE ROLE feishu_mcp_app NOLOGIN;
               END IF;
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
             GRANT feishu_mcp_app TO {role};"
        ),
    );
    let mut owner = url::Url::parse(&admin).expect("TEST_POSTGRES_URL is a URL");
    owner.set_path(&name);
    let mut runtime = owner.clone();
    runtime.set_username(&role).expect("a role name");
    runtime.set_password(Some("test")).expect("a password");
    (runtime.to_string(), owner.to_string())
}

/// Address of the Redis server.
pub fn redis() -> String {
    variable("TEST_REDIS_URL")
}

fn psql(url: &str, sql: &str) {
    let output = Command::new("psql")
        .args([
            "--no-psqlrc",
            "--quiet",
            "--set",
            "ON_ERROR_STOP=1",
            url,
            "--command",
            sql,
        ])
        .output()
        .expect("psql runs");
    assert!(
        output.status.success(),
        "psql: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}
