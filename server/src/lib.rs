//! The program: commands, configuration, wiring, telemetry, listeners, shutdown.

pub mod cli;
pub mod config;
pub mod listener;
pub mod telemetry;
pub mod terminal;

/// Runs the command line.
pub fn run() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
