//! Redis as a real server, started by `tests/services up`.

/// Address of the Redis server.
pub fn redis() -> String {
    let name = "TEST_REDIS_URL";
    #[expect(
        clippy::disallowed_methods,
        reason = "the test run tells where its servers are"
    )]
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run `tests/run`, or `eval \"$(tests/services up)\"` first")
    })
}
