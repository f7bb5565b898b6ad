//! `verify`: checks the receipt of an erasure, or a file with everything of a tenant, without the
//! database.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    process::ExitCode,
};

use anyhow::Context as _;
use model::audit::{Digest, Receipt, Signable, Signed, TakenOut};
use serde::Deserialize;

use super::audit::{Findings, fits};
use crate::{cli::VerifyArgs, terminal::Terminal};

/// A receipt is not longer.
const LARGEST_RECEIPT: u64 = 1 << 20;

/// The last line of a file.
#[derive(Deserialize)]
struct Last {
    manifest: Signed<TakenOut>,
}

/// Any other line.
#[derive(Deserialize)]
struct Line {
    table: String,
}

/// Runs the check.
pub fn run(args: &VerifyArgs, terminal: Terminal) -> anyhow::Result<ExitCode> {
    holds(args, terminal).map(|holds| ExitCode::from(u8::from(!holds)))
}

fn holds(args: &VerifyArgs, terminal: Terminal) -> anyhow::Result<bool> {
    let mut findings = Findings {
        terminal: &terminal,
        wrong: false,
    };
    match receipt(args)? {
        Some(receipt) => {
            signature(&receipt, args, &mut findings);
            told(&receipt.statement, &findings);
        }
        None => taken_out(args, &mut findings)?,
    }
    if args.key.is_empty() {
        findings.note(
            "no --key was given: that the signing key is the platform's is not shown",
            "未提供 --key：无法证明签名密钥属于本平台",
        );
    }
    Ok(!findings.wrong)
}

/// The file, if it is a receipt.
fn receipt(args: &VerifyArgs) -> anyhow::Result<Option<Signed<Receipt>>> {
    let shown = args.file.display();
    let file = File::open(&args.file).with_context(|| format!("{shown} cannot be read"))?;
    let mut text = Vec::new();
    file.take(LARGEST_RECEIPT).read_to_end(&mut text)?;
    Ok(serde_json::from_slice(&text).ok())
}

fn signature<T: Signable>(signed: &Signed<T>, args: &VerifyArgs, findings: &mut Findings<'_>) {
    if fits(signed, &args.key) {
        findings.good("the signature holds", "签名有效");
    } else {
        findings.bad(
            "the signature does not hold, or is of another key",
            "签名无效，或由其他密钥签名",
        );
    }
}

fn told(receipt: &Receipt, findings: &Findings<'_>) {
    let rows: u64 = receipt.erased.iter().map(|one| one.rows).sum();
    let (slug, tables) = (&receipt.slug, receipt.erased.len());
    findings.note(
        &format!("receipt of the erasure of {slug}: {rows} rows of {tables} tables"),
        &format!("{slug} 的注销凭据：{tables} 张表，共 {rows} 行"),
    );
    for kept in &receipt.kept {
        let (count, what, why) = (kept.count, &kept.what, &kept.why);
        findings.note(
            &format!("kept: {count} {what} ({why})"),
            &format!("保留：{count} {what}（{why}）"),
        );
    }
}

/// A line at a time: the file may be larger than the memory.
fn taken_out(args: &VerifyArgs, findings: &mut Findings<'_>) -> anyhow::Result<()> {
    let mut reader = BufReader::new(File::open(&args.file)?);
    let (mut digest, mut bytes) = (Digest::default(), 0_u64);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            findings.bad(
                "the file has no manifest at its end: it is cut off",
                "文件末尾没有清单：文件不完整",
            );
            return Ok(());
        }
        if let Ok(last) = serde_json::from_slice::<Last>(&line) {
            signature(&last.manifest, args, findings);
            compare(&last.manifest.statement, digest, bytes, &counts, findings);
            line.clear();
            if reader.read_until(b'\n', &mut line)? > 0 {
                findings.bad("something follows the manifest", "清单之后还有内容");
            }
            return Ok(());
        }
        let Ok(row) = serde_json::from_slice::<Line>(&line) else {
            findings.bad(
                "neither a receipt nor a file with a tenant's data",
                "既不是注销凭据，也不是企业数据文件",
            );
            return Ok(());
        };
        *counts.entry(row.table).or_default() += 1;
        digest.update(&line);
        bytes += line.len() as u64;
    }
}

fn compare(
    told: &TakenOut,
    digest: Digest,
    bytes: u64,
    counts: &BTreeMap<String, u64>,
    findings: &mut Findings<'_>,
) {
    if (told.bytes, told.sha256.as_str()) == (bytes, digest.hex().as_str()) {
        findings.good(
            "the file is byte for byte the one of the manifest",
            "文件与清单逐字节一致",
        );
    } else {
        findings.bad(
            "the file is not the one of the manifest: its digest differs",
            "文件与清单不符：摘要不同",
        );
    }
    let fit = told
        .tables
        .iter()
        .all(|one| counts.get(&one.table).copied().unwrap_or_default() == one.rows);
    let rows: u64 = counts.values().sum();
    let tables = told.tables.len();
    if fit {
        findings.good(
            &format!("{rows} rows of {tables} tables are there"),
            &format!("{tables} 张表，共 {rows} 行，均在文件中"),
        );
    } else {
        findings.bad("rows are missing", "有行缺失");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use model::{ChainHash, Locale, OsEntropy, SystemClock, TenantId, audit::SignatureText};
    use vault::{KeyRing, MasterKey, Vault};

    use super::*;

    fn signed<T: Signable>(statement: T) -> Signed<T> {
        let key = MasterKey::derive("a passphrase of the tests").unwrap();
        let vault = Vault::new(KeyRing::new(key, Vec::new()).unwrap(), Arc::new(OsEntropy));
        let made = vault.sign(T::DOMAIN, &statement.message());
        let hex = |bytes: &[u8]| {
            bytes
                .iter()
                .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
        };
        Signed {
            statement,
            signature: SignatureText {
                key_id: made.key_id,
                public_key: hex(&made.public_key),
                value: hex(&made.bytes),
            },
        }
    }

    fn checked(name: &str, text: &str, key: Vec<String>) -> bool {
        let file = std::env::temp_dir().join(format!("{}-{name}", std::process::id()));
        std::fs::write(&file, text).unwrap();
        let args = VerifyArgs {
            file: file.clone(),
            key,
        };
        let holds = holds(&args, Terminal::new(Some(Locale::En), None)).unwrap();
        std::fs::remove_file(file).unwrap();
        holds
    }

    #[test]
    fn a_receipt_holds_until_a_sign_of_it_is_changed() {
        let receipt = signed(Receipt {
            tenant: TenantId::mint(&SystemClock, &OsEntropy),
            slug: "acme".to_owned(),
            name: "Acme".to_owned(),
            requested_by: "Ann".to_owned(),
            requested_at: 1,
            begun_at: 2,
            erased_at: 3,
            data_key: "destroyed".to_owned(),
            ledger_seq: 7,
            ledger_hash: ChainHash::GENESIS,
            erased: Vec::new(),
            kept: Vec::new(),
        });
        let text = serde_json::to_string_pretty(&receipt).unwrap();
        let key = receipt.signature.public_key.clone();
        assert!(checked("whole", &text, vec![]));
        assert!(checked("whole-key", &text, vec![key]));
        assert!(!checked("other-key", &text, vec!["00".repeat(32)]));
        let forged = text.replace("\"ledger_seq\": 7", "\"ledger_seq\": 8");
        assert_ne!(forged, text);
        assert!(!checked("forged", &forged, vec![]));
    }

    #[test]
    fn a_file_of_a_tenant_must_be_whole() {
        let rows = "{\"table\":\"members\",\"row\":{}}\n".repeat(3);
        let mut digest = Digest::default();
        digest.update(rows.as_bytes());
        let manifest = signed(TakenOut {
            tenant: TenantId::mint(&SystemClock, &OsEntropy),
            slug: "acme".to_owned(),
            by: "Ann".to_owned(),
            at: 1,
            tables: vec![model::audit::TableRows {
                table: "members".to_owned(),
                rows: 3,
            }],
            without: Vec::new(),
            ledger_seq: 0,
            ledger_hash: ChainHash::GENESIS,
            bytes: rows.len() as u64,
            sha256: digest.hex(),
        });
        let end = serde_json::json!({ "manifest": manifest }).to_string();
        let whole = format!("{rows}{end}\n");
        assert!(checked("file", &whole, vec![]));
        let (_, shorter) = whole.split_once('\n').unwrap();
        assert!(!checked("shorter", shorter, vec![]));
        assert!(!checked("cut", &rows, vec![]));
        assert!(!checked("longer", &format!("{whole}{{}}\n"), vec![]));
        assert!(!checked("other", "hello", vec![]));
    }
}
