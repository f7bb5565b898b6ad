//! What follows for a member: its roles, and the end of what it may not have any more.

use bus::Wake;
use model::{
    CallId, Channel, EntryKind, Id, LedgerEntry, MemberId, Outcome, RoleSet, TenantId,
    policy::{Action as _, ConnectClient},
    role_mapping::Ended,
};
use serde_json::json;
use store::{CutOff, Page, RoleChange, StoreError, TenantTx};

use super::DirectoryCare;

/// Members that are settled in one transaction.
const AT_ONCE: u32 = 50;

/// What a transaction did, to be told to the replicas after its commit.
#[derive(Debug, Default)]
#[must_use = "the replicas are told after the commit"]
pub struct Settling {
    changes: Vec<RoleChange>,
    cut: Vec<(MemberId, CutOff)>,
}

impl Settling {
    /// Members whose roles changed.
    pub fn changed(&self) -> u64 {
        self.changes.len() as u64
    }

    /// Members who left or are frozen, and had something to lose.
    pub fn left(&self) -> u64 {
        let gone = |change: &&RoleChange| {
            matches!(
                change.settled.verdict.ended,
                Some(Ended::Left | Ended::Frozen)
            )
        };
        self.changes.iter().filter(gone).count() as u64
    }

    /// Connections, keys and browsers that were ended.
    pub(crate) fn ended(&self) -> (usize, usize, u64) {
        let cut = self.cut.iter().map(|(_, cut)| cut);
        cut.fold((0, 0, 0), |(grants, keys, sessions), one| {
            (
                grants + one.grants.len(),
                keys + one.keys.len(),
                sessions + one.sessions,
            )
        })
    }

    /// Whether anything is different now.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.cut.is_empty()
    }

    fn merge(&mut self, other: Self) {
        self.changes.extend(other.changes);
        self.cut.extend(other.cut);
    }
}

impl DirectoryCare {
    /// Gives a member the roles that the rules say, and takes back what it may not have any more,
    /// with the records of both. Tell the replicas afterwards ([`DirectoryCare::announce`]).
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn settle(&self, tx: &TenantTx, member: MemberId) -> Result<Settling, StoreError> {
        let mut settling = Settling::default();
        let mappings = tx.role_mappings();
        let Some(change) = mappings.apply(member).await? else {
            return Ok(settling);
        };
        let roles = change.settled.roles;
        if !roles.meets(ConnectClient::ROLES) {
            let reason = reason(&change);
            let cut = mappings.cut_off(member, roles.is_empty(), reason).await?;
            self.record_cut(tx, member, &cut, reason).await?;
            if !cut.is_empty() {
                settling.cut.push((member, cut));
            }
        }
        if change.changed() {
            tx.record(&self.changed_entry(tx.tenant(), &change)).await?;
            settling.changes.push(change);
        }
        Ok(settling)
    }

    /// Settles every member of a tenant.
    ///
    /// # Errors
    /// As [`DirectoryCare::settle`]; members before the failure are settled.
    pub async fn settle_all(&self, tenant: TenantId) -> Result<Settling, StoreError> {
        let scope = self.scope(tenant);
        let mut all = Settling::default();
        let mut page = Page::first(AT_ONCE);
        loop {
            let found = scope.read().await?.members().list(&page).await?;
            let ids: Vec<MemberId> = found.items.iter().map(|member| member.id).collect();
            let with = (self, ids);
            let settled = scope.retrying(&with, |tx, (care, ids)| {
                Box::pin(async move {
                    let mut part = Settling::default();
                    for id in ids {
                        part.merge(care.settle(tx, *id).await?);
                        care.place(tx, *id).await?;
                    }
                    Ok::<_, StoreError>(part)
                })
            });
            let part: Settling = settled.await?;
            self.announce(tenant, &part).await;
            all.merge(part);
            match found.next {
                Some(next) => page = Page::first(AT_ONCE).after(next),
                None => return Ok(all),
            }
        }
    }

    /// Says in which department a member's calls are counted from now on. Somebody about whom
    /// nothing is known stays where it was.
    async fn place(&self, tx: &TenantTx, member: MemberId) -> Result<(), StoreError> {
        let Some(known) = tx.members().get(member).await? else {
            return Ok(());
        };
        let facts = tx.enterprise().facts_of(&known).await?;
        let Some(chains) = facts.departments else {
            return Ok(());
        };
        let main = chains.first().and_then(|chain| chain.first());
        let department = match main {
            Some(id) => tx.enterprise().department(id).await?,
            None => None,
        };
        let department = department.map(|known| store::Department {
            id: known.id,
            name: known.name,
        });
        tx.departments()
            .place(member, department.as_ref())
            .await
            .map(drop)
    }

    /// Tells every replica: open streams of those who lost something end, caches forget.
    pub async fn announce(&self, tenant: TenantId, settling: &Settling) {
        let changed = settling.changes.iter().map(|change| change.member);
        let cut = settling.cut.iter().map(|(member, _)| *member);
        let members: std::collections::BTreeSet<MemberId> = changed.chain(cut).collect();
        let mut wakes: Vec<Wake> = members
            .into_iter()
            .map(|member| Wake::MemberRevoked { tenant, member })
            .collect();
        for (_, cut) in &settling.cut {
            let grants = cut.grants.iter().map(|grant| grant.id);
            // A key stands for a grant with the same number.
            let keys = cut.keys.iter().map(|key| Id::from_uuid(key.uuid()));
            wakes.extend(
                grants
                    .chain(keys)
                    .map(|grant| Wake::GrantRevoked { tenant, grant }),
            );
        }
        for wake in wakes {
            if let Err(error) = self.parts().bus.publish(wake).await {
                tracing::warn!(%error, "a change of roles could not be announced");
            }
        }
    }

    async fn record_cut(
        &self,
        tx: &TenantTx,
        member: MemberId,
        cut: &CutOff,
        reason: &str,
    ) -> Result<(), StoreError> {
        let detail = json!({ "reason": reason, "of": member.to_string() }).to_string();
        for grant in &cut.grants {
            let entry = LedgerEntry {
                member: Some(member),
                client: Some(grant.client),
                client_name: grant.client_name.clone(),
                grant: Some(grant.id),
                target: Some(grant.id.to_string()),
                detail: detail.clone(),
                ..self.entry(tx.tenant(), EntryKind::Revocation, "grant.revoke")
            };
            tx.record(&entry).await?;
        }
        for key in &cut.keys {
            let entry = LedgerEntry {
                member: Some(member),
                target: Some(key.to_string()),
                detail: detail.clone(),
                ..self.entry(tx.tenant(), EntryKind::Revocation, "api_key.revoke")
            };
            tx.record(&entry).await?;
        }
        Ok(())
    }

    fn changed_entry(&self, tenant: TenantId, change: &RoleChange) -> LedgerEntry {
        let rules: Vec<usize> = change
            .settled
            .verdict
            .steps
            .iter()
            .map(|step| step.rule + 1)
            .collect();
        let names = |roles: RoleSet| roles.names();
        LedgerEntry {
            target: Some(change.member.to_string()),
            detail: json!({
                "before": names(change.before),
                "after": names(change.settled.roles),
                "rules": rules,
                "ended": change.settled.verdict.ended.map(ended_name),
            })
            .to_string(),
            ..self.entry(tenant, EntryKind::Admin, "member.roles")
        }
    }

    fn entry(&self, tenant: TenantId, kind: EntryKind, action: &str) -> LedgerEntry {
        let parts = self.parts();
        LedgerEntry {
            tenant,
            id: CallId::mint(parts.clock.as_ref(), parts.entropy.as_ref()),
            kind,
            at: self.now(),
            member: None,
            account: None,
            client: None,
            client_name: "directory".to_owned(),
            grant: None,
            channel: Channel::Internal,
            action: action.to_owned(),
            effect: String::new(),
            target: None,
            policy_version: None,
            decision: None,
            outcome: Outcome::Ok,
            fault: None,
            feishu_log_id: None,
            upstream_calls: 0,
            duration_us: 0,
            detail: "{}".to_owned(),
        }
    }
}

/// Stable name of why everything ends.
const fn reason(change: &RoleChange) -> &'static str {
    match change.settled.verdict.ended {
        Some(Ended::Left) => "left",
        Some(Ended::Frozen) => "frozen",
        _ => "no_role",
    }
}

const fn ended_name(ended: Ended) -> &'static str {
    match ended {
        Ended::Left => "left",
        Ended::Frozen => "frozen",
        Ended::Refused(_) => "refused",
        Ended::Unclear(_) => "unclear",
    }
}
