//! Background work, one file each.
//!
//! Each job is a function that does one round; [`spawn_all`] repeats the rounds until it is told to
//! stop. Jobs run on every replica: what must happen once is settled by leases and versions in the
//! database, not by electing one replica.

mod billing;
mod checkpoint;
mod directory;
mod erase;
mod events;
mod expire;
mod health;
mod recover;
mod refresh;
mod reprobe;
mod retention;
mod rounds;
mod rules;
mod stream;
mod tenants;
#[cfg(test)]
mod tests;

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use automation::Automation;
use bus::Bus;
use calls::{Credentials, app_care::AppCare, directory::DirectoryCare, events::EventCare};
use model::{Clock, Entropy};
use store::Store;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use directory::DirectoryRounds;
pub use expire::ExpireOptions;
use health::Watch;
pub use refresh::RefreshOptions;
pub use reprobe::ReprobeOptions;

/// What the jobs work with.
#[derive(Clone)]
pub struct JobsParts {
    /// Tenants' data.
    pub store: Store,
    /// Tells the replicas what changed; names this one.
    pub bus: Bus,
    /// The keeper of Feishu tokens.
    pub credentials: Credentials,
    /// The keeper of the tenants' Feishu apps.
    pub apps: AppCare,
    /// The keeper of what is known about people.
    pub directory: DirectoryCare,
    /// The keeper of events.
    pub events: EventCare,
    /// The keeper of rules.
    pub rules: Automation,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness, for rounds that do not beat in step on all replicas.
    pub entropy: Arc<dyn Entropy>,
    /// Settings.
    pub options: JobsOptions,
}

impl fmt::Debug for JobsParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobsParts").finish_non_exhaustive()
    }
}

/// How often, and how far ahead.
#[derive(Debug, Clone)]
pub struct JobsOptions {
    /// Between two rounds of refreshing.
    pub refresh_every: Duration,
    /// Between two rounds of removing.
    pub expire_every: Duration,
    /// Between two rounds of warning and closing statements.
    pub billing_every: Duration,
    /// Which grants are kept alive.
    pub refresh: RefreshOptions,
    /// What is removed when.
    pub expire: ExpireOptions,
    /// Between two rounds of looking at the apps.
    pub reprobe_every: Duration,
    /// Which apps are looked at.
    pub reprobe: ReprobeOptions,
    /// Between two rounds of looking at the enterprises.
    pub directory_every: Duration,
    /// Which enterprises are looked at, and how far.
    pub directory: DirectoryRounds,
    /// Between two looks for events that wait.
    pub events_every: Duration,
    /// Between two looks for runs of rules that are due.
    pub rules_every: Duration,
    /// Between two looks for tenants that are to be erased.
    pub erase_every: Duration,
    /// What is done with the ledgers.
    pub audit: AuditOptions,
}

/// What is done with the ledgers.
#[derive(Debug, Clone)]
pub struct AuditOptions {
    /// Between two checkpoints.
    pub checkpoint_every: Duration,
    /// Where checkpoints are written outside the database; lines are only ever added.
    pub checkpoint_file: Option<PathBuf>,
    /// Between two looks at what is too old.
    pub retention_every: Duration,
    /// Between two rounds of sending.
    pub stream_every: Duration,
    /// Failed attempts after which entries are given up.
    pub attempts: u32,
    /// Development and tests only: receivers on loopback.
    pub allow_loopback: bool,
}

impl Default for AuditOptions {
    fn default() -> Self {
        Self {
            checkpoint_every: Duration::from_hours(1),
            checkpoint_file: None,
            retention_every: Duration::from_hours(6),
            stream_every: Duration::from_secs(5),
            attempts: 12,
            allow_loopback: false,
        }
    }
}

impl Default for JobsOptions {
    fn default() -> Self {
        Self {
            refresh_every: Duration::from_mins(5),
            expire_every: Duration::from_mins(30),
            billing_every: Duration::from_mins(5),
            refresh: RefreshOptions::default(),
            expire: ExpireOptions::default(),
            reprobe_every: Duration::from_hours(1),
            reprobe: ReprobeOptions::default(),
            directory_every: Duration::from_mins(5),
            directory: DirectoryRounds::default(),
            events_every: Duration::from_secs(10),
            rules_every: Duration::from_secs(5),
            erase_every: Duration::from_mins(5),
            audit: AuditOptions::default(),
        }
    }
}

/// The running jobs.
#[derive(Debug)]
pub struct Jobs {
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Jobs {
    /// Lets the rounds under way end, and starts no more.
    pub async fn shutdown(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Starts every job. Recovery runs first, before anything else touches a grant of these jobs.
pub fn spawn_all(parts: JobsParts) -> Jobs {
    let options = parts.options.clone();
    let mut starting = Starting {
        parts,
        stop: CancellationToken::new(),
        tasks: JoinSet::new(),
    };
    starting.every("refresh", options.refresh_every, |parts| async move {
        recover::round(&parts).await;
        refresh::round(&parts).await;
    });
    starting.every("app_check", options.reprobe_every, |parts| async move {
        reprobe::round(&parts).await;
    });
    starting.every("directory", options.directory_every, |parts| async move {
        directory::round(&parts).await;
    });
    starting.every("events", options.events_every, |parts| async move {
        events::round(&parts).await;
    });
    starting.every("rules", options.rules_every, |parts| async move {
        rules::round(&parts).await;
    });
    starting.every("looks", options.events_every, |parts| async move {
        events::looks(&parts).await;
    });
    starting.every(
        "checkpoint",
        options.audit.checkpoint_every,
        |parts| async move {
            checkpoint::round(&parts).await;
        },
    );
    starting.every(
        "retention",
        options.audit.retention_every,
        |parts| async move {
            retention::round(&parts).await;
        },
    );
    starting.every("stream", options.audit.stream_every, |parts| async move {
        stream::round(&parts).await;
    });
    starting.every("billing", options.billing_every, |parts| async move {
        billing::round(&parts).await;
    });
    starting.every("expire", options.expire_every, |parts| async move {
        expire::round(&parts).await;
    });
    starting.every("erase", options.erase_every, |parts| async move {
        erase::round(&parts).await;
    });
    Jobs {
        stop: starting.stop,
        tasks: starting.tasks,
    }
}

/// Jobs that are being started.
struct Starting {
    parts: JobsParts,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Starting {
    /// Starts one job: a round about every `every`, until told to stop. How the rounds go is noted
    /// under `name`.
    fn every<Round, Done>(&mut self, name: &'static str, every: Duration, round: Round)
    where
        Round: Fn(JobsParts) -> Done + Send + Sync + 'static,
        Done: Future<Output = ()> + Send,
    {
        let (parts, stop) = (self.parts.clone(), self.stop.clone());
        let watch = Watch::new(name, every, &parts);
        self.tasks.spawn(async move {
            let watched = || watch.round(round(parts.clone()));
            rounds::repeat(every, &parts.entropy, &stop, watched).await;
        });
    }
}
