//! The program: commands, configuration, wiring, telemetry, listeners, shutdown.

pub mod config;
pub mod listener;

/// Runs the command line.
pub fn run() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
