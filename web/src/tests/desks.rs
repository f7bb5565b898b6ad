//! Who gets a desk in the console, asked by a route that exists in tests only.

use std::time::Duration;

use axum::{
    Form, Router,
    body::Body,
    extract::{Path, State},
    http::Request,
    response::Response,
    routing::get,
};
use http::{StatusCode, header};
use model::{
    Role, RoleSet, TenantStatus,
    policy::{Action, EraseTenant, ManagePeople, ManageTenant, ReadLedger},
};
use serde::Deserialize;
use serde_json::json;
use store::AccessChange;
use tower::ServiceExt as _;

use super::World;
use crate::{
    WebState,
    console::{self, Away},
    page,
    visit::Visit,
};

#[derive(Deserialize)]
struct Bare {
    #[serde(default)]
    csrf: String,
}

async fn look<A: Action<Target = ()>>(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
) -> Result<Response, Away> {
    let desk = console::enter::<A>(&state, &visit, &slug).await?;
    Ok(page::go(&format!("/seen?csrf={}", desk.session.csrf())))
}

async fn change<A: Action<Target = ()>>(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    visit: Visit,
    Form(form): Form<Bare>,
) -> Result<Response, Away> {
    let desk = console::act::<A>(&state, &visit, &slug, &form.csrf).await?;
    let tx = desk.scope(&state).write().await.unwrap();
    desk.record(&state, &tx, "test.change", None, &json!(1), &json!(2))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    Ok(page::go("/changed"))
}

fn route<A: Action<Target = ()>>() -> axum::routing::MethodRouter<WebState> {
    get(look::<A>).post(change::<A>)
}

impl World {
    /// Status and `Location` of a request to a desk.
    async fn desk(&self, what: &str, cookie: Option<&str>, form: Option<&str>) -> (u16, String) {
        let app = Router::new()
            .route("/console/t/{slug}/manage", route::<ManageTenant>())
            .route("/console/t/{slug}/people", route::<ManagePeople>())
            .route("/console/t/{slug}/audit", route::<ReadLedger>())
            .route("/console/t/{slug}/erase", route::<EraseTenant>())
            .with_state(self.state.clone());
        let mut request = Request::builder().uri(format!("/console/t/{what}"));
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = match form {
            None => request.body(Body::empty()),
            Some(form) => request
                .method("POST")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .body(Body::from(form.to_owned())),
        };
        let answer = app.oneshot(request.unwrap()).await.unwrap();
        let place = answer.headers().get(header::LOCATION);
        let place = place.map_or("", |value| value.to_str().unwrap()).to_owned();
        (answer.status().as_u16(), place)
    }

    async fn csrf_of(&self, what: &str, cookie: &str) -> String {
        let (_, place) = self.desk(what, Some(cookie), None).await;
        place.strip_prefix("/seen?").unwrap().to_owned()
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_sent_to_the_sign_in_whatever_the_tenant() {
    let world = World::new().await;
    for what in ["acme/manage", "nobody/manage"] {
        let (status, place) = world.desk(what, None, None).await;
        assert_eq!(status, 303);
        let back = what.replace('/', "%2F");
        assert_eq!(place, format!("/sign-in?return_to=%2Fconsole%2Ft%2F{back}"));
    }
    let (status, place) = world.desk("acme/manage", None, Some("csrf=x")).await;
    assert_eq!((status, place.as_str()), (303, "/sign-in"));
}

#[tokio::test]
async fn an_account_gets_the_desks_of_its_roles_in_its_own_tenant() {
    let world = World::new().await;
    let admin = RoleSet::of(&[Role::Admin]);
    let ann = world.account(&world.acme, "ann", admin).await;
    let ann = Some(ann.cookie.as_str());
    assert_eq!(world.desk("acme/manage", ann, None).await.0, 303);
    assert_eq!(world.desk("acme/erase", ann, None).await.0, 403);
    for foreign in ["other/manage", "nobody/manage", "%2e%2e/manage"] {
        assert_eq!(world.desk(foreign, ann, None).await.0, 404, "{foreign}");
    }
    let auditor = RoleSet::of(&[Role::Auditor]);
    let eve = world.account(&world.acme, "eve", auditor).await;
    let eve = Some(eve.cookie.as_str());
    assert_eq!(world.desk("acme/audit", eve, None).await.0, 303);
    assert_eq!(world.desk("acme/manage", eve, None).await.0, 403);
}

#[tokio::test]
async fn a_member_without_a_console_role_finds_no_console() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    assert_eq!(
        world.desk("acme/audit", Some(&lin.cookie), None).await.0,
        404
    );
}

#[tokio::test]
async fn access_that_is_taken_away_ends_at_once() {
    let world = World::new().await;
    let ann = world
        .account(&world.acme, "ann", RoleSet::of(&[Role::Admin]))
        .await;
    let gone = world
        .give(&world.acme, ann.account.id, RoleSet::EMPTY)
        .await;
    assert_eq!(gone, AccessChange::Done(RoleSet::of(&[Role::Admin])));
    assert_eq!(
        world.desk("acme/manage", Some(&ann.cookie), None).await.0,
        404
    );
}

#[tokio::test]
async fn the_overview_shows_only_where_its_reader_may_go() {
    let world = World::new().await;
    let admin = RoleSet::of(&[Role::Admin]);
    let ann = world.account(&world.acme, "ann", admin).await;
    let page = world.look("/console/t/acme", &ann.cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Acme &#60;b&#62;Robotics"));
    assert!(!page.body.contains("Other"));
    let missing = world.look("/console/t/other", &ann.cookie).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_last_owner_stays() {
    let world = World::new().await;
    let owner = RoleSet::of(&[Role::Owner]);
    let ann = world.account(&world.acme, "ann", owner).await;
    for fewer in [RoleSet::EMPTY, RoleSet::of(&[Role::Admin])] {
        let refused = world.give(&world.acme, ann.account.id, fewer).await;
        assert_eq!(refused, AccessChange::LastOwner);
    }
    let ben = world.account(&world.acme, "ben", owner).await;
    let gone = world
        .give(&world.acme, ann.account.id, RoleSet::EMPTY)
        .await;
    assert_eq!(gone, AccessChange::Done(owner));
    let refused = world
        .give(&world.acme, ben.account.id, RoleSet::EMPTY)
        .await;
    assert_eq!(refused, AccessChange::LastOwner);
}

#[tokio::test]
async fn a_form_needs_the_token_of_its_own_session() {
    let world = World::new().await;
    let admin = RoleSet::of(&[Role::Admin]);
    let ann = world.account(&world.acme, "ann", admin).await;
    let ben = world.account(&world.acme, "ben", admin).await;
    let own = world.csrf_of("acme/manage", &ann.cookie).await;
    let bens = world.csrf_of("acme/manage", &ben.cookie).await;
    for form in ["", "csrf=", "csrf=x", bens.as_str()] {
        let (status, _) = world
            .desk("acme/manage", Some(&ann.cookie), Some(form))
            .await;
        assert_eq!(status, 403, "{form}");
    }
    assert!(world.recorded(&world.acme).await.is_empty());
    let (status, place) = world
        .desk("acme/manage", Some(&ann.cookie), Some(&own))
        .await;
    assert_eq!((status, place.as_str()), (303, "/changed"));
    assert_eq!(world.recorded(&world.acme).await, ["test.change"]);
}

#[tokio::test]
async fn a_dangerous_desk_asks_for_a_fresh_proof() {
    let world = World::new().await;
    let ann = world
        .account(&world.acme, "ann", RoleSet::of(&[Role::Owner]))
        .await;
    let form = world.csrf_of("acme/erase", &ann.cookie).await;
    world.clock.advance(Duration::from_secs(601));
    let (status, place) = world.desk("acme/erase", Some(&ann.cookie), None).await;
    assert_eq!(status, 303);
    assert_eq!(
        place,
        "/console/step-up?return_to=%2Fconsole%2Ft%2Facme%2Ferase"
    );
    let (_, place) = world
        .desk("acme/erase", Some(&ann.cookie), Some(&form))
        .await;
    assert_eq!(place, "/console/step-up");
    assert_eq!(
        world.desk("acme/manage", Some(&ann.cookie), None).await.0,
        303
    );
}

#[tokio::test]
async fn a_session_ends_with_its_time_and_with_its_account() {
    let world = World::new().await;
    let admin = RoleSet::of(&[Role::Admin]);
    let ann = world.account(&world.acme, "ann", admin).await;
    let ben = world.account(&world.acme, "ben", admin).await;
    let tx = world
        .store
        .platform("block an account")
        .write()
        .await
        .unwrap();
    tx.accounts()
        .set_active(ben.account.id, false)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let (_, place) = world.desk("acme/manage", Some(&ben.cookie), None).await;
    assert!(place.starts_with("/sign-in"));
    world.clock.advance(Duration::from_hours(12));
    let (_, place) = world.desk("acme/manage", Some(&ann.cookie), None).await;
    assert!(place.starts_with("/sign-in"));
}

#[tokio::test]
async fn a_suspended_tenant_says_so_to_its_own_people_only() {
    let world = World::new().await;
    let admin = RoleSet::of(&[Role::Admin]);
    let ann = world.account(&world.acme, "ann", admin).await;
    let eve = world.account(&world.other, "eve", admin).await;
    let tx = world.store.platform("suspend").write().await.unwrap();
    let id = world.acme.id;
    tx.tenants()
        .set_status(id, TenantStatus::Suspended)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.store.tenant_changed(id).await;
    let (status, _) = world.desk("acme/manage", Some(&ann.cookie), None).await;
    assert_eq!(status, StatusCode::FORBIDDEN.as_u16());
    let (status, _) = world.desk("acme/manage", Some(&eve.cookie), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND.as_u16());
}
