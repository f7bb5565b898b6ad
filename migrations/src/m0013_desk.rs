//! Giving a tenant up, what operators note, and how the background jobs fare.

use crate::{ALL, Backend, Column, Table, platform_table, tenant_table};

pub(crate) fn made() -> Vec<Table> {
    vec![
        // A tenant that is to be erased, and how far that is. Its row goes last.
        tenant_table("erasures")
            .column("link_hash", Column::Bytes)
            .column("requested_at", Column::Integer)
            .column("due_at", Column::Integer)
            .column("by_name", Column::Text)
            .optional("begun_at", Column::Integer)
            .column("gone", Column::Text)
            .key(&[])
            .lookup("link_hash"),
        // Why a tenant is suspended, for its own people too.
        tenant_table("suspensions")
            .column("reason", Column::Text)
            .column("by_name", Column::Text)
            .column("at", Column::Integer)
            .key(&[]),
        // What is left of erased tenants: a signed receipt for a while, the accounts as long as
        // the law asks for, and that a short name was in use.
        platform_table("erasure_receipts")
            .column("hash", Column::Bytes)
            .column("receipt", Column::Text)
            .column("at", Column::Integer)
            .column("expires_at", Column::Integer)
            .key(&["hash"]),
        platform_table("kept_accounts")
            .column("id", Column::Uuid)
            .column("kind", Column::Text)
            .column("holder", Column::Text)
            .column("body", Column::Text)
            .column("kept_at", Column::Integer)
            .column("expires_at", Column::Integer)
            .key(&["id"]),
        platform_table("retired_slugs")
            .column("hash", Column::Bytes)
            .column("at", Column::Integer)
            .key(&["hash"]),
        // The latest round of each job on each replica.
        platform_table("job_rounds")
            .column("job", Column::Text)
            .column("node", Column::Text)
            .column("every_ms", Column::Integer)
            .column("started_at", Column::Integer)
            .optional("ended_at", Column::Integer)
            .optional("next_at", Column::Integer)
            .column("rounds", Column::Integer)
            .column("failures", Column::Integer)
            .optional("failed_at", Column::Integer)
            .column("error", Column::Text)
            .key(&["job", "node"]),
    ]
}

/// Rows that are never removed are removed once: with their tenant. The database asks for an
/// erasure that was announced, has waited and has begun, and for no legal hold.
pub(crate) fn statements(backend: Backend) -> Vec<String> {
    match backend {
        Backend::Sqlite => ALL
            .iter()
            .take_while(|step| step.name != "m0013_desk")
            .flat_map(|step| (step.tables)())
            .filter(|table| table.is_tenant() && table.is_append_only())
            .flat_map(|table| {
                let name = table.name();
                let drop = format!("DROP TRIGGER IF EXISTS {name}_no_delete");
                let more = if name == "ledger" { SEALED } else { "" };
                [drop, table.delete_trigger(more)]
            })
            .collect(),
        Backend::Postgres => POSTGRES.map(str::to_owned).to_vec(),
    }
}

// Entries of the ledger also leave below a seal.
const SEALED: &str = " AND NOT EXISTS (SELECT 1 FROM ledger_seals s \
     WHERE s.tenant_id = OLD.tenant_id AND s.seq >= OLD.seq)";

const POSTGRES: [&str; 2] = [
    "CREATE FUNCTION tenant_erase(which text, most bigint) RETURNS bigint LANGUAGE plpgsql \
     SECURITY DEFINER SET search_path FROM CURRENT AS $$ \
     DECLARE \
     own uuid := NULLIF(current_setting('app.tenant_id', true), '')::uuid; \
     gone bigint; \
     BEGIN \
     IF NOT EXISTS (SELECT 1 FROM erasures e \
     WHERE e.tenant_id = own AND e.begun_at >= e.due_at) \
     OR EXISTS (SELECT 1 FROM audit_settings a WHERE a.tenant_id = own AND a.legal_hold) \
     OR NOT EXISTS (SELECT 1 FROM pg_class c \
     WHERE c.oid = to_regclass(quote_ident(which)) AND c.relforcerowsecurity) \
     THEN RAISE EXCEPTION 'the erasure is refused'; END IF; \
     EXECUTE format('DELETE FROM %I t WHERE t.tenant_id = $1 AND t.ctid IN \
     (SELECT o.ctid FROM %I o WHERE o.tenant_id = $1 LIMIT $2)', which, which) \
     USING own, most; \
     GET DIAGNOSTICS gone = ROW_COUNT; \
     RETURN gone; END $$",
    "REVOKE ALL ON FUNCTION tenant_erase(text, bigint) FROM PUBLIC",
];
