//! Entries as rows, many in one statement.

use model::{ChainHash, LedgerEntry, Timestamp};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, Value};

use crate::StoreError;

const COLUMNS: [&str; 21] = [
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

/// Inserts entries with their places and hashes.
pub(super) async fn insert(
    db: &DatabaseTransaction,
    entries: &[(u64, ChainHash, &LedgerEntry)],
) -> Result<(), StoreError> {
    let mut rest = entries;
    for size in CHUNKS {
        while let Some((chunk, tail)) = rest.split_at_checked(size) {
            rest = tail;
            let values = chunk
                .iter()
                .flat_map(|(seq, hash, entry)| row(*seq, *hash, entry));
            let backend = db.get_database_backend();
            let text = statement(backend, size);
            db.execute_raw(Statement::from_sql_and_values(backend, text, values))
                .await?;
        }
    }
    Ok(())
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

fn row(seq: u64, hash: ChainHash, entry: &LedgerEntry) -> [Value; 21] {
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

/// The month (UTC) of a moment, as months since the year 0: 2026-11 is 2026 · 12 + 10.
pub(crate) fn month(at: Timestamp) -> i64 {
    // Civil date from days since the epoch, in 400-year eras that begin on the first of March.
    let days = at.millis().div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    (era * 400 + year_of_era) * 12 + from_march + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_change_where_the_calendar_says() {
        for (millis, year, month_of_year) in [
            (0, 1970, 1),
            (951_782_399_999, 2000, 2),
            (951_868_800_000, 2000, 3),
            (1_793_491_199_999, 2026, 10),
            (1_793_491_200_000, 2026, 11),
            (1_798_761_599_999, 2026, 12),
            (1_798_761_600_000, 2027, 1),
        ] {
            let at = Timestamp::from_millis(millis);
            assert_eq!(month(at), year * 12 + month_of_year - 1, "{millis}");
        }
    }
}
