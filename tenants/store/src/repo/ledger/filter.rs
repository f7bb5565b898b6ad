//! Which entries are wanted, and where in their list one is.

use std::{fmt, str::FromStr};

use model::{
    AccountId, CallId, Channel, ClientId, EntryKind, MemberId, Outcome, Timestamp, policy::Effect,
};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, Select,
    sea_query::{Expr, ExprTrait, LikeExpr},
};

use crate::{
    entity::ledger_entry::{Column, Entity},
    repo::escaped,
};

/// Which entries are wanted. The default is all; lists name alternatives, the empty list any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Of these kinds.
    pub kinds: Vec<EntryKind>,
    /// Of one of these members, or of the accounts.
    pub members: Vec<MemberId>,
    /// Of one of these accounts of the console, or of the members.
    pub accounts: Vec<AccountId>,
    /// By the client of this name.
    pub client_name: Option<String>,
    /// By one client.
    pub client: Option<ClientId>,
    /// Of one call.
    pub id: Option<CallId>,
    /// Of this tool or act; with a `*` at the end, of those that begin so.
    pub action: Option<String>,
    /// With one effect.
    pub effect: Option<Effect>,
    /// With these outcomes.
    pub outcomes: Vec<Outcome>,
    /// With this stable code of a failure.
    pub fault: Option<String>,
    /// On one of these objects.
    pub targets: Vec<String>,
    /// On an object whose reference holds this text.
    pub text: Option<String>,
    /// By one door.
    pub channel: Option<Channel>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// No later in the chain than this place.
    pub through: Option<u64>,
}

/// Outcomes that are common: what is left has a small index.
const COMMON: [Outcome; 3] = [Outcome::Ok, Outcome::Partial, Outcome::Pending];
/// Kinds that are common.
const CALLS: [EntryKind; 2] = [EntryKind::Call, EntryKind::Intent];
/// The same as the conditions of their indexes.
const ENDED_BADLY: &str = "outcome NOT IN ('ok', 'partial', 'pending')";
const NO_CALL: &str = "kind NOT IN ('call', 'intent')";

impl EntryFilter {
    /// Whether every entry up to [`EntryFilter::through`] is wanted.
    pub fn is_all(&self) -> bool {
        *self
            == Self {
                through: self.through,
                ..Self::default()
            }
    }

    fn people(&self) -> Option<Condition> {
        let members = self.members.iter().map(|id| id.uuid());
        let members = Column::MemberId.is_in(members);
        let accounts = self.accounts.iter().map(|id| id.uuid());
        let accounts = Column::AccountId.is_in(accounts);
        match (self.members.is_empty(), self.accounts.is_empty()) {
            (true, true) => None,
            (false, true) => Some(also(members, "member_id IS NOT NULL")),
            (true, false) => Some(also(accounts, "account_id IS NOT NULL")),
            (false, false) => Some(Condition::any().add(members).add(accounts)),
        }
    }

    fn of_targets(&self) -> Option<Condition> {
        let targets = Column::Target.is_in(self.targets.iter().map(String::as_str));
        (!self.targets.is_empty()).then(|| also(targets, "target IS NOT NULL"))
    }

    fn by_client(&self) -> Option<Condition> {
        let name = self.client_name.as_deref()?;
        Some(also(Column::ClientName.eq(name), "client_name <> ''"))
    }

    fn of_action(&self) -> Option<Condition> {
        let action = self.action.as_deref()?;
        Some(match action.strip_suffix('*') {
            // A range beside the LIKE: it is found in the index in every collation of SQLite.
            Some(prefix) => Condition::all()
                .add(Column::Action.gte(prefix))
                .add(Column::Action.like(begins(prefix))),
            None => Condition::all().add(Column::Action.eq(action)),
        })
    }

    fn ended_badly(&self) -> bool {
        !self.outcomes.is_empty() && self.outcomes.iter().all(|one| !COMMON.contains(one))
    }

    fn no_call(&self) -> bool {
        !self.kinds.is_empty() && self.kinds.iter().all(|kind| !CALLS.contains(kind))
    }

    /// The query with these conditions.
    pub(crate) fn on(&self, query: Select<Entity>) -> Select<Entity> {
        query.filter(self.condition())
    }

    /// All conditions.
    pub(super) fn condition(&self) -> Condition {
        let mut all = self.time();
        if !self.kinds.is_empty() {
            all = all.add(Column::Kind.is_in(self.kinds.iter().map(|kind| kind.name())));
            if self.no_call() {
                all = all.add(Expr::cust(NO_CALL));
            }
        }
        if !self.outcomes.is_empty() {
            all = all.add(Column::Outcome.is_in(self.outcomes.iter().map(|one| one.name())));
            if self.ended_badly() {
                all = all.add(Expr::cust(ENDED_BADLY));
            }
        }
        all = all
            .add_option(self.client.map(|id| Column::ClientId.eq(id.uuid())))
            .add_option(self.id.map(|id| Column::Id.eq(id.uuid())))
            .add_option(self.effect.map(|one| Column::Effect.eq(one.name())))
            .add_option(self.channel.map(|one| Column::Channel.eq(one.name())))
            .add_option(self.fault.as_deref().map(|code| Column::Fault.eq(code)))
            .add_option(
                self.through
                    .map(|seq| Column::Seq.lte(crate::ledger::signed(seq))),
            )
            .add_option(self.people())
            .add_option(self.by_client())
            .add_option(self.of_action())
            .add_option(self.of_targets());
        if let Some(text) = &self.text {
            let held = LikeExpr::new(format!("%{}%", escaped(text))).escape('\\');
            all = all.add(also(Column::Target.like(held), "target IS NOT NULL"));
        }
        all
    }

    /// The conditions on the moment alone, which every index answers.
    pub(super) fn time(&self) -> Condition {
        Condition::all()
            .add_option(self.since.map(|at| Column::At.gte(at.millis())))
            .add_option(self.until.map(|at| Column::At.lt(at.millis())))
    }

    /// The parts of the filter that have an index, what is rarest in most ledgers first.
    pub(super) fn ways(&self) -> Vec<Way> {
        let people = self.members.len() + self.accounts.len();
        let outcome = self.ended_badly().then(|| match self.outcomes[..] {
            [one] => also(Column::Outcome.eq(one.name()), ENDED_BADLY),
            _ => Condition::all().add(Expr::cust(ENDED_BADLY)),
        });
        let id = self.id.map(|id| Column::Id.eq(id.uuid()));
        let exact = self
            .action
            .as_deref()
            .is_some_and(|one| !one.ends_with('*'));
        let no_call = || Condition::all().add(Expr::cust(NO_CALL));
        [
            id.map(|id| Way::of(Condition::all().add(id), false)),
            self.of_targets()
                .map(|only| Way::of(only, self.targets.len() == 1)),
            self.people().map(|only| Way::of(only, people == 1)),
            outcome.map(|only| Way::of(only, true)),
            self.no_call().then(|| Way::of(no_call(), true)),
            self.of_action().map(|only| Way::of(only, exact)),
            self.by_client().map(|only| Way::of(only, true)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// A way through the ledger that one index leads.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// The entries on it.
    pub(super) only: Condition,
    /// Whether the index has them in the order of time; otherwise they have to be sorted first.
    pub(super) ordered: bool,
}

impl Way {
    const fn of(only: Condition, ordered: bool) -> Self {
        Self { only, ordered }
    }

    /// All entries.
    pub(super) fn time() -> Self {
        Self::of(Condition::all(), true)
    }
}

/// A condition beside the one of a partial index, word for word: it is not found otherwise.
fn also(condition: Expr, of_index: &'static str) -> Condition {
    Condition::all().add(condition).add(Expr::cust(of_index))
}

fn begins(prefix: &str) -> LikeExpr {
    LikeExpr::new(format!("{}%", escaped(prefix))).escape('\\')
}

/// A place in a list of entries: moment, then place in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Moment in milliseconds.
    pub at: i64,
    /// Place in the chain.
    pub seq: u64,
}

impl Place {
    /// The entries after this place in the order of time, or before it.
    pub(crate) fn beyond(self, newer: bool) -> Condition {
        let seq = crate::ledger::signed(self.seq);
        let columns = Expr::tuple([Expr::col(Column::At), Expr::col(Column::Seq)]);
        let here = Expr::tuple([Expr::value(self.at), Expr::value(seq)]);
        Condition::all().add(if newer {
            columns.gt(here)
        } else {
            columns.lt(here)
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.seq)
    }
}

impl FromStr for Place {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (at, seq) = text.split_once('.').unwrap_or((text, ""));
        Ok(Self {
            at: at.parse()?,
            seq: seq.parse()?,
        })
    }
}
