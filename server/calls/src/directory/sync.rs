//! A look at everybody, or at the members alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bus::{BucketKey, BucketScope};
use feishu::api::directory::{Department, Found, Person, ROOT, UserGroup};
use model::{
    Rate, Tenant, TenantId,
    role_mapping::{Standing, Whom},
};
use store::{FeishuDepartment, FeishuGroup, KnownPerson, Page, StoreError};

use super::{
    AskError, DirectoryCare, SyncReport,
    look::merged,
    walk::{Membership, Walk},
};

/// How often somebody may ask for a look.
const PACE: Rate = Rate {
    per_minute: 2,
    burst: 4,
};
/// People of one transaction.
const AT_ONCE: usize = 1_000;

/// How far a look goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Departments, people, groups: all that Feishu shows.
    Everybody,
    /// The tenant's members, and the groups that rules name.
    Members,
}

/// Why there was no look.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// Somebody is looking already.
    #[error("a look is under way")]
    Running,
    /// Looks are asked for too often.
    #[error("looks are asked for too often")]
    TooOften,
    /// The store failed.
    #[error("what was found could not be kept")]
    Store(#[from] StoreError),
}

/// What Feishu showed.
#[derive(Default)]
struct Seen {
    departments: Option<Vec<Department>>,
    people: BTreeMap<String, Found>,
    /// All groups by name, where the list could be read.
    groups: Option<Vec<UserGroup>>,
    /// Who belongs to the groups that were looked into.
    memberships: Vec<Membership>,
}

impl DirectoryCare {
    /// As [`DirectoryCare::sync`], because somebody asks for it: a few times a minute.
    ///
    /// # Errors
    /// [`SyncError::TooOften`], and as [`DirectoryCare::sync`].
    pub async fn sync_now(&self, tenant: &Tenant) -> Result<SyncReport, SyncError> {
        let bucket = BucketKey {
            tenant: Some(tenant.id),
            scope: BucketScope::Tool("directory".to_owned()),
        };
        if !self.parts().bus.take(&bucket, PACE, 1).await.allowed {
            return Err(SyncError::TooOften);
        }
        self.sync(tenant, Extent::Everybody).await
    }

    /// Looks, keeps what Feishu shows and gives the members the roles that follow. A failure on
    /// Feishu's side is in the report; then nothing changes for anybody.
    ///
    /// # Errors
    /// [`SyncError::Running`] while another replica is looking.
    pub async fn sync(&self, tenant: &Tenant, extent: Extent) -> Result<SyncReport, SyncError> {
        let lease = self.parts().options.lease;
        let scope = self.scope(tenant.id);
        let begun = scope.retrying(&lease, |tx, lease| {
            Box::pin(async move { tx.enterprise().begin_sync(*lease).await })
        });
        let round: Option<u64> = begun.await?;
        let round = round.ok_or(SyncError::Running)?;
        let report = match self.try_sync(tenant, extent, round).await {
            Ok(report) => report,
            Err(error) => {
                if matches!(error, AskError::App(_) | AskError::Feishu(_)) {
                    self.forget_session(tenant.id);
                }
                let mut report = SyncReport::default();
                report.failed(&error);
                tracing::warn!(tenant = %tenant.id, %error, "the enterprise could not be read");
                report
            }
        };
        let text = serde_json::to_string(&report).unwrap_or_default();
        let whole = report.is_whole();
        let with = (text, whole, extent == Extent::Everybody);
        let ended = scope.retrying(&with, |tx, (text, whole, full)| {
            Box::pin(async move { tx.enterprise().end_sync(round, *whole, *full, text).await })
        });
        let _: bool = ended.await?;
        Ok(report)
    }

    async fn try_sync(
        &self,
        tenant: &Tenant,
        extent: Extent,
        round: u64,
    ) -> Result<SyncReport, AskError> {
        let session = self.session(tenant).await?;
        let mut walk = Walk::new(session, &self.parts().options);
        let members = self.members(tenant.id).await?;
        let seen = match extent {
            Extent::Everybody => everybody(&mut walk, &members).await,
            Extent::Members => {
                let named = self.named_groups(tenant.id).await?;
                only_members(&mut walk, &members, &named).await
            }
        };
        let seen = seen?;
        let mut report = walk.report;
        self.keep(tenant.id, extent, round, &seen, &mut report)
            .await?;
        let settling = self.settle_all(tenant.id).await?;
        report.changed = settling.changed();
        report.left = settling.left();
        Ok(report)
    }

    /// `open_id`s of all members.
    async fn members(&self, tenant: TenantId) -> Result<Vec<String>, StoreError> {
        let scope = self.scope(tenant);
        let mut all = Vec::new();
        let mut page = Page::first(Page::MAX);
        loop {
            let found = scope.read().await?.members().list(&page).await?;
            all.extend(found.items.into_iter().map(|member| member.open_id));
            match found.next {
                Some(next) => page = Page::first(Page::MAX).after(next),
                None => return Ok(all),
            }
        }
    }

    /// Groups that rules name.
    async fn named_groups(&self, tenant: TenantId) -> Result<BTreeSet<String>, StoreError> {
        let tx = self.scope(tenant).read().await?;
        let kept = tx.role_mappings().read().await?;
        let groups = kept.mappings.rules.into_iter();
        let groups = groups.filter_map(|rule| match rule.whom {
            Whom::Group { id } => Some(id),
            _ => None,
        });
        Ok(groups.collect())
    }

    /// Keeps what was seen; what was not stays as it was known.
    async fn keep(
        &self,
        tenant: TenantId,
        extent: Extent,
        round: u64,
        seen: &Seen,
        report: &mut SyncReport,
    ) -> Result<(), StoreError> {
        let scope = self.scope(tenant);
        let fresh_departments = seen.departments.as_ref().map(|all| departments(all));
        let known = {
            let tx = scope.read().await?;
            let tree = match &fresh_departments {
                Some(fresh) => fresh.clone(),
                None => tx.enterprise().departments().await?,
            };
            let mut people = HashMap::new();
            let mut after = String::new();
            loop {
                let part = tx.enterprise().people(&after, AT_ONCE as u64).await?;
                let Some(last) = part.last() else { break };
                after.clone_from(&last.facts.open_id);
                people.extend(part.into_iter().map(|one| (one.facts.open_id.clone(), one)));
            }
            Known {
                custom: custom_ids(&tree),
                parents: tree.into_iter().map(|one| (one.id, one.parent)).collect(),
                people,
            }
        };
        let people = known.people(seen, report);
        let groups = seen.groups.as_ref().map(|all| groups(all));
        for part in people.chunks(AT_ONCE) {
            let with = (round, part.to_vec());
            let kept = scope.retrying(&with, |tx, (round, part)| {
                Box::pin(async move { tx.enterprise().keep_people(*round, part).await })
            });
            kept.await?;
        }
        let whole = extent == Extent::Everybody && report.is_whole() && !report.more;
        let with = (round, fresh_departments, groups, whole);
        let kept = scope.retrying(&with, |tx, (round, departments, groups, whole)| {
            Box::pin(async move {
                let all = tx.enterprise();
                if let Some(departments) = departments {
                    all.keep_departments(*round, departments).await?;
                }
                if let Some(groups) = groups {
                    all.keep_groups(*round, groups).await?;
                }
                if *whole {
                    all.forget_unseen(*round).await?;
                }
                Ok::<_, StoreError>(())
            })
        });
        kept.await
    }
}

/// Everything that Feishu shows.
async fn everybody(walk: &mut Walk<'_>, members: &[String]) -> Result<Seen, AskError> {
    let mut seen = Seen {
        departments: walk.departments().await?,
        ..Seen::default()
    };
    if let Some(departments) = &seen.departments {
        let people = walk.people(departments).await?;
        walk.report.departments = departments.len() as u64;
        walk.report.people = people.len() as u64;
        let found = people.into_iter();
        seen.people = found.map(|(id, one)| (id, Found::Person(one))).collect();
    }
    if let Some(groups) = walk.groups().await? {
        walk.report.groups = groups.len() as u64;
        for group in &groups {
            seen.memberships
                .extend(walk.membership(group.clone()).await?);
        }
        seen.groups = Some(groups);
    }
    let in_groups = seen.memberships.iter().flat_map(|one| one.people.iter());
    let wanted: BTreeSet<String> = in_groups.chain(members).cloned().collect();
    others(walk, wanted, &mut seen).await?;
    Ok(seen)
}

/// The members, and the groups that rules name.
async fn only_members(
    walk: &mut Walk<'_>,
    members: &[String],
    named: &BTreeSet<String>,
) -> Result<Seen, AskError> {
    let mut seen = Seen::default();
    if !named.is_empty()
        && let Some(groups) = walk.groups().await?
    {
        walk.report.groups = groups.len() as u64;
        for group in groups.iter().filter(|group| named.contains(&group.id)) {
            seen.memberships
                .extend(walk.membership(group.clone()).await?);
        }
        seen.groups = Some(groups);
    }
    others(walk, members.iter().cloned().collect(), &mut seen).await?;
    walk.report.people = seen.people.len() as u64;
    Ok(seen)
}

/// Asks for people whom no list had.
async fn others(
    walk: &mut Walk<'_>,
    wanted: BTreeSet<String>,
    seen: &mut Seen,
) -> Result<(), AskError> {
    let missing: Vec<String> = wanted
        .into_iter()
        .filter(|id| !seen.people.contains_key(id))
        .collect();
    seen.people.extend(walk.by_ids(&missing).await?);
    Ok(())
}

/// What was known, and what the enterprise looks like now.
struct Known {
    /// Department to the one above.
    parents: HashMap<String, String>,
    /// Ids that the enterprise gave departments, to Feishu's.
    custom: HashMap<String, String>,
    people: HashMap<String, KnownPerson>,
}

impl Known {
    /// Everybody that was seen, with what is known now.
    fn people(&self, seen: &Seen, report: &mut SyncReport) -> Vec<KnownPerson> {
        let mut all = Vec::with_capacity(seen.people.len());
        for (id, found) in &seen.people {
            let mut one = self.people.get(id).cloned().unwrap_or_default();
            one.facts.open_id.clone_from(id);
            match found {
                Found::Person(person) => {
                    report.blind |= person.status.is_none();
                    one = merged(person, self.chains(person), one);
                }
                Found::Nobody => one.facts.standing = Standing::Left,
                Found::Hidden => {}
            }
            if seen.groups.is_some() {
                self.regroup(seen, &mut one);
            }
            all.push(one);
        }
        all
    }

    /// The departments of a person with those above them; `None` when one is not known.
    fn chains(&self, person: &Person) -> Option<Vec<Vec<String>>> {
        let own = person.department_ids.as_ref()?;
        let own = own.iter().filter(|id| *id != ROOT);
        own.map(|id| self.chain(id)).collect()
    }

    fn chain(&self, id: &str) -> Option<Vec<String>> {
        let mut chain = vec![id.to_owned()];
        loop {
            let parent = self.parents.get(chain.last()?)?;
            if parent == ROOT {
                return Some(chain);
            }
            if parent.is_empty() || chain.contains(parent) {
                return None;
            }
            chain.push(parent.clone());
        }
    }

    /// Sets the groups of a person. A group that exists and was not looked into, because no rule
    /// names it or the app may not see it, stays as it was.
    fn regroup(&self, seen: &Seen, one: &mut KnownPerson) {
        let looked: BTreeSet<&str> = seen
            .memberships
            .iter()
            .map(|known| known.group.id.as_str())
            .collect();
        let exists = |id: &str| seen.groups.iter().flatten().any(|group| group.id == id);
        let before = one.facts.groups.take().unwrap_or_default().into_iter();
        let mut groups: BTreeSet<String> = before
            .filter(|id| !looked.contains(id.as_str()) && exists(id))
            .collect();
        for known in &seen.memberships {
            if self.belongs(known, one) {
                groups.insert(known.group.id.clone());
            }
        }
        one.facts.groups = Some(groups);
    }

    fn belongs(&self, membership: &Membership, one: &KnownPerson) -> bool {
        if membership.people.contains(&one.facts.open_id) {
            return true;
        }
        let within: BTreeSet<&str> = membership
            .departments
            .iter()
            .map(|id| self.custom.get(id).map_or(id.as_str(), String::as_str))
            .collect();
        let here = one.facts.departments.iter().flatten().flatten();
        within.contains(ROOT) || here.into_iter().any(|id| within.contains(id.as_str()))
    }
}

fn departments(seen: &[Department]) -> Vec<FeishuDepartment> {
    let all = seen.iter().map(|one| FeishuDepartment {
        id: one.open_department_id.clone(),
        parent: one.parent_department_id.clone(),
        custom: one.department_id.clone(),
        name: one.name.clone(),
    });
    all.collect()
}

fn custom_ids(tree: &[FeishuDepartment]) -> HashMap<String, String> {
    let named = tree.iter().filter(|one| !one.custom.is_empty());
    named
        .map(|one| (one.custom.clone(), one.id.clone()))
        .collect()
}

fn groups(seen: &[UserGroup]) -> Vec<FeishuGroup> {
    let all = seen.iter().map(|one| FeishuGroup {
        id: one.id.clone(),
        name: one.name.clone(),
    });
    all.collect()
}
