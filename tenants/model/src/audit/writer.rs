//! Writing an export, and what its manifest says about it.

use sha2::{Digest as _, Sha256};

use super::{Manifest, Row, csv_head, csv_line};
use crate::{ChainHash, Locale, TenantId};

/// Form of an exported file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// For spreadsheets.
    Csv,
    /// One JSON object per line.
    Jsonl,
}

impl ExportFormat {
    /// Stable name, also the ending of the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }

    /// Reads a stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Csv, Self::Jsonl]
            .into_iter()
            .find(|format| format.name() == name)
    }
}

/// SHA-256 over bytes as they pass.
#[derive(Debug, Clone, Default)]
pub struct Digest(Sha256);

impl Digest {
    /// Takes bytes in.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest as hexadecimal text.
    pub fn hex(self) -> String {
        hex::encode(self.0.finalize())
    }
}

/// What is asked for and by whom, before the first row.
#[derive(Debug, Clone)]
pub struct ExportOrder {
    /// Name of the file.
    pub file: String,
    /// Whose entries.
    pub tenant: TenantId,
    /// The filter; empty for the whole log.
    pub filter: String,
    /// The end of the chain.
    pub through: (u64, ChainHash),
    /// Who exports.
    pub by: String,
    /// When (milliseconds).
    pub at: i64,
}

/// Writes rows, and remembers what the manifest needs.
#[derive(Debug)]
pub struct ExportWriter {
    format: ExportFormat,
    digest: Digest,
    bytes: u64,
    rows: u64,
    first: Option<(u64, ChainHash)>,
    last: Option<(u64, ChainHash)>,
}

impl ExportWriter {
    /// A writer, and the bytes that the file begins with.
    pub fn begin(format: ExportFormat, locale: Locale) -> (Self, String) {
        let mut writer = Self {
            format,
            digest: Digest::default(),
            bytes: 0,
            rows: 0,
            first: None,
            last: None,
        };
        let head = match format {
            ExportFormat::Csv => csv_head(locale),
            ExportFormat::Jsonl => String::new(),
        };
        writer.took(&head);
        (writer, head)
    }

    /// The bytes of the next rows.
    pub fn rows(&mut self, rows: &[Row]) -> String {
        let mut text = String::with_capacity(rows.len() * 640);
        for row in rows {
            match self.format {
                ExportFormat::Csv => csv_line(row, &mut text),
                ExportFormat::Jsonl => {
                    text.push_str(&row.json());
                    text.push('\n');
                }
            }
            self.first.get_or_insert((row.seq, row.prev));
            self.last = Some((row.seq, row.hash));
        }
        self.rows += rows.len() as u64;
        self.took(&text);
        text
    }

    /// What the file holds.
    pub fn end(self, order: ExportOrder) -> Manifest {
        Manifest {
            file: order.file,
            format: self.format.name().to_owned(),
            tenant: order.tenant,
            complete: order.filter.is_empty(),
            filter: order.filter,
            rows: self.rows,
            bytes: self.bytes,
            sha256: self.digest.hex(),
            first_seq: self.first.map(|(seq, _)| seq),
            first_prev: self.first.map(|(_, prev)| prev),
            last_seq: self.last.map(|(seq, _)| seq),
            last_hash: self.last.map(|(_, hash)| hash),
            through_seq: order.through.0,
            through_hash: order.through.1,
            by: order.by,
            at: order.at,
        }
    }

    fn took(&mut self, text: &str) {
        self.digest.update(text.as_bytes());
        self.bytes += text.len() as u64;
    }
}
