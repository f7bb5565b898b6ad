//! The command that `dev` prints is run exactly as it is printed.

use std::{process::Stdio, time::Duration};

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Command,
};

use crate::support::program::{binary, root};

#[tokio::test]
async fn the_printed_inspector_command_works_as_printed() {
    let data = root().join(format!("target/it/printed-{}", std::process::id()));
    let mut dev = Command::new(binary())
        .args([
            "dev",
            "--lang",
            "zh",
            "--listen",
            "127.0.0.1:0",
            "--sandbox-listen",
        ])
        .args(["127.0.0.1:0", "--data"])
        .arg(&data)
        .current_dir(root())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(dev.stdout.take().expect("piped")).lines();
    let mut command = String::new();
    let printed = async {
        while let Some(line) = lines.next_line().await.expect("text") {
            if !command.is_empty() || line.trim_start().starts_with("npx ") {
                command.push_str(&line);
                command.push('\n');
                if !line.ends_with('\\') {
                    break;
                }
            }
        }
    };
    tokio::time::timeout(Duration::from_mins(1), printed)
        .await
        .expect("the welcome is printed");
    let run = Command::new("sh").args(["-c", &command]).output();
    let output = tokio::time::timeout(Duration::from_mins(3), run)
        .await
        .expect("the command ends")
        .expect("sh runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("OKR"),
        "{command}\n{said}"
    );
    dev.kill().await.expect("stopped");
    std::fs::remove_dir_all(&data).expect("removed");
}
