//! The demo content: names that other crates and tests may rely on.

/// App of the demo tenant.
pub const APP_ID: &str = "cli_a1b2c3d4e5f60718";
/// Its secret.
pub const APP_SECRET: &str = "sandbox-secret-acme-2026";
/// Tenant "Acme 极光科技".
pub const TENANT_KEY: &str = "2ed263bf32cf1651";
/// App of the second tenant, for isolation tests.
pub const OTHER_APP_ID: &str = "cli_b7c8d9e0f1a20314";
/// Its secret.
pub const OTHER_APP_SECRET: &str = "sandbox-secret-globex-2026";
/// Tenant "Globex 环球贸易".
pub const OTHER_TENANT_KEY: &str = "7f31c0a9d2e84b65";
/// Tenant administrator, member of the group "IT Admins".
pub const ADMIN: &str = "lin.wei";
/// Developer, member of the group "Developers".
pub const DEVELOPER: &str = "chen.yu";
/// Ordinary employee.
pub const END_USER: &str = "zhao.min";
/// A person of the second tenant.
pub const OTHER_USER: &str = "sophie.martin";
