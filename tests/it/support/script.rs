//! Runs a judge written in another language and shows what it said.

use std::{path::Path, process::Stdio, time::Duration};

use tokio::{process::Command, sync::Mutex};

use super::program::root;

/// Whose turn it is with a browser: two at once are so slow on a small machine that what they wait
/// for comes too late.
static BROWSER: Mutex<()> = Mutex::const_new(());

/// Runs a journey in a browser, one at a time.
pub async fn journey(arguments: &[&str], limit: Duration) {
    let _turn = BROWSER.lock().await;
    judge("node", arguments, limit).await;
}

/// Runs `program arguments` in the workspace folder; panics with its output unless it exits with 0
/// within `limit`.
pub async fn judge(program: impl AsRef<Path>, arguments: &[&str], limit: Duration) {
    let program = program.as_ref();
    let child = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let output = tokio::time::timeout(limit, child.wait_with_output())
        .await
        .unwrap_or_else(|_| {
            panic!(
                "{} {arguments:?} took more than {limit:?}",
                program.display()
            )
        })
        .expect("output can be read");
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    #[expect(
        clippy::print_stdout,
        reason = "what a judge said belongs to the test's output"
    )]
    {
        println!("{said}");
    }
    assert!(
        output.status.success(),
        "{} {arguments:?} ended with {}:\n{said}\n{complained}",
        program.display(),
        output.status
    );
}
