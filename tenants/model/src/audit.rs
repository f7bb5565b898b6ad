//! What the ledger looks like outside the database: rows of exports and streams, what is signed
//! about a chain, and the check of an exported file without the database.

mod check;
mod csv;
mod leaving;
mod row;
mod signed;
mod writer;

pub use check::{Checked, Fault as FileFault, FileCheck};
pub use csv::{CsvReader, HEAD_EN, HEAD_ZH, csv_head, csv_line, unguarded};
pub use leaving::{Kept, Receipt, TableRows, TakenOut};
pub use row::{Row, RowError};
pub use signed::{Checkpoint, Manifest, Seal, Signable, SignatureText, Signed};
pub use writer::{Digest, ExportFormat, ExportOrder, ExportWriter};
