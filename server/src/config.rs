//! Configuration: built-in defaults, then a TOML file, then environment variables.
//!
//! `FEISHU_MCP__SECTION__KEY` sets `section.key`. Unknown keys are refused, so that a typing
//! mistake is not silently a default. Secrets may be given as text or as `…_file`.

pub mod environment;
mod sections;

use std::{fmt, path::Path};

use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use model::Locale;
use serde::Deserialize;

pub use sections::{
    Accounts, Audit, Database, Directory, Feishu, Http, Keys, LogFormat, Redis, SignUp, Telemetry,
    Tenancy,
};

/// Prefix of the environment variables.
const PREFIX: &str = "FEISHU_MCP__";

/// The built-in values: also the documentation of every key.
pub const DEFAULTS: &str = include_str!("config/default.toml");

/// Log filter of the defaults.
pub const DEFAULT_FILTER: &str =
    "info,sqlx=warn,sqlx::postgres::notice=error,sea_orm=warn,hyper=warn";

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Listeners and the public address.
    pub http: Http,
    /// Where the truth is kept.
    pub database: Database,
    /// What replicas share.
    pub redis: Redis,
    /// The key ring.
    pub keys: Keys,
    /// The open platform.
    pub feishu: Feishu,
    /// The ledgers.
    pub audit: Audit,
    /// Sign-ins of the console.
    pub accounts: Accounts,
    /// Looks at the enterprises.
    pub directory: Directory,
    /// Tenants of this deployment.
    pub tenancy: Tenancy,
    /// Logs, traces and metrics.
    pub telemetry: Telemetry,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file or variable cannot be read or has an unknown or wrong value.
    #[error("the configuration cannot be read: {0}")]
    Unreadable(Box<figment::Error>),
    /// Values that must not be used together or in production; every problem is listed.
    #[error("{0}")]
    Refused(Problems),
}

/// What is not safe about a configuration, each with its cure, in the operator's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    locale: Locale,
    lines: Vec<String>,
}

impl Problems {
    fn add(&mut self, en: impl Into<String>, zh: impl Into<String>) {
        self.lines.push(match self.locale {
            Locale::En => en.into(),
            Locale::Zh => zh.into(),
        });
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.locale.pick(
            "the configuration is not safe to use:",
            "配置不安全，不能使用：",
        ))?;
        self.lines
            .iter()
            .try_for_each(|line| write!(f, "\n- {line}"))
    }
}

impl Config {
    /// Reads defaults, the file (if one is named) and the environment.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut sources = Figment::from(Toml::string(DEFAULTS));
        if let Some(path) = file {
            sources = sources.merge(Toml::file_exact(path));
        }
        sources
            .merge(Env::prefixed(PREFIX).split("__"))
            .extract()
            .map_err(|source| ConfigError::Unreadable(Box::new(source)))
    }

    /// Refuses what must not run in production, listing every problem with its cure.
    ///
    /// # Errors
    /// [`ConfigError::Refused`], worded in `locale`.
    pub fn validate_for_production(&self, locale: Locale) -> Result<(), ConfigError> {
        let mut problems = Problems {
            locale,
            lines: Vec::new(),
        };
        self.http.problems(&mut problems);
        self.keys.problems(&mut problems);
        self.feishu.problems(&mut problems);
        self.database.problems(&mut problems);
        self.directory.problems(&mut problems);
        if problems.lines.is_empty() {
            Ok(())
        } else {
            Err(ConfigError::Refused(problems))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(extra: &str) -> Result<Config, Box<figment::Error>> {
        Figment::from(Toml::string(DEFAULTS))
            .merge(Toml::string(extra))
            .extract()
            .map_err(Box::new)
    }

    #[test]
    fn the_defaults_are_complete() {
        assert!(with("").is_ok());
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = with("[http]\nlissten = '1.2.3.4:5'")
            .unwrap_err()
            .to_string();
        assert!(error.contains("lissten"), "{error}");
    }

    #[test]
    fn production_refuses_the_defaults_and_says_all_that_is_missing() {
        let refused = with("")
            .unwrap()
            .validate_for_production(Locale::En)
            .unwrap_err()
            .to_string();
        assert!(refused.contains("http.public_url"), "{refused}");
        assert!(refused.contains("keys.master"), "{refused}");
        let chinese = with("")
            .unwrap()
            .validate_for_production(Locale::Zh)
            .unwrap_err()
            .to_string();
        assert_eq!(chinese.lines().count(), refused.lines().count());
        assert!(chinese.contains("配置不安全"), "{chinese}");
    }

    #[test]
    fn production_accepts_https_with_a_key() {
        let config = with(
            "[http]\npublic_url='https://mcp.example.com'\n[keys]\nmaster='k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='",
        )
        .unwrap();
        config.validate_for_production(Locale::En).unwrap();
    }

    #[test]
    fn production_refuses_a_custom_feishu_host_unless_the_operator_says_so() {
        let base = "[http]\npublic_url='https://mcp.example.com'\n[keys]\nmaster='k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='\n[feishu]\norigin='http://127.0.0.1:9'\n";
        assert!(
            with(base)
                .unwrap()
                .validate_for_production(Locale::En)
                .is_err()
        );
        let allowed = format!("{base}allow_custom_origin=true\n");
        with(&allowed)
            .unwrap()
            .validate_for_production(Locale::En)
            .unwrap();
    }

    #[test]
    fn debug_output_hides_the_master_key() {
        let config = with("[keys]\nmaster='k1:c2VjcmV0LXNlY3JldA'").unwrap();
        assert!(!format!("{config:?}").contains("c2VjcmV0"));
    }
}
