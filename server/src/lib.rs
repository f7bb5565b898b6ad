//! The program: commands, configuration, wiring, telemetry, listeners, shutdown.

pub mod cli;
pub mod commands;
pub mod config;
pub mod listener;
pub mod serving;
pub mod telemetry;
pub mod terminal;
pub mod wire;

use std::process::ExitCode;

use model::Locale;

use crate::{
    cli::{Cli, Command},
    config::{Config, environment},
    terminal::Terminal,
};

/// Runs the command line.
pub fn run() -> ExitCode {
    let language = environment::terminal_language();
    let spoken = language.as_deref().and_then(Locale::from_tag);
    let cli = match Cli::read(std::env::args_os().collect(), spoken) {
        Ok(cli) => cli,
        // Help is printed to standard output, a fault to standard error, each with its exit code.
        Err(said) => {
            return match said.print() {
                Ok(()) => ExitCode::from(u8::try_from(said.exit_code()).unwrap_or(2)),
                Err(_) => ExitCode::FAILURE,
            };
        }
    };
    let terminal = Terminal::new(cli.lang.map(Into::into), language.as_deref());
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(terminal, &error.into()),
    };
    let outcome = runtime.block_on(dispatch(cli, terminal));
    runtime.shutdown_background();
    match outcome {
        Ok(code) => code,
        Err(error) => failed(terminal, &error),
    }
}

async fn dispatch(cli: Cli, terminal: Terminal) -> anyhow::Result<ExitCode> {
    let mut config = Config::load(cli.config.as_deref())?;
    if matches!(cli.command, Command::Dev(_)) && config.telemetry.filter == config::DEFAULT_FILTER {
        "warn,sqlx::postgres::notice=error".clone_into(&mut config.telemetry.filter);
    }
    let _telemetry = telemetry::start(&config.telemetry)?;
    match cli.command {
        Command::Dev(args) => commands::dev::run(config, args, terminal).await?,
        Command::Serve => commands::serve::run(&config, terminal).await?,
        Command::Migrate { check } => {
            return commands::migrate::run(&config, check, terminal).await;
        }
        Command::Doctor(args) => return commands::doctor::run(&config, args, terminal).await,
        Command::Tenant(command) => commands::tenant::run(&config, command, terminal).await?,
        Command::Account(command) => commands::account::run(&config, command, terminal).await?,
        Command::Audit(cli::AuditCommand::Verify(args)) => {
            return commands::audit::verify(&args, terminal);
        }
        Command::Verify(args) => return commands::verify::run(&args, terminal),
        Command::Keys(command) => commands::keys::run(&config, command, terminal).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Says what went wrong and why, one cause per line.
fn failed(terminal: Terminal, error: &anyhow::Error) -> ExitCode {
    terminal.complain(&format!(
        "{}{error}",
        terminal.bad(terminal.text("error: ", "错误："))
    ));
    for cause in error.chain().skip(1) {
        terminal.complain(&format!("  {cause}"));
    }
    ExitCode::FAILURE
}
