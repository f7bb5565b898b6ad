//! Entries as rows, many in one statement.

use model::{ChainHash, LedgerEntry, TenantId};
use sea_orm::{DbBackend, Value};

use super::script::Step;

const COLUMNS: [&str; 23] = [
    "tenant_id",
    "seq",
    "id",
    "kind",
    "at",
    "member_id",
    "account_id",
    "client_id",
    "client_name",
    "grant_id",
    "channel",
    "action",
    "effect",
    "target",
    "policy_version",
    "decision",
    "outcome",
    "fault",
    "feishu_log_id",
    "upstream_calls",
    "duration_us",
    "detail",
    "hash",
];

/// Rows of one statement: powers of two, so that few texts exist and each is prepared once.
const CHUNKS: [usize; 8] = [128, 64, 32, 16, 8, 4, 2, 1];

/// The statements that insert entries with their places and hashes.
pub(super) fn steps(
    backend: DbBackend,
    entries: &[(u64, ChainHash, &LedgerEntry)],
) -> impl Iterator<Item = Step> {
    let mut rest = entries;
    CHUNKS.into_iter().flat_map(move |size| {
        let mut steps = Vec::new();
        while let Some((chunk, tail)) = rest.split_at_checked(size) {
            rest = tail;
            steps.push(Step {
                text: statement(backend, size),
                values: chunk
                    .iter()
                    .flat_map(|(seq, hash, entry)| row(*seq, *hash, entry))
                    .collect(),
                rows: size,
            });
        }
        steps
    })
}

/// The statement that moves the head of a chain.
pub(super) fn head(backend: DbBackend, tenant: TenantId, seq: u64, hash: ChainHash) -> Step {
    let text = if backend == DbBackend::Postgres {
        "UPDATE ledger_heads SET seq = $1, hash = $2 WHERE tenant_id = $3"
    } else {
        "UPDATE ledger_heads SET seq = ?, hash = ? WHERE tenant_id = ?"
    };
    Step {
        text: text.to_owned(),
        values: vec![
            signed(seq).into(),
            hash.0.to_vec().into(),
            tenant.uuid().into(),
        ],
        rows: 1,
    }
}

fn statement(backend: DbBackend, rows: usize) -> String {
    let mut text = format!("INSERT INTO ledger ({}) VALUES ", COLUMNS.join(", "));
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..COLUMNS.len() {
            if column > 0 {
                text.push_str(", ");
            }
            if backend == DbBackend::Postgres {
                text.push('$');
                text.push_str(&(row * COLUMNS.len() + column + 1).to_string());
            } else {
                text.push('?');
            }
        }
        text.push(')');
    }
    text
}

fn row(seq: u64, hash: ChainHash, entry: &LedgerEntry) -> [Value; 23] {
    [
        entry.tenant.uuid().into(),
        signed(seq).into(),
        entry.id.uuid().into(),
        entry.kind.name().into(),
        entry.at.millis().into(),
        entry.member.map(model::Id::uuid).into(),
        entry.account.map(model::Id::uuid).into(),
        entry.client.map(model::Id::uuid).into(),
        entry.client_name.as_str().into(),
        entry.grant.map(model::Id::uuid).into(),
        entry.channel.name().into(),
        entry.action.as_str().into(),
        entry.effect.as_str().into(),
        entry.target.clone().into(),
        entry.policy_version.map(signed).into(),
        entry.decision.clone().into(),
        entry.outcome.name().into(),
        entry.fault.clone().into(),
        entry.feishu_log_id.clone().into(),
        i64::from(entry.upstream_calls).into(),
        signed(entry.duration_us).into(),
        entry.detail.as_str().into(),
        hash.0.to_vec().into(),
    ]
}

/// The stored form of a count; far below the limit in practice.
pub(crate) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
