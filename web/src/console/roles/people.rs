//! Looking somebody up: which roles, and why.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use model::{
    Member, MemberStatus,
    policy::ManageTenant,
    role_mapping::{Ended, Gives, RoleMappings, Standing},
};
use serde::Deserialize;
use store::{KnownPerson, StoreError, TenantTx};
use views::console::{
    Tab,
    roles::{PeopleLookPage, PersonLook, PersonRow, ReadRule, because},
};

use super::{enter, named::Named, preview::reasons};
use crate::{
    WebState,
    console::{Away, Desk},
    page::{self, PageFault},
    visit::Visit,
};

/// People that are listed.
const SHOWN: u64 = 50;

/// What the address of the page says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    person: String,
}

/// Shows the look-up.
///
/// Permissions: [`ManageTenant`].
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManageTenant>(&state, &visit, &slug).await?;
    let page = build(&state, &visit, &desk, &asked)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    Ok(page::show(page.render()))
}

async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManageTenant>,
    asked: &Asked,
) -> Result<PeopleLookPage, StoreError> {
    let query: String = asked.q.trim().chars().take(128).collect();
    let tx = desk.scope(state).read().await?;
    let mappings = tx.role_mappings().read().await?.mappings;
    let named = Named::read(&tx, &mappings.rules, &desk.entry.rules).await?;
    let reader = Reader {
        visit,
        desk,
        tx: &tx,
        mappings,
        named,
    };
    let person = reader.look(&asked.person).await?;
    let mut rows = Vec::new();
    if person.is_none() {
        for known in tx.enterprise().find_people(&query, SHOWN).await? {
            let member = reader.member(&known).await?;
            rows.push(reader.row(&known, member.as_ref()));
        }
    }
    Ok(PeopleLookPage {
        console: desk.shell(visit, Tab::Roles),
        query,
        rows,
        person,
    })
}

/// Reads the rules for people.
struct Reader<'a> {
    visit: &'a Visit,
    desk: &'a Desk<ManageTenant>,
    tx: &'a TenantTx,
    mappings: RoleMappings,
    named: Named,
}

impl Reader<'_> {
    async fn member(&self, known: &KnownPerson) -> Result<Option<Member>, StoreError> {
        let members = self.tx.members();
        members.find_by_open_id(&known.facts.open_id).await
    }

    fn row(&self, known: &KnownPerson, member: Option<&Member>) -> PersonRow {
        let settled = self
            .mappings
            .settle(&known.facts, member.map(|member| member.roles));
        let roles = member.map_or(settled.roles, |member| member.roles);
        let main = known.facts.departments.iter().flatten().flatten().next();
        PersonRow {
            name: [&known.name, &known.facts.open_id]
                .into_iter()
                .find(|name| !name.is_empty())
                .cloned()
                .unwrap_or_default(),
            path: self
                .desk
                .path(&format!("/roles/people?person={}", known.facts.open_id)),
            department: main.map_or_else(String::new, |id| self.named.department(id)),
            standing: match known.facts.standing {
                Standing::Works => "works",
                Standing::Frozen => "frozen",
                Standing::Left => "left",
                Standing::Unknown => "unknown",
            },
            roles: self.named.roles(self.visit.lang(), roles),
            member: member.is_some(),
        }
    }

    /// Everything about one person; `None` when nobody has the id.
    async fn look(&self, id: &str) -> Result<Option<PersonLook>, StoreError> {
        if id.is_empty() {
            return Ok(None);
        }
        let Some(mut known) = self.known(id).await? else {
            return Ok(None);
        };
        let member = self.member(&known).await?;
        if let Some(member) = &member {
            known.name.clone_from(&member.name);
        }
        let held = member.as_ref().map(|member| member.roles);
        let settled = self.mappings.settle(&known.facts, held);
        let rules = &self.mappings.rules;
        let verdict = &settled.verdict;
        let last = match verdict.ended {
            Some(Ended::Refused(place) | Ended::Unclear(place)) => place,
            Some(Ended::Left | Ended::Frozen) => 0,
            None => rules.len(),
        };
        let nothing_read = matches!(verdict.ended, Some(Ended::Left | Ended::Frozen));
        let read = rules.iter().enumerate().map(|(place, rule)| ReadRule {
            whom: self.named.whom(rule),
            gives: self.named.gives(self.visit.lang(), rule.gives),
            refuses: rule.gives == Gives::NoAccess,
            result: match verdict.steps.iter().find(|step| step.rule == place) {
                Some(step) if step.fits == Some(true) => "yes",
                Some(_) => "unknown",
                None if nothing_read || place > last => "unread",
                None => "no",
            },
        });
        let chains = known.facts.departments.iter().flatten();
        let departments = chains
            .filter_map(|chain| chain.first())
            .map(|id| self.named.department(id));
        let groups = known.facts.groups.as_ref();
        Ok(Some(PersonLook {
            departments: departments.collect(),
            groups: groups.map(|ids| ids.iter().map(|id| self.named.group(id)).collect()),
            rules: read.collect(),
            why: because(self.visit.lang(), &reasons(&settled, rules)),
            blocked: member
                .as_ref()
                .is_some_and(|member| member.status == MemberStatus::Blocked),
            row: self.row(&known, member.as_ref()),
        }))
    }

    /// Somebody whom Feishu showed, or who signed in.
    async fn known(&self, id: &str) -> Result<Option<KnownPerson>, StoreError> {
        if let Some(known) = self.tx.enterprise().person(id).await? {
            return Ok(Some(known));
        }
        let Some(member) = self.tx.members().find_by_open_id(id).await? else {
            return Ok(None);
        };
        Ok(Some(KnownPerson {
            facts: self.tx.enterprise().facts_of(&member).await?,
            name: member.name,
        }))
    }
}
