//! Numbered migrations and the tenant_table helper.
