//! Proof, journey and interoperability tests over the real program (see `it/`), and what the tests
//! of several crates share.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends where something unexpected happens"
)]

mod database;

pub use database::{Database, On};

/// Address of the Redis that `tests/services up` starts.
///
/// # Panics
/// When there is none.
pub fn redis() -> String {
    server("TEST_REDIS_URL")
}

/// An address that the script tells who starts the servers.
fn server(name: &str) -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "the addresses of test servers come from the script that starts them"
    )]
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: use tests/run, or first eval \"$(tests/services up)\"")
    })
}

/// Runs scenarios on both databases: functions that are told which one.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::On::Sqlite).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::On::Postgres).await;
            })*
        }
    };
}
