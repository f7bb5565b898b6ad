//! The demo's past: two months of calls by the people of the sandbox, so that usage, charts and
//! statements have something to show. Only ever in the sandbox's tenant, only into an empty
//! ledger, and through the same writer as real calls: nothing is counted that is not recorded.

use std::time::Duration;

use anyhow::Context as _;
use model::{
    CallId, Channel, Day, EntryKind, LedgerEntry, ManualClock, MemberId, Outcome, Principal,
    Purpose, Role, RoleSet, Slug, TenantId, Timestamp,
};
use sandbox::{Person, RunningSandbox};
use store::{Department, NewMember};

use crate::wire::Platform;

/// Days that are told of.
const DAYS: i64 = 62;
/// Calls of the busiest person on a usual working day.
const BUSIEST: u64 = 80;

/// Tool, its effect, how often of 100.
const TOOLS: [(&str, &str, u64); 6] = [
    ("doc_read", "read", 43),
    ("search", "read", 24),
    ("doc_create", "write", 14),
    ("comments", "read", 10),
    ("whoami", "read", 5),
    ("inspect", "read", 4),
];
/// Clients; each person keeps to one or two.
const CLIENTS: [&str; 4] = ["Cursor", "Claude Code", "VS Code", "ChatWise"];

/// A sequence that is the same on every machine.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        // The multiplier and increment of Knuth's MMIX.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides.max(1)
    }
}

/// Gives the demo its past; does nothing when there is one.
pub(super) async fn invent(
    platform: &Platform,
    sandbox: &RunningSandbox,
    slug: &Slug,
) -> anyhow::Result<()> {
    let entry = platform.store.directory().by_slug(slug).await?;
    let tenant = entry.context("the demo tenant is there")?.tenant.id;
    let operator = Principal::platform(tenant, Purpose::Operator);
    let scope = platform.store.scope(&operator);
    let tx = scope.write().await?;
    if tx.ledger().head().await?.seq > 0 {
        return Ok(());
    }
    let mut members = Vec::new();
    for person in sandbox.people(sandbox::demo::APP_ID) {
        members.push(add(&tx, person).await?);
    }
    tx.commit().await?;
    let calls = calls(platform, tenant, &members);
    // Handed over in this order; the writer takes many at a time.
    let ledger = platform.store.ledger();
    futures::future::try_join_all(calls.into_iter().map(|call| ledger.record(call))).await?;
    Ok(())
}

async fn add(tx: &store::TenantTx, person: Person) -> anyhow::Result<MemberId> {
    let member = tx
        .members()
        .upsert_signed_in(NewMember {
            open_id: person.open_id,
            union_id: None,
            name: person.name,
            avatar_url: None,
            roles: RoleSet::of(&[Role::EndUser]),
        })
        .await?;
    if let Some((id, name)) = person.department {
        let department = Department { id, name };
        tx.departments().place(member.id, Some(&department)).await?;
    }
    Ok(member.id)
}

/// The calls, oldest first.
fn calls(platform: &Platform, tenant: TenantId, members: &[MemberId]) -> Vec<LedgerEntry> {
    let now = platform.clock.now();
    let today = Day::of(now);
    let mut dice = Dice(20_261_123);
    let mut calls = Vec::new();
    for back in (0..DAYS).rev() {
        let day = today.plus(-back);
        for (place, member) in members.iter().enumerate() {
            for _ in 0..of_day(day, back, place as u64, &mut dice) {
                // Office hours in China, 9 to 19, are 1 to 11 in UTC.
                let second = 3_600 + dice.roll(36_000);
                let at = day.start() + Duration::from_secs(second);
                if at < now {
                    let client = client(place, &mut dice);
                    calls.push(call(platform, tenant, *member, (at, client), &mut dice));
                }
            }
        }
    }
    calls.sort_by_key(|call| call.at);
    calls
}

/// How often somebody calls on a day: a few people do most of it, fewer at weekends, more lately.
fn of_day(day: Day, back: i64, place: u64, dice: &mut Dice) -> u64 {
    let usual = BUSIEST / (place + 2) + 2;
    let grown = 60 + (DAYS - back).unsigned_abs() * 40 / DAYS.unsigned_abs();
    let weekday = if day.weekday() < 5 { 100 } else { 12 };
    let most = usual * grown * weekday / 10_000;
    most / 2 + dice.roll(most.div_ceil(2) + 1)
}

fn client(place: usize, dice: &mut Dice) -> &'static str {
    let other = usize::from(dice.roll(5) == 0);
    CLIENTS[(place + other) % CLIENTS.len()]
}

fn call(
    platform: &Platform,
    tenant: TenantId,
    member: MemberId,
    (at, client): (Timestamp, &str),
    dice: &mut Dice,
) -> LedgerEntry {
    let (tool, effect) = tool(dice.roll(100));
    let (outcome, fault) = outcome(dice.roll(200));
    let refused = matches!(outcome, Outcome::Denied | Outcome::Limited);
    LedgerEntry {
        tenant,
        id: CallId::mint(&ManualClock::at(at), platform.entropy.as_ref()),
        kind: EntryKind::Call,
        at,
        member: Some(member),
        account: None,
        client: None,
        client_name: client.to_owned(),
        grant: None,
        channel: Channel::Mcp,
        action: tool.to_owned(),
        effect: if outcome == Outcome::Denied {
            ""
        } else {
            effect
        }
        .to_owned(),
        target: (tool == "doc_read" && outcome == Outcome::Ok)
            .then(|| format!("docx:{}", sandbox::demo::WELCOME_DOC)),
        outcome,
        fault: fault.map(str::to_owned),
        decision: None,
        policy_version: None,
        feishu_log_id: None,
        upstream_calls: if refused || tool == "whoami" {
            0
        } else {
            u32::try_from(1 + dice.roll(3)).unwrap_or(1)
        },
        duration_us: if refused {
            300
        } else {
            40_000 + dice.roll(400_000)
        },
        detail: r#"{"demo":"made up by feishu-mcp dev"}"#.to_owned(),
    }
}

fn tool(mut rolled: u64) -> (&'static str, &'static str) {
    for (tool, effect, share) in TOOLS {
        if rolled < share {
            return (tool, effect);
        }
        rolled -= share;
    }
    ("doc_read", "read")
}

const fn outcome(rolled: u64) -> (Outcome, Option<&'static str>) {
    match rolled {
        0..4 => (Outcome::Denied, Some("blocked_by_policy")),
        4..6 => (Outcome::Limited, Some("rate_limited")),
        6..9 => (Outcome::Upstream, Some("upstream")),
        9..10 => (Outcome::Reauthorize, Some("reauthorize")),
        10..14 => (Outcome::Invalid, Some("invalid")),
        14..15 => (Outcome::Cancelled, Some("cancelled")),
        15..17 => (Outcome::Partial, None),
        _ => (Outcome::Ok, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_share_of_the_tools_adds_up() {
        assert_eq!(TOOLS.iter().map(|(_, _, share)| share).sum::<u64>(), 100);
        for (tool, effect, _) in TOOLS {
            let known = tools::find(tool);
            assert!(known.is_some(), "{tool} is no tool");
            assert!(["read", "write"].contains(&effect));
        }
    }
}
