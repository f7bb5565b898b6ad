//! The filter as the page's address has it.

use std::time::Duration;

use model::{AccountId, Channel, Day, EntryKind, Id, MemberId, Outcome, Timestamp};
use serde::Deserialize;
use store::{EntryFilter, StoreError, TenantTx};
use views::console::audit::AuditForm;

/// What the address says. A name that nobody has finds nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    who: String,
    action: String,
    client: String,
    target: String,
    kind: String,
    outcome: String,
    channel: String,
    within: String,
    from: String,
    to: String,
    pub(super) newer: String,
    pub(super) older: String,
}

/// Kinds of objects that a token may name.
const OBJECTS: [&str; 10] = [
    "docx", "doc", "wiki", "sheet", "base", "bitable", "folder", "file", "chat", "slides",
];

/// Longest text that is looked for.
const LONGEST: usize = 200;

impl Asked {
    fn pairs(&self) -> Vec<(&'static str, &str)> {
        [
            ("who", &self.who),
            ("action", &self.action),
            ("client", &self.client),
            ("target", &self.target),
            ("kind", &self.kind),
            ("outcome", &self.outcome),
            ("channel", &self.channel),
            ("within", &self.within),
            ("from", &self.from),
            ("to", &self.to),
        ]
        .into_iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(name, value)| (name, value.trim()))
        .collect()
    }

    /// The filter as a query, always in the same order; empty for none.
    pub(super) fn query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.pairs())
            .finish()
    }

    /// The same with one more pair.
    pub(super) fn with(&self, name: &str, value: &str) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.pairs())
            .append_pair(name, value)
            .finish()
    }

    /// Whether every entry is wanted.
    pub(super) fn is_all(&self) -> bool {
        self.pairs() == [("kind", "every")]
    }

    /// What the form shows.
    pub(super) fn form(&self) -> AuditForm {
        AuditForm {
            who: self.who.clone(),
            action: self.action.clone(),
            client: self.client.clone(),
            target: self.target.clone(),
            kind: self.kind.clone(),
            outcome: self.outcome.clone(),
            channel: self.channel.clone(),
            within: self.within.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
        }
    }

    /// The filter for the store.
    pub(super) async fn filter(
        &self,
        tx: &TenantTx,
        now: Timestamp,
    ) -> Result<EntryFilter, StoreError> {
        let text = |value: &str| -> Option<String> {
            let cut: String = value.trim().chars().take(LONGEST).collect();
            (!cut.is_empty()).then_some(cut)
        };
        let mut filter = EntryFilter {
            kinds: kinds(&self.kind),
            outcomes: outcomes(&self.outcome),
            action: text(&self.action),
            client_name: text(&self.client),
            channel: Channel::from_name(&self.channel),
            ..EntryFilter::default()
        };
        if let Some(who) = text(&self.who) {
            (filter.members, filter.accounts) = people(tx, &who).await?;
        }
        if let Some(target) = text(&self.target) {
            match token(&target) {
                Some(token) => {
                    let named = OBJECTS.iter().map(|kind| format!("{kind}:{token}"));
                    filter.targets = named.chain([target, token.clone()]).collect();
                }
                None => filter.text = Some(target),
            }
        }
        let hours = match self.within.as_str() {
            "1h" => Some(1),
            "24h" => Some(24),
            "7d" => Some(24 * 7),
            "30d" => Some(24 * 30),
            _ => None,
        };
        filter.since = hours.map(|hours| now - Duration::from_hours(hours));
        if let Ok(day) = self.from.parse::<Day>() {
            filter.since = Some(filter.since.map_or(day.start(), |at| at.max(day.start())));
        }
        if let Ok(day) = self.to.parse::<Day>() {
            filter.until = Some(day.plus(1).start());
        }
        Ok(filter)
    }
}

fn kinds(group: &str) -> Vec<EntryKind> {
    use EntryKind::{Admin, Call, Consent, FeishuGrant, Intent, Look, Revocation, SignIn};
    match group {
        "calls" => vec![Call, Intent],
        "sign_ins" => vec![SignIn, Consent, Revocation, FeishuGrant],
        "admin" => vec![Admin],
        "looks" => vec![Look],
        "every" => vec![],
        _ => EntryKind::ALL
            .into_iter()
            .filter(|kind| *kind != Look)
            .collect(),
    }
}

fn outcomes(name: &str) -> Vec<Outcome> {
    let well = [Outcome::Ok, Outcome::Partial, Outcome::Pending];
    match name {
        "bad" => Outcome::ALL
            .into_iter()
            .filter(|one| !well.contains(one))
            .collect(),
        other => Outcome::from_name(other).into_iter().collect(),
    }
}

/// Whom a text means: an id, or a part of a name.
async fn people(tx: &TenantTx, who: &str) -> Result<(Vec<MemberId>, Vec<AccountId>), StoreError> {
    if let Ok(id) = who.parse::<MemberId>() {
        return Ok((vec![id], vec![]));
    }
    if let Ok(id) = who.parse::<AccountId>() {
        return Ok((vec![], vec![id]));
    }
    let found = tx.ledger().people_named(who).await?;
    if found.0.is_empty() && found.1.is_empty() {
        return Ok((vec![Id::from_uuid(uuid::Uuid::nil())], vec![]));
    }
    Ok(found)
}

/// The token that a link, a reference or a bare token names; `None` for a mere part of one.
fn token(text: &str) -> Option<String> {
    let path = text.split(['?', '#']).next().unwrap_or(text);
    let last = path.trim_end_matches('/').rsplit(['/', ':']).next()?;
    let plain = last.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (plain && last.len() >= 15).then(|| last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_references_and_tokens_name_the_same_document() {
        for text in [
            "https://acme.feishu.cn/docx/doxcnExampleExample?from=x#y",
            "docx:doxcnExampleExample",
            "doxcnExampleExample",
        ] {
            assert_eq!(
                token(text).as_deref(),
                Some("doxcnExampleExample"),
                "{text}"
            );
        }
        assert_eq!(token("doxcn"), None);
    }

    #[test]
    fn the_same_filter_always_has_the_same_address() {
        let asked = Asked {
            who: " 林 ".to_owned(),
            outcome: "bad".to_owned(),
            older: "1.2".to_owned(),
            ..Asked::default()
        };
        assert_eq!(asked.query(), "who=%E6%9E%97&outcome=bad");
        let every = Asked {
            kind: "every".to_owned(),
            ..Asked::default()
        };
        assert!(every.is_all() && !asked.is_all());
    }
}
