//! Databases of single tests: a file, or one on the server of `tests/services up`.

use std::{
    hash::{BuildHasher, RandomState},
    process::{Command, Output},
};

/// The role that the program runs as, as the migrations name it.
const RUNTIME_ROLE: &str = "feishu_mcp_app";

/// The kind of database that a scenario runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// A file of its own.
    Sqlite,
    /// A database of its own on the test server.
    Postgres,
}

/// An empty database, removed when it is dropped.
#[derive(Debug)]
pub struct Database {
    /// Which kind.
    pub on: On,
    /// Address for the runtime role.
    pub url: String,
    /// Address for the owner, who migrates it.
    pub owner_url: String,
    /// Of a file, or in the server.
    name: String,
}

impl Database {
    /// Makes one.
    ///
    /// # Panics
    /// When there is no server.
    pub fn fresh(on: On) -> Self {
        // Of a length and an alphabet that need no quotes.
        let name = format!("t{:016x}", RandomState::new().hash_one(()));
        match on {
            On::Sqlite => Self::file(&name),
            On::Postgres => Self::on_server(name),
        }
    }

    fn file(name: &str) -> Self {
        let file = std::env::temp_dir().join(format!("feishu-mcp-test-{name}.db"));
        let name = file.display().to_string();
        let url = format!("sqlite:{name}");
        Self {
            on: On::Sqlite,
            owner_url: url.clone(),
            url,
            name,
        }
    }

    fn on_server(name: String) -> Self {
        let server = server();
        psql(&format!("CREATE DATABASE {name}"));
        // Another test may be making the same role.
        psql(&format!(
            "DO $$ BEGIN CREATE ROLE {RUNTIME_ROLE} LOGIN;
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        ));
        let (scheme, rest) = server.split_once("://").expect("a URL");
        let (owner, host) = rest.rsplit_once('@').unwrap_or(("postgres", rest));
        let host = host.split('/').next().expect("a host");
        Self {
            on: On::Postgres,
            url: format!("{scheme}://{RUNTIME_ROLE}@{host}/{name}"),
            owner_url: format!("{scheme}://{owner}@{host}/{name}"),
            name,
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        match self.on {
            On::Sqlite => {
                for tail in ["", "-wal", "-shm"] {
                    let _gone = std::fs::remove_file(format!("{}{tail}", self.name));
                }
            }
            On::Postgres => {
                let _gone = run(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
            }
        }
    }
}

fn server() -> String {
    crate::server("TEST_POSTGRES_URL")
}

fn run(sql: &str) -> std::io::Result<Output> {
    let options = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"];
    Command::new("psql")
        .args(options)
        .args([server().as_str(), "--command", sql])
        .output()
}

fn psql(sql: &str) {
    let output = run(sql).expect("psql runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "psql: {complaint}");
}
