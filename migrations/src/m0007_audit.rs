//! Reading the ledger at scale, proving it, sending it on, and letting go of its oldest part.

use crate::{Backend, Column, Table, tenant_table};

pub(crate) fn tables() -> Vec<Table> {
    vec![
        tenant_table("audit_settings")
            .column("retention_days", Column::Integer)
            .column("legal_hold", Column::Flag)
            .column("version", Column::Integer)
            .column("updated_at", Column::Integer)
            .key(&[]),
        tenant_table("ledger_checkpoints")
            .column("seq", Column::Integer)
            .column("hash", Column::Bytes)
            .column("at", Column::Integer)
            .column("signature", Column::Text)
            .key(&["seq"])
            .append_only(),
        tenant_table("ledger_seals")
            .column("seq", Column::Integer)
            .column("hash", Column::Bytes)
            .column("cutoff", Column::Integer)
            .column("at", Column::Integer)
            .column("signature", Column::Text)
            .key(&["seq"])
            .append_only(),
        tenant_table("ledger_checks")
            .column("started_at", Column::Integer)
            .column("updated_at", Column::Integer)
            .column("by_name", Column::Text)
            .column("state", Column::Text)
            .column("checked", Column::Integer)
            .column("through_seq", Column::Integer)
            .column("report", Column::Text)
            .key(&[]),
        tenant_table("audit_exports")
            .column("id", Column::Uuid)
            .column("at", Column::Integer)
            .column("manifest", Column::Text)
            .key(&["id"])
            .append_only(),
        tenant_table("audit_streams")
            .column("id", Column::Uuid)
            .column("name", Column::Text)
            .column("kind", Column::Text)
            .column("url", Column::Text)
            .column("secret", Column::Bytes)
            .column("active", Column::Flag)
            .column("cursor", Column::Integer)
            .column("attempts", Column::Integer)
            .column("next_at", Column::Integer)
            .column("leased_until", Column::Integer)
            .optional("delivered_at", Column::Integer)
            .optional("last_error", Column::Text)
            .column("created_at", Column::Integer)
            .key(&["id"]),
        tenant_table("audit_dead_letters")
            .column("stream_id", Column::Uuid)
            .column("from_seq", Column::Integer)
            .column("through_seq", Column::Integer)
            .column("error", Column::Text)
            .column("at", Column::Integer)
            .column("again", Column::Flag)
            .key(&["stream_id", "from_seq"])
            .references(&["stream_id"], "audit_streams", &["id"]),
    ]
}

/// Where the pages look: each index ends in the order of the list. What is common (calls that
/// went well) has no index of its own, for the newest of it are found at once anyway; the rest
/// gets small indexes that only hold it.
const INDEXES: [(&str, &str, &str); 9] = [
    ("at", "at, seq", ""),
    ("member", "member_id, at, seq", "member_id IS NOT NULL"),
    ("account", "account_id, at, seq", "account_id IS NOT NULL"),
    ("client", "client_name, at, seq", "client_name <> ''"),
    ("action", "action, at, seq", ""),
    ("target", "target, at, seq", "target IS NOT NULL"),
    (
        "ended_badly",
        "at, seq",
        "outcome NOT IN ('ok', 'partial', 'pending')",
    ),
    (
        "outcome",
        "outcome, at, seq",
        "outcome NOT IN ('ok', 'partial', 'pending')",
    ),
    ("no_call", "at, seq", "kind NOT IN ('call', 'intent')"),
];

pub(crate) fn statements(backend: Backend) -> Vec<String> {
    let mut statements: Vec<String> = INDEXES
        .iter()
        .map(|(name, columns, only)| {
            let only = if only.is_empty() {
                String::new()
            } else {
                format!(" WHERE {only}")
            };
            format!("CREATE INDEX ix_ledger_{name} ON ledger (tenant_id, {columns}){only}")
        })
        .collect();
    statements.extend(match backend {
        Backend::Sqlite => SQLITE.map(str::to_owned).to_vec(),
        Backend::Postgres => POSTGRES.map(str::to_owned).to_vec(),
    });
    statements
}

// Entries leave in one way only: below a seal. A seal is refused by the database itself while
// there is a legal hold, when it is not about the entry that stands there, or when it would take
// entries of the last 30 days.
const SQLITE: [&str; 3] = [
    "DROP TRIGGER ledger_no_delete",
    "CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger \
     WHEN NOT EXISTS (SELECT 1 FROM ledger_seals s \
     WHERE s.tenant_id = OLD.tenant_id AND s.seq >= OLD.seq) \
     BEGIN SELECT RAISE(ABORT, 'ledger is append-only'); END",
    "CREATE TRIGGER ledger_seals_refuse BEFORE INSERT ON ledger_seals \
     WHEN EXISTS (SELECT 1 FROM audit_settings a \
     WHERE a.tenant_id = NEW.tenant_id AND a.legal_hold <> 0) \
     OR NEW.cutoff > NEW.at - 2592000000 \
     OR NOT EXISTS (SELECT 1 FROM ledger l WHERE l.tenant_id = NEW.tenant_id \
     AND l.seq = NEW.seq AND l.hash = NEW.hash AND l.at < NEW.cutoff) \
     BEGIN SELECT RAISE(ABORT, 'the seal is refused'); END",
];

// The runtime role may not delete entries; this function may, below the tenant's last seal.
const POSTGRES: [&str; 4] = [
    "CREATE FUNCTION ledger_seal_allowed() RETURNS trigger LANGUAGE plpgsql AS $$ \
     BEGIN \
     IF EXISTS (SELECT 1 FROM audit_settings a \
     WHERE a.tenant_id = NEW.tenant_id AND a.legal_hold) \
     OR NEW.cutoff > NEW.at - 2592000000 \
     OR NOT EXISTS (SELECT 1 FROM ledger l WHERE l.tenant_id = NEW.tenant_id \
     AND l.seq = NEW.seq AND l.hash = NEW.hash AND l.at < NEW.cutoff) \
     THEN RAISE EXCEPTION 'the seal is refused'; END IF; \
     RETURN NEW; END $$",
    "CREATE TRIGGER ledger_seals_refuse BEFORE INSERT ON ledger_seals \
     FOR EACH ROW EXECUTE FUNCTION ledger_seal_allowed()",
    "CREATE FUNCTION ledger_retire(most bigint) RETURNS bigint LANGUAGE plpgsql \
     SECURITY DEFINER SET search_path FROM CURRENT AS $$ \
     DECLARE \
     own uuid := NULLIF(current_setting('app.tenant_id', true), '')::uuid; \
     gone bigint; \
     BEGIN \
     DELETE FROM ledger l WHERE l.tenant_id = own AND l.seq IN ( \
     SELECT o.seq FROM ledger o WHERE o.tenant_id = own \
     AND o.seq <= (SELECT max(s.seq) FROM ledger_seals s WHERE s.tenant_id = own) \
     ORDER BY o.seq LIMIT most); \
     GET DIAGNOSTICS gone = ROW_COUNT; \
     RETURN gone; END $$",
    "REVOKE ALL ON FUNCTION ledger_retire(bigint) FROM PUBLIC",
];
