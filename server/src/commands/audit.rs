//! `audit verify`: checks an exported ledger without the database, and says what that proves.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use model::audit::{
    Checked, Checkpoint, CsvReader, Digest, FileCheck, FileFault, Manifest, Row, Signable, Signed,
};
use vault::Signature;

use crate::{cli::AuditVerifyArgs, terminal::Terminal};

/// What was found, line by line.
pub(super) struct Findings<'t> {
    pub(super) terminal: &'t Terminal,
    pub(super) wrong: bool,
}

impl Findings<'_> {
    pub(super) fn good(&self, en: &str, zh: &str) {
        self.terminal
            .line(format!("ok    {}", self.terminal.text(en, zh)));
    }

    pub(super) fn note(&self, en: &str, zh: &str) {
        self.terminal
            .line(format!("note  {}", self.terminal.text(en, zh)));
    }

    pub(super) fn bad(&mut self, en: &str, zh: &str) {
        self.wrong = true;
        self.terminal
            .line(format!("WRONG {}", self.terminal.text(en, zh)));
    }
}

/// Runs the check.
pub fn verify(args: &AuditVerifyArgs, terminal: Terminal) -> anyhow::Result<ExitCode> {
    let mut findings = Findings {
        terminal: &terminal,
        wrong: false,
    };
    let manifest = manifest(args)?;
    let mut trusted = args.key.clone();
    if let Some(signed) = &manifest {
        if fits(signed, &args.key) {
            findings.good("the manifest's signature holds", "清单签名有效");
            if trusted.is_empty() {
                trusted.push(signed.signature.public_key.clone());
            }
        } else {
            findings.bad(
                "the manifest's signature does not hold, or is of another key",
                "清单签名无效，或由其他密钥签名",
            );
        }
    } else {
        findings.note(
            "without a manifest it cannot be shown that nothing was cut off at the ends",
            "没有清单，无法证明首尾未被截断",
        );
    }
    let checkpoints = checkpoints(args, &trusted, &mut findings)?;
    let told = manifest.as_ref().map(|signed| &signed.statement);
    let (found, bytes, sha256) = read(&args.file, told, &checkpoints)?;
    if let Some(told) = told {
        if (told.bytes, told.sha256.as_str()) == (bytes, sha256.as_str()) {
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
    }
    report(&found, told, &mut findings);
    if args.key.is_empty() {
        findings.note(
            "no --key was given: that the signing key is the platform's is not shown",
            "未提供 --key：无法证明签名密钥属于本平台",
        );
    }
    Ok(ExitCode::from(u8::from(findings.wrong)))
}

fn report(found: &Checked, told: Option<&Manifest>, findings: &mut Findings<'_>) {
    for fault in &found.faults {
        let (en, zh) = words(fault);
        findings.bad(&en, &zh);
    }
    if !found.faults.is_empty() {
        return;
    }
    let rows = found.rows;
    findings.good(
        &format!("{rows} entries, each is what its hash says"),
        &format!("{rows} 条记录，均与其哈希一致"),
    );
    let complete = told.is_some_and(|told| told.complete);
    if found.continuous && found.from_beginning {
        findings.good(
            "the chain is unbroken from its first entry to the last of the file",
            "链从首条到文件末条完整无缺",
        );
    } else if found.continuous && complete {
        findings.good(
            "the chain is unbroken; it begins after a part that retention let go",
            "链完整；更早的部分已按保留期删除",
        );
    } else {
        findings.note(
            "the file is a selection: that no entry was left out of it cannot be shown by the file",
            "文件为筛选结果：无法仅凭文件证明没有遗漏",
        );
    }
    match found.checkpoints {
        0 => findings.note(
            "no checkpoint was passed: a chain that was written anew as a whole would look the same",
            "未经过任何检查点：无法排除整条链被重写",
        ),
        count => findings.good(
            &format!("{count} signed checkpoint(s) are passed"),
            &format!("经过 {count} 个签名检查点"),
        ),
    }
}

fn words(fault: &FileFault) -> (String, String) {
    match fault {
        FileFault::Unreadable { line } => (
            format!("record {line} is no row of an export"),
            format!("第 {line} 条不是导出的记录"),
        ),
        FileFault::Changed { seq } => (
            format!("entry {seq} was changed"),
            format!("记录 {seq} 被更改"),
        ),
        FileFault::Unlinked { seq } => (
            format!("entry {seq} does not follow from the one before it"),
            format!("记录 {seq} 与前一条不衔接"),
        ),
        FileFault::Order { expected, found } => (
            format!("entry {expected} should come, entry {found} is there: removed or reordered"),
            format!("应为记录 {expected}，实为 {found}：缺失或乱序"),
        ),
        FileFault::Foreign { seq } => (
            format!("entry {seq} is another organisation's"),
            format!("记录 {seq} 属于其他企业"),
        ),
        FileFault::Count { manifest, file } => (
            format!("the manifest tells of {manifest} entries, the file has {file}"),
            format!("清单记载 {manifest} 条，文件有 {file} 条"),
        ),
        FileFault::Ends => (
            "the first or last entry is not the manifest's".to_owned(),
            "首条或末条与清单不符".to_owned(),
        ),
        FileFault::Rewritten { seq } => (
            format!("the checkpoint at entry {seq} is not passed: the chain was written anew"),
            format!("未经过记录 {seq} 处的检查点：链被重写"),
        ),
    }
}

/// Whether the signature holds, by one of the keys if any are named.
pub(super) fn fits<T: Signable>(signed: &Signed<T>, keys: &[String]) -> bool {
    let told = &signed.signature;
    let known = keys.is_empty()
        || keys
            .iter()
            .any(|key| key.trim().eq_ignore_ascii_case(&told.public_key));
    let (Some(public_key), Some(bytes)) = (hex(&told.public_key), hex(&told.value)) else {
        return false;
    };
    let (Ok(public_key), Ok(bytes)) = (public_key.try_into(), bytes.try_into()) else {
        return false;
    };
    let signature = Signature {
        key_id: told.key_id.clone(),
        public_key,
        bytes,
    };
    known && signature.fits(T::DOMAIN, &signed.statement.message())
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits?;
    let pairs = digits.chunks_exact(2);
    let whole = pairs.remainder().is_empty();
    whole.then(|| pairs.map(|pair| pair[0] << 4 | pair[1]).collect())
}

fn manifest(args: &AuditVerifyArgs) -> anyhow::Result<Option<Signed<Manifest>>> {
    let path = args.manifest.clone().or_else(|| {
        let mut name = args.file.clone().into_os_string();
        name.push(".manifest.json");
        Some(PathBuf::from(name)).filter(|path| path.exists())
    });
    path.map(|path| {
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("{} cannot be read", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is no manifest", path.display()))
    })
    .transpose()
}

/// The checkpoints whose signatures hold.
fn checkpoints(
    args: &AuditVerifyArgs,
    keys: &[String],
    findings: &mut Findings<'_>,
) -> anyhow::Result<Vec<Checkpoint>> {
    let Some(path) = &args.checkpoints else {
        return Ok(Vec::new());
    };
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut known = Vec::new();
    for line in BufReader::new(file).lines() {
        let line = line?;
        match serde_json::from_str::<Signed<Checkpoint>>(&line) {
            Ok(signed) if fits(&signed, keys) => known.push(signed.statement),
            _ => findings.bad(
                "a checkpoint's signature does not hold, or is of another key",
                "某个检查点签名无效，或由其他密钥签名",
            ),
        }
    }
    Ok(known)
}

/// Reads the file once, a piece at a time.
fn read(
    path: &Path,
    told: Option<&Manifest>,
    checkpoints: &[Checkpoint],
) -> anyhow::Result<(Checked, u64, String)> {
    let mut file =
        File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let csv = path.extension().is_some_and(|ending| ending == "csv")
        || told.is_some_and(|told| told.format == "csv");
    let (mut check, mut digest) = (FileCheck::new(told, checkpoints), Digest::default());
    let (mut bytes, mut line) = (0_u64, 0_u64);
    let mut reader = CsvReader::default();
    let mut rest: Vec<u8> = Vec::new();
    let mut piece = vec![0; 256 * 1024];
    loop {
        let count = file.read(&mut piece)?;
        let part = &piece[..count];
        digest.update(part);
        bytes += count as u64;
        if csv {
            for cells in reader.feed(part) {
                line += 1;
                if line == 1 {
                    continue;
                }
                match Row::from_csv(&cells) {
                    Ok(row) => check.row(&row),
                    Err(_) => check.unreadable(line),
                }
            }
        } else {
            rest.extend_from_slice(part);
            let mut from = 0;
            while let Some(end) = rest[from..].iter().position(|byte| *byte == b'\n') {
                line += 1;
                match serde_json::from_slice::<Row>(&rest[from..from + end]) {
                    Ok(row) => check.row(&row),
                    Err(_) => check.unreadable(line),
                }
                from += end + 1;
            }
            rest.drain(..from);
        }
        if count == 0 {
            break;
        }
    }
    if !rest.is_empty() || !reader.is_complete() {
        check.unreadable(line + 1);
    }
    Ok((check.end(), bytes, digest.hex()))
}
