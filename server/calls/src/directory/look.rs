//! One person, asked for at the moment in which it matters: at a sign-in and at a refresh.

use std::collections::BTreeSet;

use feishu::{
    ErrorClass, FeishuError, Session,
    api::directory::{self, AccountStatus, Found, GroupKind, Person},
};
use model::{
    MemberId, Tenant, TenantId,
    role_mapping::{Standing, Whom},
};
use store::{KnownPerson, StoreError, TenantTx};

use super::{AskError, DirectoryCare, Settling};

/// What Feishu said about one person just now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    open_id: String,
    found: Found,
    /// `None` when no rule asks, or the app may not read them.
    groups: Option<BTreeSet<String>>,
}

impl DirectoryCare {
    /// Asks about one person; `None` when Feishu does not answer in time or the app may not ask:
    /// then what is known already counts.
    pub async fn look(&self, tenant: &Tenant, open_id: &str) -> Option<Look> {
        let within = self.parts().options.within;
        let key = (tenant.id, open_id.to_owned());
        // Noted before the answer: of many refreshes at once one asks, and what it finds ends the
        // access of all.
        self.0.looked.insert(key.clone(), self.now());
        let asked = tokio::time::timeout(within, self.ask(tenant, open_id)).await;
        if !matches!(asked, Ok(Ok(_))) {
            self.0.looked.invalidate(&key);
        }
        match asked {
            Ok(Ok(look)) => Some(look),
            Ok(Err(error)) => {
                tracing::info!(tenant = %tenant.id, %error, "a person could not be looked up");
                None
            }
            Err(_) => {
                tracing::info!(tenant = %tenant.id, "a person could not be looked up in time");
                None
            }
        }
    }

    /// Asks about a member, unless that was done a moment ago, and gives it the roles that follow.
    /// What Feishu does not say changes nothing.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn reconsider(&self, tenant: TenantId, member: MemberId) -> Result<(), StoreError> {
        let Some(entry) = self.parts().store.directory().by_id(tenant).await? else {
            return Ok(());
        };
        let known = {
            let tx = self.scope(tenant).read().await?;
            tx.members().get(member).await?
        };
        let Some(known) = known else {
            return Ok(());
        };
        let key = (tenant, known.open_id.clone());
        if self.0.looked.contains_key(&key) {
            return Ok(());
        }
        let Some(look) = self.look(&entry.tenant, &known.open_id).await else {
            return Ok(());
        };
        let with = (self, look, member);
        let scope = self.scope(tenant);
        let settling = scope.retrying(&with, |tx, (care, look, member)| {
            Box::pin(async move {
                look.keep(tx).await?;
                care.settle(tx, *member).await
            })
        });
        let settling: Settling = settling.await?;
        self.announce(tenant, &settling).await;
        Ok(())
    }

    async fn ask(&self, tenant: &Tenant, open_id: &str) -> Result<Look, AskError> {
        let by_group = {
            let tx = self.scope(tenant.id).read().await?;
            let kept = tx.role_mappings().read().await?;
            let mut rules = kept.mappings.rules.iter();
            rules.any(|rule| matches!(rule.whom, Whom::Group { .. }))
        };
        let session = self.session(tenant).await?;
        let asked = futures::join!(
            directory::person(&session, open_id),
            groups(&session, open_id, by_group),
        );
        if let Err(error) = &asked.0
            && matches!(
                error.class(),
                ErrorClass::TokenInvalid | ErrorClass::AppConfig
            )
        {
            self.forget_session(tenant.id);
        }
        Ok(Look {
            open_id: open_id.to_owned(),
            found: asked.0?,
            groups: asked.1,
        })
    }
}

/// The groups of a person; `None` when they are not asked for or cannot be read.
async fn groups(session: &Session, open_id: &str, wanted: bool) -> Option<BTreeSet<String>> {
    if !wanted {
        return None;
    }
    let both = GroupKind::ALL.map(|kind| groups_of(session, open_id, kind));
    match futures::future::try_join_all(both).await {
        Ok(lists) => Some(lists.into_iter().flatten().collect()),
        Err(error) => {
            tracing::info!(%error, "the groups of a person are not known");
            None
        }
    }
}

async fn groups_of(
    session: &Session,
    open_id: &str,
    kind: GroupKind,
) -> Result<Vec<String>, FeishuError> {
    let mut all = Vec::new();
    let mut next: Option<String> = None;
    loop {
        let page = directory::groups_of(session, open_id, kind, next.as_deref()).await?;
        all.extend(page.items);
        next = page.next;
        if next.is_none() {
            return Ok(all);
        }
    }
}

impl Look {
    /// Whether Feishu says nothing about the person: out of the app's sight.
    pub(crate) const fn is_silent(&self) -> bool {
        matches!(self.found, Found::Hidden)
    }

    /// Keeps what Feishu said; what it did not say stays as it was known.
    ///
    /// # Errors
    /// Fails when the store does.
    pub async fn keep(&self, tx: &TenantTx) -> Result<(), StoreError> {
        let all = tx.enterprise();
        let round = all.sync().await?.map_or(0, |state| state.round);
        let known = all.person(&self.open_id).await?.unwrap_or_default();
        let mut fresh = match &self.found {
            Found::Person(person) => {
                let chains = chains(tx, person).await?;
                merged(person, chains, known)
            }
            Found::Nobody => {
                let mut gone = known;
                gone.facts.standing = Standing::Left;
                gone
            }
            Found::Hidden => known,
        };
        fresh.facts.open_id.clone_from(&self.open_id);
        if self.groups.is_some() {
            fresh.facts.groups.clone_from(&self.groups);
        }
        all.keep_people(round, &[fresh]).await
    }
}

/// The departments of a person with those above them; `None` when one is not known.
async fn chains(tx: &TenantTx, person: &Person) -> Result<Option<Vec<Vec<String>>>, StoreError> {
    let Some(own) = &person.department_ids else {
        return Ok(None);
    };
    let mut chains = Vec::with_capacity(own.len());
    for id in own.iter().filter(|id| *id != directory::ROOT) {
        match tx.enterprise().chain(id).await? {
            Some(chain) => chains.push(chain),
            None => return Ok(None),
        }
    }
    Ok(Some(chains))
}

/// What is known about a person after an answer.
pub(super) fn merged(
    person: &Person,
    chains: Option<Vec<Vec<String>>>,
    before: KnownPerson,
) -> KnownPerson {
    let mut fresh = before;
    fresh.facts.open_id.clone_from(&person.open_id);
    if person.union_id.is_some() {
        fresh.facts.union_id.clone_from(&person.union_id);
    }
    if !person.name.is_empty() {
        fresh.name.clone_from(&person.name);
    }
    if let Some(status) = person.status {
        fresh.facts.standing = standing(status);
    }
    if chains.is_some() {
        fresh.facts.departments = chains;
    }
    fresh
}

/// What the state of an account means.
const fn standing(status: AccountStatus) -> Standing {
    if status.is_resigned || status.is_exited {
        Standing::Left
    } else if status.is_frozen {
        Standing::Frozen
    } else {
        Standing::Works
    }
}
