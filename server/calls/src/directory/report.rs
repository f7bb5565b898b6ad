//! What a look at the enterprise found, kept as JSON for the page that shows it.

use std::collections::BTreeSet;

use feishu::{ErrorClass, FeishuError, TokenFaultClass, api::directory::missing_scopes};
use serde::{Deserialize, Serialize};

use super::AskError;

/// What kept a look from being whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncTrouble {
    /// Feishu refuses the app: wrong secret, stopped, not installed.
    App,
    /// The app lacks scopes.
    Scopes,
    /// Feishu limits the rate.
    Limited,
    /// Feishu does not answer.
    Unreachable,
    /// Feishu refused a call for another reason.
    Refused,
    /// We failed.
    Internal,
}

/// What a look found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SyncReport {
    /// People that Feishu shows to the app.
    pub people: u64,
    /// Departments.
    pub departments: u64,
    /// User groups.
    pub groups: u64,
    /// Members whose roles changed.
    pub changed: u64,
    /// Members who left, or are frozen, and lost what they had.
    pub left: u64,
    /// What kept the look from being whole.
    pub trouble: Option<SyncTrouble>,
    /// Scopes that the app lacks.
    pub missing: BTreeSet<String>,
    /// Feishu's code.
    pub code: Option<i64>,
    /// Feishu's log id.
    pub log_id: Option<String>,
    /// Feishu does not say who left.
    pub blind: bool,
    /// There are more people than are kept.
    pub more: bool,
}

impl SyncReport {
    /// Reads a kept report; one of another release says nothing.
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// Whether everything that was asked for was found out.
    pub const fn is_whole(&self) -> bool {
        self.trouble.is_none()
    }

    /// Notes scopes that the app lacks.
    pub(super) fn lacks(&mut self, scopes: impl IntoIterator<Item = String>) {
        self.trouble = Some(SyncTrouble::Scopes);
        self.missing.extend(scopes);
    }

    /// Notes why nothing was found out.
    pub(super) fn failed(&mut self, error: &AskError) {
        let trouble = match error {
            AskError::NoApp => SyncTrouble::App,
            AskError::App(fault) => {
                self.code = Some(fault.code).filter(|code| *code != 0);
                self.log_id.clone_from(&fault.log_id);
                match fault.class {
                    TokenFaultClass::Unclear if fault.code == 0 => SyncTrouble::Unreachable,
                    _ => SyncTrouble::App,
                }
            }
            AskError::Feishu(error) => {
                self.log_id = error.log_id().map(str::to_owned);
                if let FeishuError::Api { code, .. } = error {
                    self.code = Some(*code);
                }
                if let Some(scopes) = missing_scopes(error) {
                    self.missing.extend(scopes.iter().cloned());
                }
                match error.class() {
                    ErrorClass::AppScopeMissing => SyncTrouble::Scopes,
                    ErrorClass::TokenInvalid | ErrorClass::AppConfig => SyncTrouble::App,
                    ErrorClass::RateLimited | ErrorClass::QuotaExhausted => SyncTrouble::Limited,
                    ErrorClass::Upstream => SyncTrouble::Unreachable,
                    _ => SyncTrouble::Refused,
                }
            }
            AskError::Store(_) => SyncTrouble::Internal,
        };
        self.trouble = Some(trouble);
    }
}
