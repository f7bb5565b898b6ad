//! Who has access to a tenant's console.

pub(crate) mod invite;
pub(crate) mod person;
pub(crate) mod second_factor;
pub(crate) mod withdraw;

use std::collections::HashMap;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use model::{
    AccountId, Role, RoleSet,
    policy::{ManagePeople, ManageTenant},
};
use serde::Deserialize;
use store::{Account, AccountAccess, StoreError};
use views::{
    Moment,
    console::{
        Tab,
        people::{AccountRow, InviteRow, MemberAccess, PeopleChange, PeoplePage, RoleBox},
    },
};

use super::{Away, Desk, enter};
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Roles that an account can have, the strongest first.
pub(super) const GIVEN: [(Role, &str); 5] = [
    (Role::Owner, "owner"),
    (Role::Admin, "admin"),
    (Role::Auditor, "auditor"),
    (Role::Billing, "billing"),
    (Role::Developer, "developer"),
];
/// Roles that only an owner gives and takes: an admin could make itself see what admins may not.
const BY_OWNERS: RoleSet = RoleSet::of(&[Role::Owner, Role::Auditor]);
/// Members that are listed; whoever has more of them looks at the role mapping.
const MEMBERS: u64 = 200;

/// An account with access.
struct Person {
    account: Account,
    access: AccountAccess,
    /// Whether it has a second factor.
    second: bool,
}

/// What the redirect that led here says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Told {
    #[serde(default)]
    done: String,
}

/// Shows the list.
///
/// Permissions: [`ManagePeople`].
pub(crate) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Query(told): Query<Told>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManagePeople>(&state, &visit, &slug).await?;
    let mut page = build(&state, &visit, &desk)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    if let Some(change) = PeopleChange::of(&told.done) {
        let (tone, words) = change.notice(visit.lang());
        page.console = page.console.with_notice(tone, words);
    }
    Ok(page::show(page.render()))
}

pub(super) async fn build(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManagePeople>,
) -> Result<PeoplePage, StoreError> {
    let tx = desk.scope(state).read().await?;
    let access = tx.console_access().list().await?;
    let invites = tx.invites().list().await?;
    let members = tx.members().with_console_roles(MEMBERS).await?;
    drop(tx);
    let ids: Vec<AccountId> = access.iter().map(|row| row.account).collect();
    let (accounts, protected) = {
        let scope = state.store.platform("name the accounts with access");
        let tx = scope.read().await?;
        let accounts = tx.accounts().by_ids(&ids).await?;
        (accounts, tx.account_factors().having(&ids).await?)
    };
    let mut accounts: HashMap<AccountId, Account> = accounts
        .into_iter()
        .map(|account| (account.id, account))
        .collect();
    let people = access.into_iter().filter_map(|access| {
        let account = accounts.remove(&access.account)?;
        let second = protected.contains(&account.id);
        Some(Person {
            account,
            access,
            second,
        })
    });
    let rows = people.map(|person| account_row(desk, &person));
    let invites = invites.into_iter().map(|invite| InviteRow {
        id: invite.id,
        roles: role_names(invite.invitation.roles),
        email: invite.invitation.email,
        until: Moment(invite.expires_at.millis()),
    });
    let members = members.into_iter().map(|member| MemberAccess {
        roles: role_names(member.roles),
        seen: Moment(member.seen_at.millis()),
        name: member.name,
    });
    Ok(PeoplePage {
        console: desk.shell(visit, Tab::People),
        accounts: rows.collect(),
        members: members.collect(),
        mapping: desk.may::<ManageTenant>(),
        invites: invites.collect(),
        fresh: None,
        email: String::new(),
        boxes: boxes(desk, RoleSet::EMPTY, true),
        fault: None,
        second: desk.entry.rules.second_factor,
        owns: owns(desk),
        now: Moment(state.clock.now().millis()),
    })
}

fn account_row(desk: &Desk<ManagePeople>, person: &Person) -> AccountRow {
    let Person {
        account,
        access,
        second,
    } = person;
    AccountRow {
        name: account.name.clone(),
        email: account.email.clone(),
        roles: role_names(access.roles),
        since: Moment(access.created_at.millis()),
        seen: account.seen_at.map(|at| Moment(at.millis())),
        second: *second,
        blocked: !account.active,
        own: desk.principal().account() == Some(account.id),
        path: desk.path(&format!("/people/{}", account.id)),
    }
}

fn role_names(roles: RoleSet) -> Vec<String> {
    roles.iter().map(Role::name).collect()
}

/// The roles as boxes; those that the reader may not give are shown fixed.
fn boxes(desk: &Desk<ManagePeople>, ticked: RoleSet, free: bool) -> Vec<RoleBox> {
    GIVEN
        .into_iter()
        .map(|(role, name)| RoleBox {
            role: name,
            on: ticked.has(role),
            free: free && (owns(desk) || !BY_OWNERS.has(role)),
        })
        .collect()
}

fn owns(desk: &Desk<ManagePeople>) -> bool {
    desk.principal().roles().has(Role::Owner)
}

/// Whether the asker may turn `before` into `after`.
fn may_change(desk: &Desk<ManagePeople>, before: RoleSet, after: RoleSet) -> bool {
    let touched = |role: Role| before.has(role) != after.has(role);
    owns(desk) || !(touched(Role::Owner) || touched(Role::Auditor))
}

/// Roles as a form names them; names that no account can have give nothing.
fn read_roles<'a>(names: impl Iterator<Item = &'a str>) -> RoleSet {
    names
        .filter_map(|name| GIVEN.iter().find(|(_, known)| *known == name))
        .map(|(role, _)| *role)
        .collect()
}
