//! Sealed successors on disk, for the time that the database is away.

use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use model::{MemberId, TenantId};
use store::Successor;

/// A folder of one file per successor, or nothing.
#[derive(Debug, Clone)]
pub(super) struct Spool(Option<PathBuf>);

impl Spool {
    pub(super) const fn new(folder: Option<PathBuf>) -> Self {
        Self(folder)
    }

    fn path(folder: &Path, tenant: TenantId, member: MemberId, succeeds: i64) -> PathBuf {
        folder.join(format!("{tenant}.{member}.{succeeds}.json"))
    }

    /// Writes a successor so that it survives a crash of the machine. `false` without a folder.
    pub(super) async fn keep(&self, next: &Successor) -> io::Result<bool> {
        let Some(folder) = self.0.clone() else {
            return Ok(false);
        };
        let path = Self::path(&folder, next.tenant, next.member, next.succeeds);
        let bytes = serde_json::to_vec(next)?;
        blocking(move || {
            std::fs::create_dir_all(&folder)?;
            let draft = path.with_extension("draft");
            let mut file = File::create(&draft)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            std::fs::rename(&draft, &path)?;
            File::open(&folder)?.sync_all()?;
            Ok(true)
        })
        .await
    }

    /// The successor of one version, if it lies here.
    pub(super) async fn find(
        &self,
        tenant: TenantId,
        member: MemberId,
        succeeds: i64,
    ) -> Option<Successor> {
        let path = Self::path(self.0.as_deref()?, tenant, member, succeeds);
        blocking(move || std::fs::read(path))
            .await
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
    }

    /// Everything that lies here.
    pub(super) async fn all(&self) -> Vec<Successor> {
        let Some(folder) = self.0.clone() else {
            return Vec::new();
        };
        let read = blocking(move || {
            let mut found = Vec::new();
            for file in std::fs::read_dir(folder)? {
                let path = file?.path();
                if path.extension().is_some_and(|kind| kind == "json")
                    && let Ok(next) = serde_json::from_slice(&std::fs::read(path)?)
                {
                    found.push(next);
                }
            }
            Ok(found)
        });
        read.await.unwrap_or_default()
    }

    /// Removes a successor that the database has, or has no use for.
    pub(super) async fn drop(&self, next: &Successor) {
        let Some(folder) = self.0.as_deref() else {
            return;
        };
        let path = Self::path(folder, next.tenant, next.member, next.succeeds);
        let _ = blocking(move || std::fs::remove_file(path)).await;
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(io::Error::other("the file task ended early")))
}
