//! The command line.

mod chinese;

use std::{ffi::OsString, net::SocketAddr, path::PathBuf};

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use model::Locale;

/// Governed access to Feishu / Lark for AI clients.
#[derive(Debug, Parser)]
#[command(name = "feishu-mcp", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// Configuration file (TOML); the environment overrides it.
    #[arg(long, global = true, env = "FEISHU_MCP_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Language of the output; default: that of the terminal.
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Language>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Reads the command line. Help is in the language that `--lang` names, else in that of the
    /// terminal.
    ///
    /// # Errors
    /// What clap says: a fault, or the help that was asked for.
    pub fn read(arguments: Vec<OsString>, terminal: Option<Locale>) -> Result<Self, clap::Error> {
        let chinese = asked_language(&arguments).or(terminal) == Some(Locale::Zh);
        let command = if chinese {
            chinese::translate(Self::command())
        } else {
            Self::command()
        };
        Self::from_arg_matches(&command.try_get_matches_from(arguments)?)
    }
}

/// What `--lang` names, before the command line is understood: its help depends on it.
fn asked_language(arguments: &[OsString]) -> Option<Locale> {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    let named = words.find_map(|word| match word.strip_prefix("--lang") {
        Some("") => Some(None),
        Some(value) => value.strip_prefix('=').map(Some),
        None => None,
    })?;
    Locale::from_tag(named.or_else(|| words.next())?)
}

const EXAMPLES: &str = "\
Examples:
  feishu-mcp dev                      try everything on this machine, no Feishu account needed
  feishu-mcp keys generate            make a master key for production
  feishu-mcp migrate                  bring the database up to date
  feishu-mcp tenant add --slug acme --name 'Acme' --brand feishu --app-id cli_… \\
                        --app-secret-file secret.txt
  feishu-mcp account add --operator --email you@example.com
                                      make the first sign-in of the operator's console
  feishu-mcp serve                    run in production
  feishu-mcp doctor --tenant acme     find out what is wrong, and how to mend it";

/// A language of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English.
    En,
    /// 中文.
    Zh,
}

impl From<Language> for Locale {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::Zh => Self::Zh,
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Platform, Feishu sandbox and a demo tenant on this machine; nothing else is needed.
    ///
    /// With FEISHU_APP_ID, FEISHU_APP_SECRET and COOKIE_ENCRYPTION_KEY in the environment or in a
    /// .dev.vars file, a real Feishu tenant is served instead of the sandbox (redirect URL
    /// http://localhost:8788/callback, to be registered in the Feishu app).
    Dev(DevArgs),
    /// Run in production. Refuses insecure settings and says which.
    Serve,
    /// Bring the database up to date.
    Migrate {
        /// Only list what is pending; exit code 1 if there is anything.
        #[arg(long)]
        check: bool,
    },
    /// Find and explain what is wrong: configuration, database, Redis, clock, public URL, a
    /// tenant's Feishu app.
    Doctor(DoctorArgs),
    /// Tenants of this deployment.
    #[command(subcommand)]
    Tenant(TenantCommand),
    /// Sign-ins of the console: operators, and people of organisations.
    #[command(subcommand)]
    Account(AccountCommand),
    /// The key ring.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// The ledger.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Check the receipt of an erasure, or a file with everything of a tenant, without the
    /// database; exit code 1 when anything is wrong.
    Verify(VerifyArgs),
}

/// `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The receipt (JSON) or the file (JSON Lines).
    pub file: PathBuf,
    /// Public key (hexadecimal) that the signature must be of, as you noted it down earlier. May be
    /// given several times.
    #[arg(long, value_name = "KEY")]
    pub key: Vec<String>,
}

/// `audit …`.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check an exported file without the database; exit code 1 when anything is wrong.
    Verify(AuditVerifyArgs),
}

/// `audit verify`.
#[derive(Debug, Args)]
pub struct AuditVerifyArgs {
    /// The exported file (CSV or JSONL).
    pub file: PathBuf,
    /// Its manifest; default: the file's name with `.manifest.json` added, if that is there.
    #[arg(long, value_name = "FILE")]
    pub manifest: Option<PathBuf>,
    /// Checkpoints, one JSON object per line, as the platform writes them or the console gives.
    #[arg(long, value_name = "FILE")]
    pub checkpoints: Option<PathBuf>,
    /// Public key (hexadecimal) that signatures must be of, as you noted it down earlier. Without
    /// it a signature only shows that one key signed everything. May be given several times.
    #[arg(long, value_name = "KEY")]
    pub key: Vec<String>,
}

/// `dev`.
#[derive(Debug, Args)]
pub struct DevArgs {
    /// Address of the platform.
    #[arg(long, default_value = "127.0.0.1:8788", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// Address of the Feishu sandbox.
    #[arg(long, default_value = "127.0.0.1:8789", value_name = "ADDR:PORT")]
    pub sandbox_listen: SocketAddr,
    /// Folder of all state; it survives restarts.
    #[arg(long, default_value = ".dev", value_name = "DIR")]
    pub data: PathBuf,
    /// Forget all state of the folder first.
    #[arg(long)]
    pub reset: bool,
    /// Print one JSON object (connect_url, console_url, mcp_url, sse_url, tools_url, token,
    /// sandbox_url, pid) instead of the welcome.
    #[arg(long)]
    pub json: bool,
    /// Give the demo tenant two months of made-up calls also with --json; without --json it has
    /// them anyway.
    #[arg(long)]
    pub history: bool,
    /// Database to use instead of SQLite in the folder (postgres://…); it is migrated.
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Owner role of that database, for migrations; default: --database-url.
    #[arg(long, value_name = "URL", requires = "database_url")]
    pub database_owner_url: Option<String>,
    /// Redis to use instead of the in-process bus.
    #[arg(long, value_name = "URL")]
    pub redis_url: Option<String>,
    /// Lift the rate limits of the platform and of the sandbox, for measurements.
    #[arg(long)]
    pub unlimited: bool,
}

/// `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Also check this tenant's Feishu app.
    #[arg(long, value_name = "SLUG")]
    pub tenant: Option<String>,
    /// Print one JSON array instead of text.
    #[arg(long)]
    pub json: bool,
}

/// `tenant …`.
#[derive(Debug, Subcommand)]
pub enum TenantCommand {
    /// Add a tenant with its Feishu app; the credentials are checked live first.
    Add(TenantAddArgs),
    /// List the tenants.
    List {
        /// Print one JSON array instead of a table.
        #[arg(long)]
        json: bool,
    },
}

/// `tenant add`.
#[derive(Debug, Args)]
pub struct TenantAddArgs {
    /// Name in paths: a-z, 0-9 and '-'.
    #[arg(long)]
    pub slug: String,
    /// Name for people.
    #[arg(long)]
    pub name: String,
    /// Brand of the app.
    #[arg(long, value_enum, default_value_t = BrandArg::Feishu)]
    pub brand: BrandArg,
    /// App ID (cli_…).
    #[arg(long)]
    pub app_id: String,
    /// File that holds the App Secret; "-" reads it from standard input.
    #[arg(long, value_name = "FILE")]
    pub app_secret_file: PathBuf,
    /// What the tenant buys: the free plan stops when its calls are used up, the others go on at
    /// a price.
    #[arg(long, value_enum, default_value_t = PlanArg::Team)]
    pub plan: PlanArg,
    /// Language of texts where the reader's is unknown.
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    pub locale: Language,
    /// Do not ask Feishu whether the credentials are right.
    #[arg(long)]
    pub skip_check: bool,
}

/// `account …`.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Make an account, and print a link for choosing its password.
    Add(AccountAddArgs),
    /// List the accounts.
    List {
        /// Print one JSON array instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Print a link for choosing a new password; it works once, for a day.
    Link {
        /// Address of the account.
        #[arg(long)]
        email: String,
    },
    /// Sign an account out everywhere, and let it in no more.
    Block {
        /// Address of the account.
        #[arg(long)]
        email: String,
    },
    /// Let a blocked account sign in again.
    Unblock {
        /// Address of the account.
        #[arg(long)]
        email: String,
    },
    /// Take second factor and passkeys of an account away, when they are lost.
    ResetSecondFactor {
        /// Address of the account.
        #[arg(long)]
        email: String,
    },
}

/// `account add`.
#[derive(Debug, Args)]
pub struct AccountAddArgs {
    /// Address, the name to sign in with.
    #[arg(long)]
    pub email: String,
    /// Name for people; default: the address.
    #[arg(long)]
    pub name: Option<String>,
    /// It runs the platform.
    #[arg(long)]
    pub operator: bool,
    /// Language of its texts.
    #[arg(long, value_enum, default_value_t = Language::Zh)]
    pub locale: Language,
}

/// A plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanArg {
    /// For trying.
    Free,
    /// For a team.
    Team,
    /// For an enterprise.
    Enterprise,
}

impl From<PlanArg> for model::Plan {
    fn from(plan: PlanArg) -> Self {
        match plan {
            PlanArg::Free => Self::Free,
            PlanArg::Team => Self::Team,
            PlanArg::Enterprise => Self::Enterprise,
        }
    }
}

/// Brand of an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BrandArg {
    /// feishu.cn.
    Feishu,
    /// larksuite.com.
    Lark,
}

impl From<BrandArg> for model::Brand {
    fn from(brand: BrandArg) -> Self {
        match brand {
            BrandArg::Feishu => Self::Feishu,
            BrandArg::Lark => Self::Lark,
        }
    }
}

/// `keys …`.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Print a fresh master key as ID:BASE64.
    Generate {
        /// Name of the key; it is stored with every sealed value.
        #[arg(long, default_value = "k1")]
        id: String,
    },
    /// Show which keys are in use, and how many tenants each wraps.
    Status,
    /// Wrap every tenant's data key with the first key of the ring.
    Rewrap,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent_in_both_languages() {
        Cli::command().debug_assert();
        chinese::translate(Cli::command()).debug_assert();
    }

    #[test]
    fn help_is_in_the_language_that_is_asked_for() {
        let help = |words: &[&str], terminal| {
            let arguments = ["feishu-mcp"].iter().chain(words).map(OsString::from);
            Cli::read(arguments.collect(), terminal)
                .unwrap_err()
                .to_string()
        };
        let zh = Some(Locale::Zh);
        assert!(help(&["--help"], None).contains("Usage:"));
        assert!(help(&["--help"], zh).contains("用法："));
        assert!(help(&["--lang", "zh", "tenant", "--help"], None).contains("添加租户"));
        assert!(help(&["--lang=en", "tenant", "add", "--help"], zh).contains("Usage:"));
    }

    #[test]
    fn dev_has_the_documented_defaults() {
        let cli = Cli::try_parse_from(["feishu-mcp", "dev"]).unwrap();
        let Command::Dev(dev) = cli.command else {
            panic!("dev")
        };
        assert_eq!(dev.listen.to_string(), "127.0.0.1:8788");
        assert_eq!(dev.data, PathBuf::from(".dev"));
    }
}
