//! The settings of a tenant, as its admins and owners work with them.

use std::time::Duration;

use http::StatusCode;
use model::{Principal, Purpose, Role, RoleSet};
use store::Erasures;

use super::{Keeper, World};

const SETTINGS: &str = "/console/t/acme/settings";
const LIMITS: &str = "/console/t/acme/settings/limits";
const DATA: &str = "/console/t/acme/settings/data";
const SEEN: &str = "seen_name=Acme+%3Cb%3ERobotics%3C%2Fb%3E&seen_language=en";

impl World {
    async fn of_acme(&self, name: &str, roles: &[Role]) -> Keeper {
        self.account(&self.acme, name, RoleSet::of(roles)).await
    }

    async fn tenant_now(&self) -> model::Tenant {
        let entry = self.store.directory().by_id(self.acme.id).await.unwrap();
        entry.unwrap().tenant.clone()
    }
}

#[tokio::test]
async fn name_and_language_change_once_and_the_second_admin_is_told() {
    let world = World::new().await;
    let ann = world.of_acme("ann", &[Role::Admin]).await;
    let page = world.look(SETTINGS, &ann.cookie).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Acme &#60;b&#62;Robotics"));
    let csrf = page.csrf();
    let form = format!("csrf={csrf}&name=Acme+Labs&language=zh&{SEEN}");
    let saved = world.post_with(SETTINGS, &ann.cookie, &form).await;
    assert_eq!(saved.location(), format!("{SETTINGS}?done=saved"));
    assert_eq!(world.tenant_now().await.name, "Acme Labs");
    let second = format!("csrf={csrf}&name=Acme+Two&language=en&{SEEN}");
    let stale = world.post_with(SETTINGS, &ann.cookie, &second).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.body.contains("Somebody else changed this"));
    assert_eq!(world.tenant_now().await.name, "Acme Labs");
    for name in ["", "+++", "a%00b", &"x".repeat(81)] {
        let form =
            format!("csrf={csrf}&name={name}&language=zh&seen_name=Acme+Labs&seen_language=zh");
        let refused = world.post_with(SETTINGS, &ann.cookie, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.body.contains("id=\"name-fault\""), "{name}");
    }
    assert_eq!(world.recorded(&world.acme).await, ["tenant.rename"]);
}

#[tokio::test]
async fn limits_stay_within_the_plan() {
    let world = World::new().await;
    let ann = world.of_acme("ann", &[Role::Admin]).await;
    let csrf = world.look(SETTINGS, &ann.cookie).await.csrf();
    let form = |rates: &str| format!("csrf={csrf}&{rates}");
    // The free plan.
    let fast = form("member_burst=11&member_minute=60&tenant_burst=300&tenant_minute=1800");
    let refused = world.post_with(LIMITS, &ann.cookie, &fast).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("id=\"member_burst-fault\""));
    assert!(
        refused.body.contains("value=\"11\""),
        "what was typed stays"
    );
    let slow = form("member_burst=2&member_minute=6&tenant_burst=20&tenant_minute=60");
    let saved = world.post_with(LIMITS, &ann.cookie, &slow).await;
    assert_eq!(saved.location(), format!("{SETTINGS}?done=limits"));
    let limits = world.tenant_now().await.limits;
    assert_eq!((limits.member.burst, limits.tenant.per_minute), (2, 60));
    assert_eq!(world.recorded(&world.acme).await, ["tenant.limits"]);
}

#[tokio::test]
async fn settings_are_for_admins_of_the_tenant_with_a_form_of_their_own() {
    let world = World::new().await;
    let ann = world.of_acme("ann", &[Role::Admin]).await;
    let dev = world.of_acme("dev", &[Role::Developer]).await;
    let eve = world
        .account(&world.other, "eve", RoleSet::of(&[Role::Owner]))
        .await;
    let form = "csrf=x&name=Mine&language=en&member_burst=1&member_minute=1&tenant_burst=1&tenant_minute=1";
    for path in [SETTINGS, LIMITS] {
        for (keeper, status) in [
            (&ann, StatusCode::FORBIDDEN),
            (&dev, StatusCode::FORBIDDEN),
            (&eve, StatusCode::NOT_FOUND),
        ] {
            let answer = world.post_with(path, &keeper.cookie, form).await;
            assert_eq!(answer.status, status, "{path} {}", keeper.account.name);
        }
    }
    assert_eq!(
        world.look(SETTINGS, &eve.cookie).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(world.recorded(&world.acme).await.is_empty());
    let chinese = world
        .look(&format!("{SETTINGS}?lang=zh"), &ann.cookie)
        .await;
    assert!(chinese.body.contains("调用频率"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_takes_everything_along_without_a_secret() {
    let world = World::new().await;
    let ann = world.of_acme("ann", &[Role::Owner]).await;
    let lin = world.person(&world.acme, "Lin").await;
    let eve = world.person(&world.other, "Eve").await;
    world.grant(&world.acme, &lin, "Cursor").await;
    world.grant(&world.other, &eve, "Foreign").await;
    let file = world.look(&format!("{DATA}/export"), &ann.cookie).await;
    assert_eq!(file.status, StatusCode::OK);
    let named = file.headers[http::header::CONTENT_DISPOSITION].to_str();
    assert!(named.unwrap().starts_with("attachment; filename=\"acme-"));
    let lines: Vec<serde_json::Value> = file
        .body
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (manifest, rows) = lines.split_last().unwrap();
    let told = &manifest["manifest"]["statement"];
    for table in told["tables"].as_array().unwrap() {
        let found = rows.iter().filter(|row| row["table"] == table["table"]);
        assert_eq!(
            found.count() as u64,
            table["rows"].as_u64().unwrap(),
            "{table}"
        );
    }
    let of = |table: &str| rows.iter().filter(|row| row["table"] == table).count();
    assert_eq!((of("tenant"), of("members"), of("grants")), (1, 1, 1));
    assert!(file.body.contains("Lin") && file.body.contains("tenant.export"));
    for secret in ["\"secret\"", "Foreign", "Eve", &lin.cookie, &ann.cookie] {
        assert!(!file.body.contains(secret), "{secret}");
    }
    assert_eq!(world.recorded(&world.acme).await, ["tenant.export"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn giving_up_is_guarded_shown_everywhere_and_taken_back() {
    let world = World::new().await;
    let ann = world.of_acme("ann", &[Role::Owner]).await;
    let ben = world.of_acme("ben", &[Role::Admin]).await;
    let eve = world
        .account(&world.other, "eve", RoleSet::of(&[Role::Owner]))
        .await;
    for (keeper, status) in [(&ben, StatusCode::FORBIDDEN), (&eve, StatusCode::NOT_FOUND)] {
        assert_eq!(world.look(DATA, &keeper.cookie).await.status, status);
        let file = world.look(&format!("{DATA}/export"), &keeper.cookie).await;
        assert_eq!(file.status, status);
        let form = "csrf=x&confirm=acme";
        for path in [DATA.to_owned(), format!("{DATA}/keep")] {
            let refused = world.post_with(&path, &keeper.cookie, form).await;
            assert_eq!(refused.status, status, "{path}");
        }
    }
    let csrf = world.look(DATA, &ann.cookie).await.csrf();
    let wrong = format!("csrf={csrf}&confirm=other");
    let refused = world.post_with(DATA, &ann.cookie, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = format!("csrf={csrf}&confirm=acme");
    let asked = world.post_with(DATA, &ann.cookie, &right).await;
    assert_eq!(asked.status, StatusCode::OK);
    let link = asked
        .body
        .split("https://mcp.example.com/erasure/")
        .nth(1)
        .unwrap();
    let link = format!("/erasure/{}", link.split('<').next().unwrap());
    assert_eq!(world.get(&link, None).await.status, StatusCode::OK);
    let receipt = world.get(&format!("{link}/receipt"), None).await;
    assert_eq!(receipt.status, StatusCode::NOT_FOUND, "there is none yet");

    let page = world.look("/console/t/acme", &ben.cookie).await;
    assert!(page.body.contains("will be erased on 30 November 2026"));
    assert!(
        !world.look(DATA, &ann.cookie).await.body.contains("fmln_"),
        "shown once"
    );
    let keep = format!("csrf={csrf}");
    let kept = world
        .post_with(&format!("{DATA}/keep"), &ann.cookie, &keep)
        .await;
    assert_eq!(kept.location(), format!("{DATA}?done=kept"));
    assert_eq!(world.get(&link, None).await.status, StatusCode::GONE);
    assert_eq!(
        world.recorded(&world.acme).await,
        ["tenant.give_up", "tenant.keep"]
    );
    world.clock.advance(Duration::from_mins(11));
    let stale = world.look(DATA, &ann.cookie).await;
    assert!(
        stale.location().starts_with("/console/step-up"),
        "a fresh proof"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_receipt_is_there_when_the_organisation_is_gone() {
    let world = World::new().await;
    let ann = world.of_acme("ann", &[Role::Owner]).await;
    let csrf = world.look(DATA, &ann.cookie).await.csrf();
    let form = format!("csrf={csrf}&confirm=acme");
    let asked = world.post_with(DATA, &ann.cookie, &form).await;
    let link = asked
        .body
        .split("https://mcp.example.com/erasure/")
        .nth(1)
        .unwrap();
    let link = format!("/erasure/{}", link.split('<').next().unwrap());
    world.clock.advance(Duration::from_hours(7 * 24));
    let acme = &world.acme;
    let scope = world
        .store
        .scope(&Principal::platform(acme.id, Purpose::Housekeeping));
    let tx = scope.write().await.unwrap();
    tx.erasure().begin(acme).await.unwrap();
    for table in Erasures::tables() {
        tx.erasure().remove(table, 1_000).await.unwrap();
    }
    let done = tx.erasure().get().await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let tx = world.store.platform("tests").write().await.unwrap();
    tx.finish_erasure(acme, &done).await.unwrap();
    tx.commit().await.unwrap();
    world.store.tenant_changed(acme.id).await;

    let page = world.get(&link, None).await;
    assert!(
        page.body.contains("was erased on 30 Nov 2026"),
        "{}",
        page.body
    );
    let receipt = world.get(&format!("{link}/receipt"), None).await;
    assert!(receipt.body.contains("\"data_key\": \"destroyed\""));
    assert_eq!(
        world.look("/console/t/acme", &ann.cookie).await.status,
        StatusCode::SEE_OTHER
    );
    let csrf = {
        let keeper = world
            .account(&world.other, "new", RoleSet::of(&[Role::Owner]))
            .await;
        let csrf = world.look("/console/new", &keeper.cookie).await.csrf();
        (keeper, csrf)
    };
    let form = format!("csrf={}&name=Acme&slug=acme&brand=feishu&act=make", csrf.1);
    let taken = world.post_with("/console/new", &csrf.0.cookie, &form).await;
    assert_eq!(
        taken.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "its name stays unused"
    );
}
