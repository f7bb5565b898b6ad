//! A table, described once for both databases.

use std::fmt::Write as _;

/// The database in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// PostgreSQL, with row-level security.
    Postgres,
    /// SQLite.
    Sqlite,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// An id: 128 bits.
    Uuid,
    /// Text, also JSON.
    Text,
    /// 64-bit integer, also a moment in epoch milliseconds.
    Integer,
    /// Bytes: hashes, sealed values.
    Bytes,
    /// Yes or no.
    Flag,
}

impl Column {
    const fn sql(self, backend: Backend) -> &'static str {
        match (self, backend) {
            (Self::Uuid, Backend::Postgres) => "uuid",
            (Self::Text, Backend::Postgres) => "text",
            (Self::Integer, Backend::Postgres) => "bigint",
            (Self::Bytes, Backend::Postgres) => "bytea",
            (Self::Flag, Backend::Postgres) => "boolean",
            (Self::Uuid | Self::Bytes, Backend::Sqlite) => "BLOB",
            (Self::Text, Backend::Sqlite) => "TEXT",
            (Self::Integer | Self::Flag, Backend::Sqlite) => "INTEGER",
        }
    }
}

#[derive(Debug, Clone)]
struct Reference {
    columns: Vec<&'static str>,
    table: &'static str,
    to: Vec<&'static str>,
}

/// A table of the schema. Made by [`tenant_table`] or [`platform_table`].
#[derive(Debug, Clone)]
pub struct Table {
    name: &'static str,
    tenant: bool,
    columns: Vec<(&'static str, Column, bool)>,
    key: Vec<&'static str>,
    uniques: Vec<Vec<&'static str>>,
    indexes: Vec<Vec<&'static str>>,
    lookups: Vec<&'static str>,
    references: Vec<Reference>,
    append_only: bool,
    clustered: bool,
}

/// A table whose rows belong to one tenant. It gets a `tenant_id` column that begins its primary
/// key and every unique key and index, and on Postgres forced row-level security.
pub fn tenant_table(name: &'static str) -> Table {
    let mut table = platform_table(name);
    table.tenant = true;
    table.columns.push(("tenant_id", Column::Uuid, false));
    table
}

/// A table of the platform, without a tenant: it must hold nothing that belongs to one.
pub fn platform_table(name: &'static str) -> Table {
    Table {
        name,
        tenant: false,
        columns: Vec::new(),
        key: Vec::new(),
        uniques: Vec::new(),
        indexes: Vec::new(),
        lookups: Vec::new(),
        references: Vec::new(),
        append_only: false,
        clustered: false,
    }
}

impl Table {
    /// A column that always has a value.
    #[must_use]
    pub fn column(mut self, name: &'static str, holds: Column) -> Self {
        self.columns.push((name, holds, false));
        self
    }

    /// A column that may be NULL.
    #[must_use]
    pub fn optional(mut self, name: &'static str, holds: Column) -> Self {
        self.columns.push((name, holds, true));
        self
    }

    /// The primary key (after `tenant_id`, in a tenant's table; empty when that alone is the key).
    #[must_use]
    pub fn key(mut self, columns: &[&'static str]) -> Self {
        self.key = columns.to_vec();
        self
    }

    /// A unique key (after `tenant_id`); its constraint is named `uq_<table>_<columns>`.
    #[must_use]
    pub fn unique(mut self, columns: &[&'static str]) -> Self {
        self.uniques.push(columns.to_vec());
        self
    }

    /// An index (after `tenant_id`).
    #[must_use]
    pub fn index(mut self, columns: &[&'static str]) -> Self {
        self.indexes.push(columns.to_vec());
        self
    }

    /// Columns that point to a row of another table; both sides begin with `tenant_id` when this
    /// is a tenant's table, so a row can never point into another tenant. The row goes when that
    /// row goes.
    #[must_use]
    pub fn references(
        mut self,
        columns: &[&'static str],
        table: &'static str,
        to: &[&'static str],
    ) -> Self {
        self.references.push(Reference {
            columns: columns.to_vec(),
            table,
            to: to.to_vec(),
        });
        self
    }

    /// A unique column of 32-byte hashes by which a row is found before its tenant is known: who
    /// sets `app.lookup` to the hash sees that one row, and may only read it.
    #[must_use]
    pub fn lookup(mut self, column: &'static str) -> Self {
        self.lookups.push(column);
        self
    }

    /// Rows are never changed or removed: no such grants, and triggers on SQLite.
    #[must_use]
    pub const fn append_only(mut self) -> Self {
        self.append_only = true;
        self
    }

    /// On SQLite the rows lie in the order of the primary key, so that a range of it is read
    /// without a second look-up per row. For small rows that are read in ranges.
    #[must_use]
    pub const fn clustered(mut self) -> Self {
        self.clustered = true;
        self
    }

    /// The name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether the rows belong to tenants.
    pub const fn is_tenant(&self) -> bool {
        self.tenant
    }

    /// Whether rows are only ever added.
    pub const fn is_append_only(&self) -> bool {
        self.append_only
    }

    /// Whether SQLite keeps the rows in the order of the key, without row numbers.
    pub const fn is_clustered(&self) -> bool {
        self.clustered
    }

    /// Every column, and what it holds.
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, Column)> + '_ {
        self.columns.iter().map(|(name, holds, _)| (*name, *holds))
    }

    /// The columns of the key, without `tenant_id`.
    pub fn key_columns(&self) -> &[&'static str] {
        &self.key
    }

    /// The columns by which rows are found before their tenant is known.
    pub fn lookups(&self) -> &[&'static str] {
        &self.lookups
    }

    fn led(&self, columns: &[&'static str]) -> String {
        let lead = if self.tenant { &["tenant_id"][..] } else { &[] };
        [lead, columns].concat().join(", ")
    }

    fn constraint(&self, columns: &[&'static str]) -> String {
        format!("uq_{}_{}", self.name, columns.join("_"))
    }

    /// The statements that make the table.
    pub fn create(&self, backend: Backend) -> Vec<String> {
        let mut lines: Vec<String> = self
            .columns
            .iter()
            .map(|(name, holds, optional)| {
                let null = if *optional { "" } else { " NOT NULL" };
                format!("{name} {}{null}", holds.sql(backend))
            })
            .collect();
        let key_name = if self.key.is_empty() {
            format!("uq_{}", self.name)
        } else {
            self.constraint(&self.key)
        };
        lines.push(format!(
            "CONSTRAINT {key_name} PRIMARY KEY ({})",
            self.led(&self.key)
        ));
        for columns in &self.uniques {
            let name = self.constraint(columns);
            lines.push(format!("CONSTRAINT {name} UNIQUE ({})", self.led(columns)));
        }
        for column in &self.lookups {
            let name = self.constraint(&[column]);
            lines.push(format!("CONSTRAINT {name} UNIQUE ({column})"));
        }
        for reference in &self.references {
            let to = if self.tenant {
                [&["tenant_id"][..], &reference.to].concat().join(", ")
            } else {
                reference.to.join(", ")
            };
            lines.push(format!(
                "FOREIGN KEY ({}) REFERENCES {} ({to}) ON DELETE CASCADE",
                self.led(&reference.columns),
                reference.table,
            ));
        }
        let tail = match backend {
            Backend::Postgres => "",
            Backend::Sqlite if self.clustered => " STRICT, WITHOUT ROWID",
            Backend::Sqlite => " STRICT",
        };
        let mut statements = vec![format!(
            "CREATE TABLE {} (\n  {}\n){tail}",
            self.name,
            lines.join(",\n  ")
        )];
        for columns in &self.indexes {
            statements.push(format!(
                "CREATE INDEX ix_{}_{} ON {} ({})",
                self.name,
                columns.join("_"),
                self.name,
                self.led(columns)
            ));
        }
        match backend {
            Backend::Postgres => statements.extend(self.policies()),
            Backend::Sqlite => statements.extend(self.triggers()),
        }
        statements
    }

    fn policies(&self) -> Vec<String> {
        let name = self.name;
        if !self.tenant {
            return Vec::new();
        }
        // A setting that was once used comes back as the empty string: no tenant then, no rows.
        let own = "tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid";
        let mut statements = vec![
            format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"),
            format!("ALTER TABLE {name} FORCE ROW LEVEL SECURITY"),
            format!("CREATE POLICY tenant ON {name} USING ({own}) WITH CHECK ({own})"),
        ];
        for column in &self.lookups {
            statements.push(format!(
                "CREATE POLICY lookup_{column} ON {name} FOR SELECT USING \
                 ({column} = decode(NULLIF(current_setting('app.lookup', true), ''), 'hex'))"
            ));
        }
        statements
    }

    fn triggers(&self) -> Vec<String> {
        if !self.append_only {
            return Vec::new();
        }
        let update = format!(
            "CREATE TRIGGER {0}_no_update BEFORE UPDATE ON {0} \
             BEGIN SELECT RAISE(ABORT, '{0} is append-only'); END",
            self.name
        );
        vec![update, self.delete_trigger("")]
    }

    /// On SQLite: rows of a table that is only added to leave with their tenant alone, and where
    /// `more` (further conditions) does not hold.
    pub(crate) fn delete_trigger(&self, more: &str) -> String {
        let unless = if self.tenant {
            // The tables of an erasure come with a later step; nothing is removed before.
            format!(
                " WHEN (EXISTS (SELECT 1 FROM audit_settings a \
                 WHERE a.tenant_id = OLD.tenant_id AND a.legal_hold <> 0) \
                 OR NOT EXISTS (SELECT 1 FROM erasures e \
                 WHERE e.tenant_id = OLD.tenant_id AND e.begun_at >= e.due_at)){more}"
            )
        } else {
            String::new()
        };
        format!(
            "CREATE TRIGGER {0}_no_delete BEFORE DELETE ON {0}{unless} \
             BEGIN SELECT RAISE(ABORT, '{0} is append-only'); END",
            self.name
        )
    }

    /// The rights of the runtime role, for Postgres. Repeated with every run of the migrations.
    pub fn grants(&self, role: &str) -> Vec<String> {
        let rights = if self.append_only {
            "SELECT, INSERT"
        } else {
            "SELECT, INSERT, UPDATE, DELETE"
        };
        let mut revoke = String::new();
        let _ = write!(revoke, "REVOKE ALL ON {} FROM \"{role}\"", self.name);
        vec![
            revoke,
            format!("GRANT {rights} ON {} TO \"{role}\"", self.name),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Table {
        tenant_table("things")
            .column("id", Column::Uuid)
            .column("hash", Column::Bytes)
            .optional("note", Column::Text)
            .key(&["id"])
            .unique(&["note"])
            .lookup("hash")
    }

    #[test]
    fn every_key_of_a_tenants_table_begins_with_the_tenant() {
        let sql = example().create(Backend::Sqlite).join("\n");
        assert!(sql.contains("CONSTRAINT uq_things_id PRIMARY KEY (tenant_id, id)"));
        assert!(sql.contains("CONSTRAINT uq_things_note UNIQUE (tenant_id, note)"));
    }

    #[test]
    fn a_tenants_table_has_forced_row_level_security_on_postgres() {
        let sql = example().create(Backend::Postgres).join("\n");
        for part in [
            "ENABLE ROW",
            "FORCE ROW",
            "WITH CHECK",
            "NULLIF(",
            "FOR SELECT USING",
        ] {
            assert!(sql.contains(part), "{part} is missing from {sql}");
        }
    }

    #[test]
    fn the_runtime_role_may_not_change_an_append_only_table() {
        let sql = example().append_only().grants("app").join("\n");
        assert!(sql.contains("GRANT SELECT, INSERT ON things"));
        assert!(!sql.contains("UPDATE") && !sql.contains("DELETE"));
    }
}
