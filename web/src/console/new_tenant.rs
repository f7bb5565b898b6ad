//! Makes an organisation; whoever makes it owns it.

use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Response},
};
use edge::{AccountVisit, routes};
use http::StatusCode;
use model::{
    Brand, CallId, Capability, Channel, EntryKind, Id, LedgerEntry, Limits, Outcome, Principal,
    Purpose, Role, RoleSet, Slug, Tenant,
    policy::{ManagePeople, authorize},
};
use serde::Deserialize;
use serde_json::json;
use store::{NewTenant, StoreError};
use vault::Secret;
use views::{
    error::Trouble,
    new_tenant::{NewTenantFault, NewTenantPage},
};

use super::visitor_of;
use crate::{
    WebState,
    page::{self, PageFault},
    visit::Visit,
};

/// Organisations that one account may have access to and still make another.
const MOST: usize = 20;
/// Longest name.
const NAME_MAX: usize = 80;
/// Short names that mean something else somewhere.
const RESERVED: &[&str] = &[
    "admin",
    "api",
    "conformance",
    "console",
    "default",
    "new",
    "nobody",
    "operator",
    "www",
];

/// What the form posts.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    slug: String,
    #[serde(default)]
    brand: String,
    #[serde(default)]
    act: String,
}

/// Shows the form.
///
/// Permissions: an account.
pub(crate) async fn show(
    State(state): State<WebState>,
    visit: Visit,
) -> Result<Response, PageFault> {
    let Some(known) = account(&state, &visit).await? else {
        return Ok(page::go(&sign_in()));
    };
    let page = form(&state, &visit, &known, &Wish::default());
    Ok(page::show(page.render()))
}

/// Looks a short name up, or makes the organisation.
///
/// Permissions: an account; it becomes the owner.
pub(crate) async fn act(
    State(state): State<WebState>,
    visit: Visit,
    Form(wish): Form<Wish>,
) -> Result<Response, PageFault> {
    let Some(known) = account(&state, &visit).await? else {
        return Ok(page::go(&sign_in()));
    };
    if !known.accepts(&state.urls, &visit.headers, Some(&wish.csrf)) {
        return Err(PageFault::new(Trouble::FormExpired, &visit));
    }
    let internal = |error: StoreError| PageFault::internal(&error, &visit);
    let mut page = form(&state, &visit, &known, &wish);
    let slug = match check(&state, &known, &wish).await.map_err(internal)? {
        Ok(slug) if wish.act == "check" => {
            page.slug = slug.to_string();
            page.free = true;
            return Ok(page::show(page.render()));
        }
        Ok(slug) => slug,
        Err(fault) => return Ok(refused(page, fault)),
    };
    match make(&state, &known, &wish, slug).await {
        Ok(tenant) => Ok(page::go(&format!(
            "/console/t/{}/setup?done=created",
            tenant.slug
        ))),
        // Somebody was faster.
        Err(StoreError::Conflict { .. }) => {
            let other = suggestion(&state, &page.slug).await.map_err(internal)?;
            Ok(refused(page, NewTenantFault::Taken(other)))
        }
        Err(error) => Err(internal(error)),
    }
}

fn refused(mut page: NewTenantPage, fault: NewTenantFault) -> Response {
    page.fault = Some(fault);
    page::answer(StatusCode::UNPROCESSABLE_ENTITY, page.render()).into_response()
}

async fn account(state: &WebState, visit: &Visit) -> Result<Option<AccountVisit>, PageFault> {
    let known = state.auth.account(&visit.headers).await;
    known.map_err(|error| PageFault::internal(&error, visit))
}

fn sign_in() -> String {
    format!("{}?return_to=%2Fconsole%2Fnew", routes::CONSOLE_SIGN_IN)
}

fn form(state: &WebState, visit: &Visit, known: &AccountVisit, wish: &Wish) -> NewTenantPage {
    NewTenantPage {
        shell: visit.shell().with_visitor(visitor_of(known)),
        csrf: known.csrf.clone(),
        name: wish.name.chars().take(NAME_MAX).collect(),
        slug: wish.slug.chars().take(40).collect(),
        lark: wish.brand == Brand::Lark.name(),
        fault: None,
        free: false,
        address: state.urls.at("/t/"),
    }
}

/// The short name that is free, or why there will be no organisation.
async fn check(
    state: &WebState,
    known: &AccountVisit,
    wish: &Wish,
) -> Result<Result<Slug, NewTenantFault>, StoreError> {
    if wish.act != "check" && wish.name.trim().is_empty() {
        return Ok(Err(NewTenantFault::Name));
    }
    let tenants = {
        let scope = state
            .store
            .platform("how many organisations an account has");
        let tx = scope.read().await?;
        tx.accounts().tenants_of(known.account.id).await?
    };
    if tenants.len() >= MOST {
        return Ok(Err(NewTenantFault::TooMany));
    }
    let typed = wish.slug.trim();
    let wanted = if typed.is_empty() {
        suggestion(state, &wish.name).await?
    } else {
        typed.to_ascii_lowercase()
    };
    let Ok(slug) = wanted.parse::<Slug>() else {
        return Ok(Err(NewTenantFault::Slug));
    };
    if is_taken(state, &slug).await? {
        let other = suggestion(state, slug.as_str()).await?;
        return Ok(Err(NewTenantFault::Taken(other)));
    }
    Ok(Ok(slug))
}

async fn is_taken(state: &WebState, slug: &Slug) -> Result<bool, StoreError> {
    Ok(RESERVED.contains(&slug.as_str()) || state.store.directory().by_slug(slug).await?.is_some())
}

/// A short name near `name` that is free.
async fn suggestion(state: &WebState, name: &str) -> Result<String, StoreError> {
    let stem = stem(name);
    for number in 1..=20_u32 {
        let text = if number == 1 {
            stem.clone()
        } else {
            format!("{stem}-{number}")
        };
        if let Ok(slug) = text.parse::<Slug>()
            && !is_taken(state, &slug).await?
        {
            return Ok(text);
        }
    }
    let mut random = [0_u8; 4];
    state.entropy.fill(&mut random);
    Ok(format!("{stem}-{:08x}", u32::from_be_bytes(random)))
}

/// What of a name can stand in a path.
fn stem(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() && (!text.is_empty() || c.is_ascii_lowercase()) {
            text.push(c);
        } else if !text.is_empty() && !text.ends_with('-') {
            text.push('-');
        }
        if text.len() >= 28 {
            break;
        }
    }
    let text = text.trim_end_matches('-');
    if text.len() < 2 {
        "org".to_owned()
    } else {
        text.to_owned()
    }
}

/// The tenant, then its owner, then the record: an organisation that nobody owns after a failure
/// in between is the operator's to remove, and its name is the only loss.
async fn make(
    state: &WebState,
    known: &AccountVisit,
    wish: &Wish,
    slug: Slug,
) -> Result<Tenant, StoreError> {
    let brand = Brand::from_name(&wish.brand).unwrap_or(Brand::Feishu);
    let name: String = wish
        .name
        .chars()
        .filter(|c| !c.is_control())
        .take(NAME_MAX)
        .collect();
    let tenant = {
        let scope = state.store.platform("an account makes an organisation");
        let tx = scope.write().await?;
        let new = NewTenant {
            slug,
            name: name.trim().to_owned(),
            brand,
            app_id: String::new(),
            app_secret: Secret::new(""),
            capabilities: Capability::USUAL.to_vec(),
            limits: Limits::default(),
            locale: known.account.locale,
        };
        let tenant = tx.tenants().add(new).await?;
        tx.commit().await?;
        tenant
    };
    let Some(entry) = state.store.directory().by_id(tenant.id).await? else {
        return Err(StoreError::UnknownTenant);
    };
    let platform = Principal::platform(tenant.id, Purpose::Operator);
    let permit = authorize::<ManagePeople>(&entry.rules, &platform, &())
        .map_err(|_| StoreError::ForeignPermit)?;
    let owner = RoleSet::of(&[Role::Owner]);
    let tx = state.store.scope(&platform).write().await?;
    tx.console_access()
        .set(&permit, known.account.id, owner)
        .await?;
    let id: CallId = Id::mint(state.clock.as_ref(), state.entropy.as_ref());
    let after = json!({
        "slug": tenant.slug.as_str(),
        "name": tenant.name,
        "brand": brand.name(),
        "owner": known.account.id.to_string(),
    });
    tx.record(&LedgerEntry {
        tenant: tenant.id,
        id,
        kind: EntryKind::Admin,
        at: state.clock.now(),
        member: None,
        account: Some(known.account.id),
        policy_version: None,
        decision: None,
        client: None,
        client_name: "console".to_owned(),
        grant: None,
        channel: Channel::Console,
        action: "tenant.create".to_owned(),
        effect: String::new(),
        target: Some(tenant.slug.to_string()),
        outcome: Outcome::Ok,
        fault: None,
        feishu_log_id: None,
        upstream_calls: 0,
        duration_us: 0,
        detail: json!({ "before": null, "after": after }).to_string(),
    })
    .await?;
    tx.commit().await?;
    Ok(tenant)
}

#[cfg(test)]
mod tests {
    use model::Slug;

    use super::stem;

    #[test]
    fn every_name_gives_a_short_name() {
        for (name, expected) in [
            ("Acme Robotics, Inc.", "acme-robotics-inc"),
            ("  42 Wallaby Way ", "wallaby-way"),
            ("极光科技", "org"),
            ("A", "org"),
            ("a--b__c", "a-b-c"),
            ("", "org"),
        ] {
            assert_eq!(stem(name), expected, "{name}");
            assert!(stem(name).parse::<Slug>().is_ok());
        }
        assert!(stem(&"x y".repeat(40)).parse::<Slug>().is_ok());
    }
}
