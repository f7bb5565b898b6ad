//! Runs the sandbox alone: `cargo run -p sandbox --example serve -- [PORT] [STATE_FILE]`.
//! Rate limits start switched off when the port is followed by `--no-limits`.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};

use sandbox::{SandboxOptions, start};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut plain = arguments
        .iter()
        .filter(|argument| !argument.starts_with("--"));
    let port = plain.next().and_then(|port| port.parse().ok()).unwrap_or(0);
    let options = SandboxOptions {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        state_file: plain.next().map(Into::into),
        rate_limits: !arguments.iter().any(|argument| argument == "--no-limits"),
        ..SandboxOptions::default()
    };
    let sandbox = start(options).await?;
    writeln!(std::io::stdout(), "{}", sandbox.base_url())?;
    tokio::signal::ctrl_c().await?;
    sandbox.shutdown().await;
    Ok(())
}
