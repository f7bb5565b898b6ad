use super::*;
use crate::{
    CallId, Channel, EntryKind, LedgerEntry, Locale, Outcome, SystemClock, TenantId, Timestamp,
    audit::{CsvReader, csv_head, csv_line},
};

fn entry(tenant: TenantId, n: i64, detail: &str) -> LedgerEntry {
    LedgerEntry {
        tenant,
        id: CallId::mint(&SystemClock, &crate::OsEntropy),
        kind: EntryKind::Call,
        at: Timestamp::from_millis(1_793_491_200_000 + n),
        member: None,
        account: None,
        client: None,
        client_name: "Inspector, the \"best\"".to_owned(),
        grant: None,
        channel: Channel::Mcp,
        action: "doc_read".to_owned(),
        effect: "read".to_owned(),
        target: (n % 2 == 0).then(|| "docx:doxcnExample".to_owned()),
        policy_version: Some(3),
        decision: Some("allowed".to_owned()),
        outcome: Outcome::Ok,
        fault: None,
        feishu_log_id: None,
        upstream_calls: 2,
        duration_us: 41_000,
        detail: detail.to_owned(),
    }
}

/// A chain of six rows.
fn chain() -> Vec<Row> {
    let tenant = TenantId::mint(&SystemClock, &crate::OsEntropy);
    let mut prev = ChainHash::GENESIS;
    (1..=6)
        .map(|seq| {
            let entry = entry(tenant, i64::try_from(seq).unwrap(), "{\"a\":\"概要\"}");
            let hash = prev.then(seq, &entry);
            let row = Row::new(seq, prev, hash, entry, "=1+1");
            prev = hash;
            row
        })
        .collect()
}

fn manifest(rows: &[Row]) -> Manifest {
    let last = rows.last().unwrap();
    Manifest {
        file: "audit.jsonl".to_owned(),
        format: "jsonl".to_owned(),
        tenant: last.tenant,
        filter: String::new(),
        complete: true,
        rows: rows.len() as u64,
        bytes: 0,
        sha256: String::new(),
        first_seq: Some(rows[0].seq),
        first_prev: Some(rows[0].prev),
        last_seq: Some(last.seq),
        last_hash: Some(last.hash),
        through_seq: last.seq,
        through_hash: last.hash,
        by: String::new(),
        at: 0,
    }
}

fn faults(rows: &[Row], told: &Manifest, known: &[Checkpoint]) -> Vec<Fault> {
    let mut check = FileCheck::new(Some(told), known);
    for row in rows {
        check.row(row);
    }
    check.end().faults
}

#[test]
fn an_untouched_file_passes_and_says_what_that_proves() {
    let rows = chain();
    let told = manifest(&rows);
    let mut check = FileCheck::new(Some(&told), &[]);
    for row in &rows {
        check.row(row);
    }
    let found = check.end();
    assert!(
        found.continuous && found.from_beginning && found.faults.is_empty(),
        "{found:?}"
    );
}

#[test]
fn an_edited_row_is_found_whichever_field_was_edited() {
    let rows = chain();
    let told = manifest(&rows);
    let edits: [fn(&mut Row); 6] = [
        |row| row.outcome = "denied".to_owned(),
        |row| row.detail = "{}".to_owned(),
        |row| row.at += 1,
        |row| row.policy_version = None,
        |row| row.target = Some(String::new()),
        |row| row.time = "2026-01-01T00:00:00.000Z".to_owned(),
    ];
    for (place, edit) in edits.iter().enumerate() {
        let mut rows = rows.clone();
        edit(&mut rows[2]);
        assert_eq!(
            faults(&rows, &told, &[]),
            [Fault::Changed { seq: 3 }],
            "{place}"
        );
    }
}

#[test]
fn a_dropped_row_reordered_rows_and_a_cut_file_are_found() {
    let rows = chain();
    let told = manifest(&rows);
    let mut dropped = rows.clone();
    dropped.remove(2);
    assert_eq!(
        faults(&dropped, &told, &[])[0],
        Fault::Order {
            expected: 3,
            found: 4
        }
    );
    let mut swapped = rows.clone();
    swapped.swap(2, 3);
    assert!(!faults(&swapped, &told, &[]).is_empty());
    let cut = faults(&rows[..4], &told, &[]);
    assert_eq!(
        cut,
        [
            Fault::Count {
                manifest: 6,
                file: 4
            },
            Fault::Ends
        ]
    );
}

#[test]
fn a_chain_that_was_rewritten_as_a_whole_misses_its_checkpoint() {
    let rows = chain();
    let known = [Checkpoint {
        tenant: rows[3].tenant,
        seq: 4,
        hash: rows[3].hash,
        at: 0,
    }];
    let told = manifest(&rows);
    assert_eq!(faults(&rows, &told, &known), []);
    let mut prev = ChainHash::GENESIS;
    let forged: Vec<Row> = rows
        .iter()
        .map(|row| {
            let mut entry = row.entry().unwrap();
            entry.outcome = Outcome::Denied;
            let hash = prev.then(row.seq, &entry);
            let row = Row::new(row.seq, prev, hash, entry, "");
            prev = hash;
            row
        })
        .collect();
    let told = manifest(&forged);
    assert_eq!(
        faults(&forged, &told, &known),
        [Fault::Rewritten { seq: 4 }]
    );
}

#[test]
fn a_filtered_file_may_have_gaps_but_its_rows_still_hold() {
    let mut rows = chain();
    rows.remove(2);
    let mut told = manifest(&rows);
    told.complete = false;
    assert_eq!(faults(&rows, &told, &[]), []);
    rows[2].action = "other".to_owned();
    assert_eq!(faults(&rows, &told, &[]).len(), 1);
}

#[test]
fn csv_comes_back_as_it_was_and_no_cell_begins_like_a_formula() {
    let mut text = csv_head(Locale::Zh);
    let mut rows = chain();
    for (row, hostile) in
        rows.iter_mut()
            .zip(["=cmd|' /C calc'!A0", "+1", "-2", "@x", "\tx", "'='"])
    {
        row.who = hostile.to_owned();
        csv_line(row, &mut text);
    }
    let mut reader = CsvReader::default();
    let mut records = Vec::new();
    for piece in text.as_bytes().chunks(7) {
        records.extend(reader.feed(piece));
    }
    assert!(reader.is_complete());
    for cell in records.iter().flatten() {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell}"
        );
    }
    let back: Vec<Row> = records[1..]
        .iter()
        .map(|cells| Row::from_csv(cells).unwrap())
        .collect();
    assert_eq!(back, rows);
    assert!(back.iter().all(Row::holds));
}

proptest::proptest! {
    #[test]
    fn any_text_survives_csv(text in "\\PC*|[=+\\-@'\",\r\n\t ]*", target in proptest::option::of("[\"',= ]{0,4}")) {
        let mut row = chain().remove(0);
        row.detail.clone_from(&text);
        row.target = target;
        let mut line = String::new();
        csv_line(&row, &mut line);
        let records = CsvReader::default().feed(line.as_bytes());
        proptest::prop_assert_eq!(records.len(), 1);
        proptest::prop_assert_eq!(Row::from_csv(&records[0]).unwrap(), row);
    }
}
