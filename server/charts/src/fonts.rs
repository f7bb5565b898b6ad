//! The letters of pictures: a font of the machine that has Chinese ones.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use skrifa::{FontRef, MetadataProvider};
use thiserror::Error;

/// Where fonts are.
const FOLDERS: [&str; 3] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/opt/share/fonts",
];
/// Files that are known to have Chinese letters, the best first: Debian's `fonts-noto-cjk`,
/// `fonts-wqy-microhei`, `fonts-wqy-zenhei`, `fonts-droid-fallback`, and Noto's own downloads.
const FILES: [&str; 9] = [
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
];
/// How deep folders are searched.
const DEPTH: u8 = 4;

/// There is no font with Chinese letters.
#[derive(Debug, Error)]
#[error("no font with Chinese letters is installed (Debian: fonts-noto-cjk or fonts-wqy-microhei)")]
pub struct NoFont;

/// The file of a font. Its letters are read when they are painted, so that tens of megabytes do not
/// stay in memory for a picture now and then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fonts {
    file: PathBuf,
}

impl Fonts {
    /// Looks for a font on this machine.
    ///
    /// # Errors
    /// [`NoFont`].
    pub fn find() -> Result<Self, NoFont> {
        Self::find_in(&FOLDERS.map(Path::new))
    }

    /// Looks for a font in folders.
    ///
    /// # Errors
    /// [`NoFont`].
    pub fn find_in(folders: &[&Path]) -> Result<Self, NoFont> {
        let mut best: Option<(usize, PathBuf)> = None;
        for folder in folders {
            search(folder, DEPTH, &mut best);
        }
        best.map(|(_, file)| Self { file }).ok_or(NoFont)
    }

    /// Reads the letters.
    pub(crate) fn read(&self) -> io::Result<Vec<u8>> {
        fs::read(&self.file)
    }
}

/// Keeps the best file of a folder and the folders in it.
fn search(folder: &Path, depth: u8, best: &mut Option<(usize, PathBuf)>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        if path.is_dir() {
            if depth > 0 {
                search(&path, depth - 1, best);
            }
            continue;
        }
        let name = path.file_name().unwrap_or_default();
        let rank = FILES.iter().position(|known| name == *known);
        if let Some(rank) = rank
            && best.as_ref().is_none_or(|(known, _)| rank < *known)
        {
            *best = Some((rank, path));
        }
    }
}

/// The face of a file that is made for simplified Chinese, or its first.
pub(crate) fn face(bytes: &[u8]) -> Option<FontRef<'_>> {
    let faces = (0..8).map_while(|index| FontRef::from_index(bytes, index).ok());
    let faces: Vec<FontRef<'_>> = faces.collect();
    let simplified = faces.iter().find(|face| {
        let names = face.localized_strings(skrifa::string::StringId::FAMILY_NAME);
        names.into_iter().any(|name| {
            let name: String = name.chars().collect();
            name.ends_with(" SC") || name.ends_with(" CN")
        })
    });
    simplified.or(faces.first()).cloned()
}
