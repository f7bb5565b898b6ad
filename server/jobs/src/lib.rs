//! Background work, one file each.
//!
//! Each job is a function that does one round; [`spawn_all`] repeats the rounds until it is told to
//! stop. Jobs run on every replica: what must happen once is settled by leases and versions in the
//! database, not by electing one replica.

mod checkpoint;
mod expire;
mod recover;
mod refresh;
mod reprobe;
mod retention;
mod rounds;
mod stream;
mod tenants;
#[cfg(test)]
mod tests;

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use calls::{Credentials, app_care::AppCare};
use model::{Clock, Entropy};
use store::Store;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use expire::ExpireOptions;
pub use refresh::RefreshOptions;
pub use reprobe::ReprobeOptions;

/// What the jobs work with.
#[derive(Clone)]
pub struct JobsParts {
    /// Tenants' data.
    pub store: Store,
    /// The keeper of Feishu tokens.
    pub credentials: Credentials,
    /// The keeper of the tenants' Feishu apps.
    pub apps: AppCare,
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
    /// Which grants are kept alive.
    pub refresh: RefreshOptions,
    /// What is removed when.
    pub expire: ExpireOptions,
    /// Between two rounds of looking at the apps.
    pub reprobe_every: Duration,
    /// Which apps are looked at.
    pub reprobe: ReprobeOptions,
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
            refresh: RefreshOptions::default(),
            expire: ExpireOptions::default(),
            reprobe_every: Duration::from_hours(1),
            reprobe: ReprobeOptions::default(),
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
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    let (refreshing, stopped) = (parts.clone(), stop.clone());
    tasks.spawn(async move {
        recover::round(&refreshing).await;
        let every = refreshing.options.refresh_every;
        rounds::repeat(every, &refreshing.entropy, &stopped, || async {
            recover::round(&refreshing).await;
            refresh::round(&refreshing).await;
        })
        .await;
    });
    let (probing, stopped) = (parts.clone(), stop.clone());
    tasks.spawn(async move {
        let every = probing.options.reprobe_every;
        rounds::repeat(every, &probing.entropy, &stopped, || {
            reprobe::round(&probing)
        })
        .await;
    });
    let (signing, stopped) = (parts.clone(), stop.clone());
    tasks.spawn(async move {
        let every = signing.options.audit.checkpoint_every;
        rounds::repeat(every, &signing.entropy, &stopped, || {
            checkpoint::round(&signing)
        })
        .await;
    });
    let (retiring, stopped) = (parts.clone(), stop.clone());
    tasks.spawn(async move {
        let every = retiring.options.audit.retention_every;
        rounds::repeat(every, &retiring.entropy, &stopped, || {
            retention::round(&retiring)
        })
        .await;
    });
    let (sending, stopped) = (parts.clone(), stop.clone());
    tasks.spawn(async move {
        let every = sending.options.audit.stream_every;
        rounds::repeat(every, &sending.entropy, &stopped, || {
            stream::round(&sending)
        })
        .await;
    });
    let (expiring, stopped) = (parts, stop.clone());
    tasks.spawn(async move {
        let every = expiring.options.expire_every;
        rounds::repeat(every, &expiring.entropy, &stopped, || {
            expire::round(&expiring)
        })
        .await;
    });
    Jobs { stop, tasks }
}
