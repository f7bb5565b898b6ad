//! `doctor`: finds what is wrong and says how to mend it.

mod app;
mod checks;

use std::process::ExitCode;

use serde::Serialize;

use crate::{cli::DoctorArgs, config::Config, terminal::Terminal, wire};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// As it should be.
    Good,
    /// Works, but not for production.
    Warning,
    /// Does not work.
    Bad,
}

/// One checked thing.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// What was checked.
    pub what: &'static str,
    /// How it is.
    pub health: Health,
    /// What was seen.
    pub seen: String,
    /// What to do next; empty when there is nothing to do.
    pub next: String,
}

impl Finding {
    fn good(what: &'static str, seen: impl Into<String>) -> Self {
        Self {
            what,
            health: Health::Good,
            seen: seen.into(),
            next: String::new(),
        }
    }

    fn warning(what: &'static str, seen: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            what,
            health: Health::Warning,
            seen: seen.into(),
            next: next.into(),
        }
    }

    fn bad(what: &'static str, seen: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            what,
            health: Health::Bad,
            seen: seen.into(),
            next: next.into(),
        }
    }
}

/// Checks everything that can be reached; a failed check does not hide the next one.
pub async fn run(
    config: &Config,
    args: DoctorArgs,
    terminal: Terminal,
) -> anyhow::Result<ExitCode> {
    let mut findings = vec![checks::settings(config, terminal)];
    let ring = match wire::key_ring(config) {
        Ok(ring) => {
            findings.push(Finding::good("keys", ring.primary().id().to_owned()));
            Some(ring)
        }
        Err(error) => {
            findings.push(checks::no_keys(&error, terminal));
            None
        }
    };
    findings.push(checks::schema(config, terminal).await);
    findings.push(checks::redis(config, terminal).await);
    findings.push(checks::clock(config, terminal).await);
    findings.push(checks::public_url(config, terminal).await);
    if let Some(slug) = &args.tenant {
        match ring {
            Some(ring) => findings.extend(app::check(config, ring, slug, terminal).await),
            None => findings.push(Finding::bad(
                "tenant",
                terminal.text("not checked without a key", "缺少主密钥，未检查"),
                "",
            )),
        }
    }
    if args.json {
        terminal.line(serde_json::to_string(&findings)?);
    } else {
        print(&findings, terminal);
    }
    let bad = findings.iter().any(|finding| finding.health == Health::Bad);
    Ok(ExitCode::from(u8::from(bad)))
}

fn print(findings: &[Finding], terminal: Terminal) {
    for finding in findings {
        let mark = match finding.health {
            Health::Good => terminal.good("✓"),
            Health::Warning => terminal.strong("!"),
            Health::Bad => terminal.bad("✗"),
        };
        terminal.line(format!("{mark} {:<12} {}", finding.what, finding.seen));
        if !finding.next.is_empty() {
            terminal.line(format!("               → {}", finding.next));
        }
    }
}
