//! How the app's scopes compare with what is wanted.

use std::collections::{BTreeMap, BTreeSet};

use super::{AppFacts, ScopeRow, ScopeState, Status, TokenType, Wanted};

/// The scope without which a sign-in gives no refresh token.
pub(super) const OFFLINE: &str = "offline_access";

/// The comparison.
pub(super) struct Scopes {
    /// Whether Feishu named the app's scopes at all.
    pub(super) known: bool,
    /// The wanted ones and those that are not needed; missing ones first.
    pub(super) rows: Vec<ScopeRow>,
    /// How [`OFFLINE`] stands.
    pub(super) offline: Status,
}

/// What Feishu said of one scope.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    InForce,
    Waits,
}

type Table = BTreeMap<(TokenType, String), Held>;

/// Compares. Two lists are read: the scopes with their approval, and those of the settings, which
/// know scopes that the first one leaves out.
pub(super) fn read(facts: &AppFacts, wanted: &Wanted) -> Scopes {
    let held = held(facts);
    let known = facts.scopes.known().is_some() || facts.settings.known().is_some();
    let mut rows = Vec::new();
    let lists = [
        (TokenType::User, &wanted.user_scopes),
        (TokenType::Tenant, &wanted.tenant_scopes),
    ];
    for (token, names) in lists {
        for name in names {
            let state = match held.get(&(token, name.clone())) {
                _ if !known => ScopeState::Unknown,
                Some(Held::InForce) => ScopeState::Has,
                Some(Held::Waits) => ScopeState::Waiting,
                None if name == OFFLINE && facts.settings.known().is_none() => ScopeState::Unknown,
                None => ScopeState::Missing,
            };
            rows.push(ScopeRow {
                name: name.clone(),
                token,
                state,
            });
        }
        let extra = held
            .keys()
            .filter(|(kind, name)| *kind == token && !names.contains(name));
        rows.extend(extra.map(|(_, name)| ScopeRow {
            name: name.clone(),
            token,
            state: ScopeState::NotNeeded,
        }));
    }
    rows.sort_by(|a, b| (a.state, a.token, &a.name).cmp(&(b.state, b.token, &b.name)));
    let offline = rows
        .iter()
        .find(|row| row.name == OFFLINE && row.token == TokenType::User)
        .map_or(Status::Unknown, |row| match row.state {
            ScopeState::Has => Status::Ok,
            ScopeState::Waiting => Status::Waiting,
            ScopeState::Missing => Status::Missing,
            ScopeState::NotNeeded => Status::NotNeeded,
            ScopeState::Unknown => Status::Unknown,
        });
    Scopes {
        known,
        rows,
        offline,
    }
}

fn held(facts: &AppFacts) -> Table {
    let mut table = Table::new();
    for scope in facts
        .settings
        .known()
        .into_iter()
        .flat_map(|one| &one.scopes)
    {
        let types: BTreeSet<&str> = scope.token_types.iter().map(String::as_str).collect();
        for token in [TokenType::User, TokenType::Tenant] {
            if types.is_empty() || types.contains(token.name()) {
                table.insert((token, scope.scope.clone()), Held::InForce);
            }
        }
    }
    for scope in facts.scopes.known().into_iter().flatten() {
        for token in [TokenType::User, TokenType::Tenant] {
            if scope
                .kind
                .as_deref()
                .is_none_or(|kind| kind == token.name())
            {
                let key = (token, scope.name.clone());
                let held = if scope.granted() {
                    Held::InForce
                } else {
                    Held::Waits
                };
                // The approval is the closer word.
                table.insert(key, held);
            }
        }
    }
    table
}

impl Scopes {
    /// The wanted ones but [`OFFLINE`], which has a probe of its own.
    fn gaps(&self, state: ScopeState) -> impl Iterator<Item = &ScopeRow> {
        self.rows
            .iter()
            .filter(move |row| row.state == state && row.name != OFFLINE)
    }

    pub(super) fn missing(&self) -> Vec<String> {
        self.gaps(ScopeState::Missing)
            .map(|row| row.name.clone())
            .collect()
    }

    pub(super) fn waiting(&self) -> Vec<String> {
        self.gaps(ScopeState::Waiting)
            .map(|row| row.name.clone())
            .collect()
    }

    /// How many are wanted.
    pub(super) fn wanted(&self) -> usize {
        let rows = self.rows.iter();
        rows.filter(|row| row.state != ScopeState::NotNeeded)
            .count()
    }

    /// Whether a version under review is all that is missing.
    pub(super) fn only_waits(&self) -> bool {
        let waits = !self.waiting().is_empty() || self.offline == Status::Waiting;
        waits && self.missing().is_empty() && self.offline != Status::Missing
    }

    /// Whether scopes are applied for and none is granted: no version is in force.
    pub(super) fn nothing_in_force(&self) -> bool {
        let in_force = [ScopeState::Has, ScopeState::NotNeeded];
        self.known
            && self.rows.iter().any(|row| row.state == ScopeState::Waiting)
            && !self.rows.iter().any(|row| in_force.contains(&row.state))
    }

    /// Missing scopes of the kind of token that lacks some, for a link to them.
    pub(super) fn first_missing(&self) -> Vec<&str> {
        let token = self.gap_token();
        self.gaps(ScopeState::Missing)
            .filter(|row| row.token == token)
            .map(|row| row.name.as_str())
            .collect()
    }

    /// Name of that kind.
    pub(super) fn token_of_gap(&self) -> &'static str {
        self.gap_token().name()
    }

    fn gap_token(&self) -> TokenType {
        self.gaps(ScopeState::Missing)
            .map(|row| row.token)
            .min()
            .unwrap_or(TokenType::User)
    }
}
