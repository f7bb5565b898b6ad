//! Repositories: the only way to rows.

use sea_orm::sea_query::{Expr, ExprTrait as _, Func, IntoColumnRef, LikeExpr};

pub(crate) mod account_factors;
pub(crate) mod account_links;
pub(crate) mod account_sessions;
pub(crate) mod accounts;
pub(crate) mod api_keys;
pub(crate) mod app;
pub(crate) mod audit;
pub(crate) mod authorizations;
pub(crate) mod automation;
pub(crate) mod billing;
pub(crate) mod clients;
pub(crate) mod confirmations;
pub(crate) mod connections;
pub(crate) mod console_access;
pub(crate) mod data_key;
pub(crate) mod departments;
pub(crate) mod enterprise;
pub(crate) mod erasure;
pub(crate) mod events;
pub(crate) mod feishu_grants;
pub(crate) mod grants;
pub(crate) mod handovers;
pub(crate) mod invites;
pub(crate) mod job_rounds;
pub(crate) mod ledger;
pub(crate) mod members;
pub(crate) mod onboarding;
pub(crate) mod pages;
pub(crate) mod passkey_questions;
pub(crate) mod passkeys;
pub(crate) mod profile;
pub(crate) mod role_mappings;
pub(crate) mod rules;
pub(crate) mod suspension;
pub(crate) mod take_out;
pub(crate) mod tenants;
pub(crate) mod upload_links;
pub(crate) mod usage;

/// A stored hash.
fn hash_of(bytes: &[u8]) -> Result<vault::TokenHash, crate::StoreError> {
    vault::TokenHash::from_bytes(bytes).ok_or(crate::StoreError::Corrupt { what: "token hash" })
}

/// A text whose signs mean themselves in a LIKE.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

/// Whether a column holds a text, in any case.
fn holds(column: impl IntoColumnRef, text: &str) -> Expr {
    let like = format!("%{}%", escaped(&text.to_lowercase()));
    let lower = Func::lower(Expr::col(column));
    Expr::expr(lower).like(LikeExpr::new(like).escape('\\'))
}
