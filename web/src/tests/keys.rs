//! API keys.

use http::StatusCode;
use model::{Access, Principal, Purpose};
use vault::{TokenHash, TokenKind};

use super::{Answer, Person, World};

/// The key that an answer shows.
fn shown(answer: &Answer) -> Option<String> {
    let rest = answer.body.split("id=\"fresh-key\"").nth(1)?;
    let start = rest.find("fmak_")?;
    Some(rest[start..].split('<').next()?.to_owned())
}

async fn make(world: &World, person: &Person, wish: &str) -> Answer {
    let csrf = world.csrf(&world.acme, person).await;
    let form = format!("csrf={csrf}&{wish}");
    world.post("/t/acme/keys", Some(person), &form).await
}

#[tokio::test]
async fn a_key_is_shown_once_and_only_its_hash_is_kept() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    let answer = make(&world, &lin, "name=nightly+report&days=30").await;
    assert_eq!(answer.status, StatusCode::OK);
    let key = shown(&answer).unwrap();
    let page = world.get("/t/acme/connections", Some(&lin)).await;
    assert!(page.body.contains("nightly report"));
    assert!(!page.body.contains(&key), "it is not shown again");
    assert_eq!(world.recorded(&world.acme).await, ["api_key.make"]);

    let scope = world
        .store
        .scope(&Principal::platform(world.acme.id, Purpose::Housekeeping));
    let tx = scope.read().await.unwrap();
    let hash = TokenHash::of(TokenKind::ApiKey, &key).unwrap();
    let row = tx.api_keys().by_hash(&hash).await.unwrap().unwrap();
    assert_eq!(row.member, lin.member.id);
    assert_eq!(row.access, Access::Read);
    let days = row.expires_at.since(row.created_at).as_secs() / 86_400;
    assert_eq!(days, 30);
}

#[tokio::test]
async fn a_wrong_wish_makes_no_key_and_keeps_what_was_typed() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    for wish in ["name=&days=30", "name=report&days=36500", "name=report"] {
        let answer = make(&world, &lin, wish).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wish}");
        assert_eq!(shown(&answer), None, "{wish}");
    }
    let answer = make(&world, &lin, "name=report&days=1").await;
    assert!(answer.body.contains("value=\"report\""));
    assert!(world.recorded(&world.acme).await.is_empty());
}

#[tokio::test]
async fn only_its_owner_ends_a_key() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    let wang = world.person(&world.acme, "Wang").await;
    let answer = make(&world, &lin, "name=report&days=7&write=yes").await;
    let path = answer.body.split("action=\"/t/acme/keys/").nth(1).unwrap();
    let path = format!("/t/acme/keys/{}", path.split('"').next().unwrap());
    let form = format!("csrf={}", world.csrf(&world.acme, &wang).await);
    let foreign = world.post(&path, Some(&wang), &form).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let form = format!("csrf={}", world.csrf(&world.acme, &lin).await);
    let own = world.post(&path, Some(&lin), &form).await;
    assert_eq!(own.location(), "/t/acme/connections?done=key#keys");
    let again = world.post(&path, Some(&lin), &form).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert_eq!(
        world.recorded(&world.acme).await,
        ["api_key.make", "api_key.revoke"]
    );
}

#[tokio::test]
async fn a_member_cannot_make_keys_without_end() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    let csrf = world.csrf(&world.acme, &lin).await;
    let form = format!("csrf={csrf}&name=report&days=7");
    for _ in 0..20 {
        let answer = world.post("/t/acme/keys", Some(&lin), &form).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    let answer = world.post("/t/acme/keys", Some(&lin), &form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(shown(&answer), None);
}
