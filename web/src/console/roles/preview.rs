//! What rules do to the people: read for everybody who is known, before anything is saved.

use std::collections::{HashMap, HashSet};

use model::{
    Member, MemberStatus, Role, RoleSet,
    policy::ManageTenant,
    role_mapping::{Ended, Gives, PersonFacts, RoleMapping, RoleMappings, Settled, evaluate},
};
use store::{KeptMappings, Page, RoleDraft, StoreError, TenantTx};
use views::console::roles::{Because, ChangeRow, PreviewView, because};

use super::named::Named;
use crate::{console::Desk, visit::Visit};

/// People of one page of the copy of the directory.
const AT_ONCE: u64 = 1_000;
/// Changes that are listed.
const SHOWN: usize = 100;
/// Roles that open parts of the console.
const CONSOLE: RoleSet = RoleSet::of(&[Role::Admin, Role::Auditor, Role::Billing, Role::Developer]);

/// Somebody whom rules may fit.
pub(super) struct Somebody {
    pub(super) name: String,
    pub(super) facts: PersonFacts,
    /// Who has signed in at least once.
    pub(super) member: Option<Member>,
}

/// Everybody who is known.
pub(super) struct Enterprise(Vec<Somebody>);

/// A member's roles under other rules.
pub(super) struct Change<'a> {
    pub(super) who: &'a Somebody,
    pub(super) before: RoleSet,
    pub(super) settled: Settled,
}

impl Enterprise {
    pub(super) async fn read(tx: &TenantTx) -> Result<Self, StoreError> {
        let mut members: HashMap<String, Member> = HashMap::new();
        let mut page = Page::first(Page::MAX);
        loop {
            let part = tx.members().list(&page).await?;
            let rows = part.items.into_iter();
            members.extend(rows.map(|member| (member.open_id.clone(), member)));
            match part.next {
                Some(next) => page = Page::first(Page::MAX).after(next),
                None => break,
            }
        }
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let part = tx.enterprise().people(&after, AT_ONCE).await?;
            let Some(last) = part.last() else { break };
            after.clone_from(&last.facts.open_id);
            all.extend(part.into_iter().map(|known| Somebody {
                member: members.remove(&known.facts.open_id),
                name: known.name,
                facts: known.facts,
            }));
        }
        // Members whom Feishu has not shown yet.
        all.extend(members.into_values().map(|member| Somebody {
            name: member.name.clone(),
            facts: PersonFacts {
                open_id: member.open_id.clone(),
                union_id: member.union_id.clone(),
                ..PersonFacts::default()
            },
            member: Some(member),
        }));
        for one in &mut all {
            if let Some(member) = &one.member {
                one.name.clone_from(&member.name);
                if one.facts.union_id.is_none() {
                    one.facts.union_id.clone_from(&member.union_id);
                }
            }
        }
        Ok(Self(all))
    }

    /// People whom a rule fits.
    pub(super) fn reach(&self, rule: &RoleMapping) -> u64 {
        let rules = std::slice::from_ref(rule);
        let fits = |one: &&Somebody| {
            let steps = evaluate(rules, &one.facts).steps;
            steps.iter().any(|step| step.fits == Some(true))
        };
        self.0.iter().filter(fits).count() as u64
    }

    /// Members whose roles would change, those who lose most first.
    pub(super) fn changes(&self, rules: &RoleMappings) -> Vec<Change<'_>> {
        let mut all: Vec<Change<'_>> = self
            .members()
            .map(|(who, member)| Change {
                who,
                before: member.roles,
                settled: rules.settle(&who.facts, Some(member.roles)),
            })
            .filter(|change| change.before != change.settled.roles)
            .collect();
        all.sort_by(|a, b| (a.rank(), &a.who.name).cmp(&(b.rank(), &b.who.name)));
        all
    }

    /// Whether a member would administer the tenant.
    pub(super) fn keeps_an_admin(&self, rules: &RoleMappings) -> bool {
        let admins = RoleSet::of(&[Role::Admin, Role::Owner]);
        self.members().any(|(who, member)| {
            let settled = rules.settle(&who.facts, Some(member.roles));
            settled.roles.meets(admins)
        })
    }

    /// People who would get other roles at their first sign-in.
    fn later(&self, before: &RoleMappings, after: &RoleMappings) -> u64 {
        let strangers = self.0.iter().filter(|one| one.member.is_none());
        let differs = |one: &&Somebody| {
            before.settle(&one.facts, None).roles != after.settle(&one.facts, None).roles
        };
        strangers.filter(differs).count() as u64
    }

    fn members(&self) -> impl Iterator<Item = (&Somebody, &Member)> {
        self.0.iter().filter_map(|one| {
            let member = one.member.as_ref()?;
            (member.status == MemberStatus::Active).then_some((one, member))
        })
    }
}

impl Change<'_> {
    fn lost(&self) -> bool {
        self.before.iter().any(|role| !self.settled.roles.has(role))
    }

    fn rank(&self) -> u8 {
        match (self.settled.roles.is_empty(), self.lost()) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        }
    }
}

/// Rules as a draft would put them in force.
pub(super) fn as_saved(draft: &RoleDraft) -> RoleMappings {
    RoleMappings {
        rules: draft.rules.clone(),
        version: draft.based_on + 1,
    }
}

/// Why somebody has these roles, as the rules were read.
pub(super) fn reasons(settled: &Settled, rules: &[RoleMapping]) -> Vec<Because> {
    let verdict = &settled.verdict;
    let mut all: Vec<Because> = verdict
        .steps
        .iter()
        .filter(|step| step.fits == Some(true))
        .filter(|step| rules[step.rule].gives != Gives::NoAccess)
        .map(|step| Because::Rule(step.rule + 1))
        .collect();
    all.extend(verdict.ended.map(|ended| match ended {
        Ended::Left => Because::Left,
        Ended::Frozen => Because::Frozen,
        Ended::Refused(place) => Because::Refused(place + 1),
        Ended::Unclear(place) => Because::Unclear(place + 1),
    }));
    if !verdict.sure && settled.roles != verdict.roles {
        all.push(Because::Kept);
    }
    all
}

/// What a draft would do, for the page.
pub(super) fn view(
    visit: &Visit,
    desk: &Desk<ManageTenant>,
    kept: &KeptMappings,
    draft: &RoleDraft,
    enterprise: &Enterprise,
    named: &Named,
) -> PreviewView {
    let lang = visit.lang();
    let after = as_saved(draft);
    let changes = enterprise.changes(&after);
    let count = |rank: u8| changes.iter().filter(|one| one.rank() == rank).count() as u64;
    let own = desk.principal().member();
    let admins = RoleSet::of(&[Role::Admin, Role::Owner]);
    let is_own = |one: &&Change<'_>| {
        let member = one.who.member.as_ref();
        own.is_some() && member.map(|member| member.id) == own
    };
    let rows = changes.iter().take(SHOWN).map(|one| ChangeRow {
        name: one.who.name.clone(),
        path: desk.path(&format!("/roles/people?person={}", one.who.facts.open_id)),
        before: named.roles(lang, one.before),
        after: named.roles(lang, one.settled.roles),
        why: because(lang, &reasons(&one.settled, &after.rules)),
    });
    let pairs = |rules: &[RoleMapping]| -> HashSet<(model::role_mapping::Whom, Gives)> {
        let all = rules.iter().map(|rule| (rule.whom.clone(), rule.gives));
        all.collect()
    };
    let (was, is) = (pairs(&kept.mappings.rules), pairs(&draft.rules));
    let removed = kept.mappings.rules.iter();
    let removed = removed.filter(|rule| !is.contains(&(rule.whom.clone(), rule.gives)));
    let fresh = draft.rules.iter();
    let fresh = fresh.filter(|rule| !was.contains(&(rule.whom.clone(), rule.gives)));
    let opens = fresh.filter_map(|rule| match rule.gives {
        Gives::Role(role) if CONSOLE.has(role) => Some((
            named.role(lang, role),
            named.whom(rule),
            enterprise.reach(rule),
        )),
        _ => None,
    });
    PreviewView {
        rows: rows.collect(),
        more: changes.len() > SHOWN,
        gain: count(2),
        lose: count(1),
        out: count(0),
        later: enterprise.later(&kept.mappings, &after),
        removed: removed
            .map(|rule| (named.whom(rule), named.gives(lang, rule.gives)))
            .collect(),
        opens: opens.collect(),
        own: changes
            .iter()
            .find(is_own)
            .is_some_and(|one| !one.settled.roles.meets(admins)),
        stale: draft.based_on != kept.mappings.version,
    }
}
