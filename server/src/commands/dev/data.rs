//! The folder of `dev`: database, sandbox state, master key, spool.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The files of one data folder.
#[derive(Debug, Clone)]
pub(crate) struct DataFolder {
    root: PathBuf,
}

/// Names of everything that `dev` writes; `--reset` removes these and nothing else.
const OURS: &[&str] = &[
    "platform.db",
    "platform.db-wal",
    "platform.db-shm",
    "sandbox.json",
    "master.key",
    "spool",
    "checkpoints.jsonl",
];

impl DataFolder {
    /// Opens the folder, making it (readable by the owner only) where it is missing.
    pub(crate) fn open(root: &Path) -> io::Result<Self> {
        fs::create_dir_all(root)?;
        restrict(root, 0o700)?;
        Ok(Self {
            root: root.canonicalize()?,
        })
    }

    /// Removes everything that `dev` wrote before.
    pub(crate) fn reset(&self) -> io::Result<()> {
        for name in OURS {
            let path = self.root.join(name);
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            match removed {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Address of the SQLite database.
    pub(crate) fn database_url(&self) -> String {
        format!("sqlite:{}", self.root.join("platform.db").display())
    }

    /// State of the sandbox.
    pub(crate) fn sandbox_state(&self) -> PathBuf {
        self.root.join("sandbox.json")
    }

    /// Where refreshed Feishu tokens wait (sealed) while the database is away.
    pub(crate) fn spool(&self) -> PathBuf {
        self.root.join("spool")
    }

    /// Signed checkpoints of the ledgers, outside the database.
    pub(crate) fn checkpoints(&self) -> PathBuf {
        self.root.join("checkpoints.jsonl")
    }

    /// The master key of this folder (`ID:BASE64`), made by `fresh` at the first start.
    pub(crate) fn master_key(&self, fresh: impl FnOnce() -> String) -> io::Result<String> {
        let path = self.root.join("master.key");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text.trim().to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = fresh();
                fs::write(&path, &key)?;
                restrict(&path, 0o600)?;
                Ok(key)
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn restrict(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}
