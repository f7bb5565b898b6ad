//! Rows as CSV (RFC 4180) that spreadsheets open safely.

use super::{Row, RowError};
use crate::Locale;

/// Names of the columns, English.
pub const HEAD_EN: [&str; 26] = [
    "Place",
    "Time (UTC)",
    "Kind",
    "Action",
    "Outcome",
    "Who",
    "Member id",
    "Account id",
    "Client",
    "Client id",
    "Grant id",
    "Channel",
    "Effect",
    "Target",
    "Policy version",
    "Decision",
    "Fault",
    "Feishu log id",
    "Feishu calls",
    "Duration (µs)",
    "Detail",
    "Entry id",
    "Organisation id",
    "Time (ms)",
    "Previous hash",
    "Hash",
];

/// Names of the columns, Chinese.
pub const HEAD_ZH: [&str; 26] = [
    "序号",
    "时间（UTC）",
    "类型",
    "操作",
    "结果",
    "人员",
    "成员 ID",
    "账号 ID",
    "客户端",
    "客户端 ID",
    "授权 ID",
    "入口",
    "影响",
    "对象",
    "策略版本",
    "决策",
    "错误",
    "飞书日志 ID",
    "飞书调用数",
    "耗时（微秒）",
    "详情",
    "记录 ID",
    "企业 ID",
    "时间（毫秒）",
    "前一哈希",
    "哈希",
];

/// First characters that make a spreadsheet run a cell; and the guard itself, so that taking it
/// away again is exact.
const RUNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\'', '＝', '＋', '－', '＠'];

/// The first line, with the byte order mark that makes spreadsheets read UTF-8.
pub fn csv_head(locale: Locale) -> String {
    let names = locale.pick(HEAD_EN, HEAD_ZH);
    format!("\u{feff}{}\r\n", names.join(","))
}

/// One row as a line.
pub fn csv_line(row: &Row, line: &mut String) {
    use std::fmt::Write as _;
    let _ = write!(line, "{},", row.seq);
    for text in [
        &row.time,
        &row.kind,
        &row.action,
        &row.outcome,
        &row.who,
        &row.member,
        &row.account,
        &row.client_name,
        &row.client,
        &row.grant,
        &row.channel,
        &row.effect,
    ] {
        field(text, line);
        line.push(',');
    }
    optional(row.target.as_deref(), line);
    line.push(',');
    if let Some(version) = row.policy_version {
        let _ = write!(line, "{version}");
    }
    line.push(',');
    for value in [&row.decision, &row.fault, &row.feishu_log_id] {
        optional(value.as_deref(), line);
        line.push(',');
    }
    let _ = write!(line, "{},{},", row.upstream_calls, row.duration_us);
    field(&row.detail, line);
    let _ = write!(
        line,
        ",{},{},{},{},{}\r\n",
        row.id,
        row.tenant,
        row.at,
        row.prev.hex(),
        row.hash.hex()
    );
}

/// Nothing is an empty cell, an empty text a guarded one.
fn optional(value: Option<&str>, line: &mut String) {
    match value {
        None => {}
        Some("") => line.push('\''),
        Some(text) => field(text, line),
    }
}

fn field(text: &str, line: &mut String) {
    let guard = text.starts_with(RUNS);
    let quote =
        text.contains(['"', ',', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ');
    if quote {
        line.push('"');
    }
    if guard {
        line.push('\'');
    }
    if quote {
        for c in text.chars() {
            if c == '"' {
                line.push('"');
            }
            line.push(c);
        }
        line.push('"');
    } else {
        line.push_str(text);
    }
}

/// The text of a cell without the guard.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

/// Cuts bytes into records of cells, a piece at a time.
#[derive(Debug, Default)]
pub struct CsvReader {
    cells: Vec<String>,
    cell: Vec<u8>,
    quoted: bool,
    after_quote: bool,
}

impl CsvReader {
    /// Takes the next bytes and gives the records that they complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Vec<String>> {
        let mut records = Vec::new();
        for &byte in bytes {
            match byte {
                b'"' if self.quoted => {
                    self.quoted = false;
                    self.after_quote = true;
                }
                b'"' => {
                    if self.after_quote {
                        self.cell.push(b'"');
                    }
                    self.quoted = true;
                    self.after_quote = false;
                }
                _ if self.quoted => self.cell.push(byte),
                b',' => self.end_cell(),
                b'\n' => {
                    self.end_cell();
                    records.push(std::mem::take(&mut self.cells));
                }
                b'\r' => {}
                _ => {
                    self.after_quote = false;
                    self.cell.push(byte);
                }
            }
        }
        records
    }

    /// Whether everything that was begun has ended.
    pub fn is_complete(&self) -> bool {
        self.cells.is_empty() && self.cell.is_empty() && !self.quoted
    }

    fn end_cell(&mut self) {
        let bytes = std::mem::take(&mut self.cell);
        self.cells
            .push(String::from_utf8_lossy(&bytes).into_owned());
        self.after_quote = false;
    }
}

impl Row {
    /// The row of a record of an exported file.
    ///
    /// # Errors
    /// [`RowError`] for a record that no export has.
    pub fn from_csv(cells: &[String]) -> Result<Self, RowError> {
        fn number<T: std::str::FromStr>(cell: &str, name: &'static str) -> Result<T, RowError> {
            cell.parse().map_err(|_| RowError(name))
        }
        if cells.len() != HEAD_EN.len() {
            return Err(RowError("number of columns"));
        }
        let text = |place: usize| unguarded(&cells[place]).to_owned();
        let opt = |place: usize| (!cells[place].is_empty()).then(|| text(place));
        let version = &cells[14];
        Ok(Self {
            seq: number(&cells[0], "place")?,
            time: text(1),
            kind: text(2),
            action: text(3),
            outcome: text(4),
            who: text(5),
            member: text(6),
            account: text(7),
            client_name: text(8),
            client: text(9),
            grant: text(10),
            channel: text(11),
            effect: text(12),
            target: opt(13),
            policy_version: match version.as_str() {
                "" => None,
                digits => Some(number(digits, "policy version")?),
            },
            decision: opt(15),
            fault: opt(16),
            feishu_log_id: opt(17),
            upstream_calls: number(&cells[18], "Feishu calls")?,
            duration_us: number(&cells[19], "duration")?,
            detail: text(20),
            id: number(&cells[21], "entry id")?,
            tenant: number(&cells[22], "organisation id")?,
            at: number(&cells[23], "time")?,
            prev: number(&cells[24], "previous hash")?,
            hash: number(&cells[25], "hash")?,
        })
    }
}
