//! An employee's first day in Debian's Chromium.

use std::time::Duration;

use crate::support::{Backend, Program, script::journey};

async fn first_day(backend: Backend) {
    let program = Program::start_with(backend, &["--unlimited"]).await;
    let script = "tests/interop/browser/journey.mjs";
    let arguments = [script, &program.origin(), program.text("sandbox_url")];
    journey(&arguments, Duration::from_mins(4)).await;
}

#[tokio::test]
async fn an_employee_connects_and_stays_in_control_on_sqlite() {
    first_day(Backend::Sqlite).await;
}

#[tokio::test]
async fn an_employee_connects_and_stays_in_control_on_postgres_and_redis() {
    first_day(Backend::PostgresRedis).await;
}
