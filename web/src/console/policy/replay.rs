//! Past calls under other rules.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use model::{
    Access, Channel, ClientRef, EntryKind, LedgerEntry, Member, MemberId, Subject, Timestamp,
    policy::{CallTool, Caller, Decision, Effect, Rules, ToolFacts, Whereabouts, fence, would},
};
use store::{EntryFilter, Page, StoreError, TenantTx};
use views::{
    Lang,
    console::policy::{Replayed, ReplayedRow, refusal},
};

use super::Facts;

/// Days that are looked back.
pub(super) const DAYS: u32 = 30;
/// Calls that are looked at.
const CALLS: u64 = 20_000;
/// Rows of each table.
const ROWS: usize = 50;

type Sums = BTreeMap<(MemberId, String, &'static str), u64>;

/// Decides the tenant's recent calls under both rules. Roles are those that people have now.
pub(super) async fn run(
    tx: &TenantTx,
    facts: &Facts,
    (live, mine): (&Rules, &Rules),
    lang: Lang,
    now: Timestamp,
) -> Result<Replayed, StoreError> {
    let filter = EntryFilter {
        kinds: vec![EntryKind::Call],
        since: Some(now - Duration::from_hours(24 * u64::from(DAYS))),
        ..EntryFilter::default()
    };
    let mut people: HashMap<MemberId, Member> = HashMap::new();
    let (mut refused, mut allowed) = (Sums::new(), Sums::new());
    let mut found = Replayed::default();
    let mut page = Page::first(Page::MAX);
    loop {
        let part = tx.ledger().list(&filter, &page).await?;
        let mut ids: Vec<MemberId> = part
            .items
            .iter()
            .filter_map(|one| one.entry.member)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| !people.contains_key(id));
        for member in tx.members().by_ids(&ids).await? {
            people.insert(member.id, member);
        }
        for entry in part.items.iter().map(|one| &one.entry) {
            let Some(member) = entry.member.and_then(|id| people.get(&id)) else {
                continue;
            };
            let Some(call) = Call::of(entry, member, facts) else {
                continue;
            };
            found.looked += 1;
            let (was, is) = (call.decide(live), call.decide(mine));
            match (was, is) {
                (Ok(()), Err(reason)) => {
                    *refused.entry(call.key(member, reason.name())).or_default() += 1;
                }
                (Err(reason), Ok(())) => {
                    *allowed.entry(call.key(member, reason.name())).or_default() += 1;
                }
                (Ok(()), Ok(())) if call.open(live, mine) => found.by_place += 1,
                _ => {}
            }
        }
        match part.next {
            Some(_) if found.looked >= CALLS => {
                found.cut = true;
                break;
            }
            Some(next) => page = Page::first(Page::MAX).after(next),
            None => break,
        }
    }
    let rows = |sums: Sums| {
        let mut rows: Vec<ReplayedRow> = sums
            .into_iter()
            .map(|((member, tool, reason), calls)| ReplayedRow {
                person: people
                    .get(&member)
                    .map_or_else(String::new, |m| m.name.clone()),
                tool,
                reason: refusal(lang, reason).to_owned(),
                calls,
            })
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.calls));
        rows.truncate(ROWS);
        rows
    };
    found.refused = rows(refused);
    found.allowed = rows(allowed);
    Ok(found)
}

/// A past call, as far as rules look at it.
struct Call<'a> {
    subject: Subject,
    roles: model::RoleSet,
    client: ClientRef,
    channel: Channel,
    tool: ToolFacts,
    entry: &'a LedgerEntry,
}

impl<'a> Call<'a> {
    fn of(entry: &'a LedgerEntry, member: &Member, facts: &Facts) -> Option<Self> {
        let spec = tools::find(&entry.action)?.spec();
        let known = entry.client.and_then(|id| facts.clients.get(&id));
        let effect = [Effect::Read, Effect::Write, Effect::Destroy]
            .into_iter()
            .find(|effect| effect.name() == entry.effect);
        Some(Self {
            subject: Subject::Member {
                id: member.id,
                open_id: member.open_id.clone(),
                name: member.name.clone(),
            },
            roles: member.roles,
            client: ClientRef {
                id: entry.client,
                name: entry.client_name.clone(),
                verified: known.is_some_and(|client| client.vouched_by.is_some()),
            },
            channel: entry.channel,
            tool: spec.facts(effect.unwrap_or(spec.effect)),
            entry,
        })
    }

    const fn caller(&self) -> Caller<'_> {
        Caller {
            subject: &self.subject,
            roles: self.roles,
            // What the credential allowed is the same under both rules.
            access: Access::Write,
            client: &self.client,
            channel: self.channel,
        }
    }

    fn decide(&self, rules: &Rules) -> Decision {
        would::<CallTool>(rules, &self.caller(), &self.tool)?;
        // Where the call went is in the ledger; what it lies in is not.
        let Some(fence) = fence(rules, &self.caller(), &self.tool) else {
            return Ok(());
        };
        let target = self.entry.target.as_deref().unwrap_or_default();
        match tools::place_of(target, None) {
            Some(place) if fence.mentioned().any(|named| *named == place) => {
                fence.decide(&Whereabouts {
                    places: vec![place],
                    unknown: Vec::new(),
                })
            }
            _ => Ok(()),
        }
    }

    /// Whether the places of the two rules differ for this call, which cannot be answered here.
    fn open(&self, live: &Rules, mine: &Rules) -> bool {
        let of = |rules| fence(rules, &self.caller(), &self.tool);
        of(live) != of(mine)
    }

    fn key(&self, member: &Member, reason: &'static str) -> (MemberId, String, &'static str) {
        (member.id, self.entry.action.clone(), reason)
    }
}
