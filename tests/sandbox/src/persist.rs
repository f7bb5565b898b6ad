//! The state file: written whole, next to its place, then renamed.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::ids::IdSource;
use crate::shared::SharedState;
use crate::state::State;

/// How often changes are looked for.
const PERIOD: Duration = Duration::from_millis(500);
/// Layout of the file; another number is refused instead of misread.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Saved<'a> {
    version: u32,
    ids: &'a IdSource,
    state: &'a State,
}

#[derive(Deserialize)]
struct Loaded {
    version: u32,
    ids: IdSource,
    state: State,
}

/// The bytes of a state file.
pub(crate) fn encode(state: &State, ids: &IdSource) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Saved {
        version: VERSION,
        ids,
        state,
    })
}

/// Reads a state file; `None` when there is none yet.
///
/// # Errors
/// The file cannot be read, is not a state file, or is of another version.
pub(crate) async fn load(file: &Path) -> std::io::Result<Option<(State, IdSource)>> {
    let bytes = match tokio::fs::read(file).await {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let loaded: Loaded = serde_json::from_slice(&bytes)?;
    if loaded.version != VERSION {
        let text = format!(
            "{} is a state file of version {}",
            file.display(),
            loaded.version
        );
        return Err(std::io::Error::new(ErrorKind::InvalidData, text));
    }
    Ok(Some((loaded.state, loaded.ids)))
}

/// Saves changes until told to stop, then once more.
pub(crate) async fn keep_saved(shared: SharedState, file: PathBuf, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(PERIOD);
    loop {
        let stopping = tokio::select! {
            _ = ticks.tick() => false,
            () = stop.cancelled() => true,
        };
        if let Err(error) = save(&shared, &file).await {
            shared.mark_dirty();
            tracing::warn!(%error, file = %file.display(), "sandbox state was not saved");
        }
        if stopping {
            return;
        }
    }
}

async fn save(shared: &SharedState, file: &Path) -> std::io::Result<()> {
    let Some(bytes) = shared.take_changes() else {
        return Ok(());
    };
    let bytes = bytes?;
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let fresh = file.with_file_name(name);
    tokio::fs::write(&fresh, bytes).await?;
    tokio::fs::rename(&fresh, file).await
}
