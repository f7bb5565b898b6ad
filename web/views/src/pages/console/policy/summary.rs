//! What a role may do, in a few lines, and what changes between two sets of rules.

use crate::{
    Lang,
    text::{self, fill},
};

/// A choice among named things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// All of them.
    All,
    /// Those that a host vouches for (clients only).
    Verified,
    /// These.
    Only(Vec<String>),
    /// All but these.
    Except(Vec<String>),
}

/// What a role may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleSummary {
    /// Tools.
    pub tools: Chosen,
    /// Stable name of the strongest effect.
    pub ceiling: &'static str,
    /// Places that it is held to.
    pub only: Vec<String>,
    /// Places that it is kept out of.
    pub never: Vec<String>,
    /// Clients.
    pub clients: Chosen,
    /// Whether API keys work.
    pub keys: bool,
    /// Days until a client must be allowed again.
    pub days: Option<u16>,
}

impl RoleSummary {
    /// A role without limits.
    pub const OPEN: Self = Self {
        tools: Chosen::All,
        ceiling: "destroy",
        only: Vec::new(),
        never: Vec::new(),
        clients: Chosen::All,
        keys: true,
        days: None,
    };

    /// All lines: what, and how it stands.
    pub fn lines(&self, lang: Lang) -> Vec<(&'static str, String)> {
        let t = text::console::policy::of(lang);
        let comma = lang.pick(", ", "、");
        let chosen = |choice: &Chosen| match choice {
            Chosen::All => t.all.to_owned(),
            Chosen::Verified => t.verified.to_owned(),
            Chosen::Only(names) if names.is_empty() => t.nowhere.to_owned(),
            Chosen::Only(names) => names.join(comma),
            Chosen::Except(names) => {
                format!("{}{}{}", t.except, lang.pick(": ", "："), names.join(comma))
            }
        };
        let listed = |places: &[String], none: &str| {
            if places.is_empty() {
                none.to_owned()
            } else {
                places.join(comma)
            }
        };
        vec![
            (t.tools, chosen(&self.tools)),
            (
                t.ceiling,
                match self.ceiling {
                    "read" => t.read,
                    "write" => t.write,
                    _ => t.destroy,
                }
                .to_owned(),
            ),
            (t.only, listed(&self.only, t.anywhere)),
            (t.never, listed(&self.never, t.nowhere)),
            (t.clients, chosen(&self.clients)),
            (t.keys, if self.keys { t.on } else { t.off }.to_owned()),
            (
                t.days,
                self.days.map_or_else(
                    || t.any.to_owned(),
                    |days| fill(t.days_value, &[("n", &days.to_string())]),
                ),
            ),
        ]
    }

    /// The lines about places, if there are any.
    pub fn held_to(&self, lang: Lang) -> Vec<(&'static str, String)> {
        let t = text::console::policy::of(lang);
        let comma = lang.pick(", ", "、");
        [(t.only, &self.only), (t.never, &self.never)]
            .into_iter()
            .filter(|(_, places)| !places.is_empty())
            .map(|(words, places)| (words, places.join(comma)))
            .collect()
    }

    /// The lines that say more than that everything is allowed.
    pub fn limits(&self, lang: Lang) -> Vec<(&'static str, String)> {
        let open = Self::OPEN.lines(lang);
        let own = self.lines(lang).into_iter().zip(open);
        own.filter(|(own, open)| own.1 != open.1)
            .map(|(own, _)| own)
            .collect()
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Role, or nothing for what concerns all.
    pub whose: String,
    /// What.
    pub what: String,
    /// How it stood.
    pub before: String,
    /// How it stands.
    pub after: String,
}

/// What differs between two roles; `None` is a role that is not there.
pub fn changes(
    lang: Lang,
    whose: &str,
    before: Option<&RoleSummary>,
    after: Option<&RoleSummary>,
) -> Vec<Change> {
    let open = RoleSummary::OPEN;
    let lines = |role: Option<&RoleSummary>| role.unwrap_or(&open).lines(lang);
    lines(before)
        .into_iter()
        .zip(lines(after))
        .filter(|(before, after)| before.1 != after.1)
        .map(|(before, after)| Change {
            whose: whose.to_owned(),
            what: before.0.to_owned(),
            before: before.1,
            after: after.1,
        })
        .collect()
}
