//! One account's roles in a tenant.

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    response::Response,
};
use http::StatusCode;
use model::{AccountId, RoleSet, policy::ManagePeople};
use serde_json::json;
use store::{AccessChange, Account, StoreError};
use views::{
    Moment,
    console::{
        Tab,
        people::{PeopleChange, PeopleFault, PersonPage},
    },
    error::Trouble,
};

use super::{Person, Told, account_row, boxes, may_change, read_roles};
use crate::{
    WebState,
    console::{Away, Desk, act as come_in, enter},
    page::{self, PageFault},
    visit::Visit,
};

/// What the form posts: a list, so it is read by hand.
#[derive(Debug, Default)]
struct Wish {
    csrf: String,
    was: String,
    remove: bool,
    roles: RoleSet,
}

impl Wish {
    fn read(body: &[u8]) -> Self {
        let mut wish = Self::default();
        let mut roles = Vec::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            match &*name {
                "csrf" => wish.csrf = value.into_owned(),
                "was" => wish.was = value.into_owned(),
                "remove" => wish.remove = value == "yes",
                "role" => roles.push(value.into_owned()),
                _ => {}
            }
        }
        wish.roles = read_roles(roles.iter().map(String::as_str));
        wish
    }
}

/// Shows the account's roles.
///
/// Permissions: [`ManagePeople`].
pub(crate) async fn show(
    State(state): State<WebState>,
    Path((slug, account)): Path<(String, String)>,
    Query(told): Query<Told>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = enter::<ManagePeople>(&state, &visit, &slug).await?;
    let person = find(&state, &visit, &desk, &account).await?;
    let mut page = page_of(&state, &visit, &desk, &person);
    if let Some(change) = PeopleChange::of(&told.done) {
        let (tone, words) = change.notice(visit.lang());
        page.console = page.console.with_notice(tone, words);
    }
    Ok(page::show(page.render()))
}

/// Sets the account's roles, or takes its access away. Two admins at once: the second is told,
/// and nothing of what the first did is overwritten.
///
/// Permissions: [`ManagePeople`]; nobody changes its own roles, and owner and auditor are given
/// and taken by owners alone.
pub(crate) async fn act(
    State(state): State<WebState>,
    Path((slug, account)): Path<(String, String)>,
    visit: Visit,
    body: Bytes,
) -> Result<Response, Away> {
    let wish = Wish::read(&body);
    let desk = come_in::<ManagePeople>(&state, &visit, &slug, &wish.csrf).await?;
    let person = find(&state, &visit, &desk, &account).await?;
    let account = &person.account;
    let before = person.access.roles;
    let after = kept(&desk, before, &wish);
    let fault = if !may_touch(&desk, account.id, before) || !may_change(&desk, before, after) {
        Some(PeopleFault::NotYours)
    } else if after.is_empty() && !wish.remove {
        Some(PeopleFault::NoRole)
    } else {
        None
    };
    if fault.is_some() {
        let mut page = page_of(&state, &visit, &desk, &person);
        page.fault = fault;
        return Ok(page::answer(
            StatusCode::UNPROCESSABLE_ENTITY,
            page.render(),
        ));
    }
    let change = set(&state, &desk, account, &wish, after)
        .await
        .map_err(|error| PageFault::internal(&error, &visit))?;
    let place = match change {
        PeopleChange::Removed => "/people".to_owned(),
        _ => format!("/people/{}", account.id),
    };
    Ok(page::go(
        &desk.path(&format!("{place}?done={}", change.code())),
    ))
}

/// The wanted roles. Those that the asker had no free box for stay, unless all goes.
fn kept(desk: &Desk<ManagePeople>, before: RoleSet, wish: &Wish) -> RoleSet {
    if wish.remove {
        return RoleSet::EMPTY;
    }
    super::GIVEN
        .into_iter()
        .filter(|(role, _)| super::owns(desk) || !super::BY_OWNERS.has(*role))
        .fold(before, |kept, (role, _)| kept.without(role))
        .or(wish.roles)
}

/// An admin does not touch an owner, and nobody itself.
fn may_touch(desk: &Desk<ManagePeople>, account: AccountId, roles: RoleSet) -> bool {
    desk.principal().account() != Some(account)
        && (super::owns(desk) || !roles.has(model::Role::Owner))
}

async fn set(
    state: &WebState,
    desk: &Desk<ManagePeople>,
    account: &Account,
    wish: &Wish,
    after: RoleSet,
) -> Result<PeopleChange, StoreError> {
    let tx = desk.scope(state).write().await?;
    let access = tx.console_access();
    let before = match access.set(&desk.permit, account.id, after).await? {
        AccessChange::LastOwner => return Ok(PeopleChange::LastOwner),
        AccessChange::Done(before) => before,
    };
    // Left without a commit, the transaction takes the change back.
    if before.names() != wish.was {
        return Ok(PeopleChange::Conflict);
    }
    if before == after {
        return Ok(PeopleChange::Same);
    }
    let target = Some(account.email.clone());
    let (was, is) = (json!(before), json!(after));
    desk.record(state, &tx, "people.roles", target, &was, &is)
        .await?;
    tx.commit().await?;
    Ok(if after.is_empty() {
        PeopleChange::Removed
    } else {
        PeopleChange::Saved
    })
}

fn page_of(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManagePeople>,
    person: &Person,
) -> PersonPage {
    let roles = person.access.roles;
    let free = may_touch(desk, person.account.id, roles);
    PersonPage {
        console: desk.shell(visit, Tab::People),
        account: account_row(desk, person),
        was: roles.names(),
        boxes: boxes(desk, roles, free),
        free,
        fault: None,
        now: Moment(state.clock.now().millis()),
    }
}

/// The account, if it has access to this tenant.
async fn find(
    state: &WebState,
    visit: &Visit,
    desk: &Desk<ManagePeople>,
    id: &str,
) -> Result<Person, PageFault> {
    let missing = || PageFault::new(Trouble::NotFound, visit);
    let internal = |error: StoreError| PageFault::internal(&error, visit);
    let id: AccountId = id.parse().map_err(|_| missing())?;
    let list = async {
        desk.scope(state)
            .read()
            .await?
            .console_access()
            .list()
            .await
    };
    let access = list.await.map_err(internal)?;
    let access = access.into_iter().find(|row| row.account == id);
    let access = access.ok_or_else(missing)?;
    let read = async {
        let scope = state.store.platform("name an account with access");
        let tx = scope.read().await?;
        let second = tx.account_factors().protects(id).await?;
        Ok((tx.accounts().get(id).await?, second))
    };
    let (account, second) = read.await.map_err(internal)?;
    Ok(Person {
        account: account.ok_or_else(missing)?,
        access,
        second,
    })
}
