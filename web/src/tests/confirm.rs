//! The page on which a member agrees to one call.

use http::StatusCode;
use model::{
    Bound, CallId, Confirmation, ConfirmationState, Principal, PrincipalParts, Role, RoleSet,
    Subject, digest,
    policy::{CallTool, Effect, ToolFacts, authorize},
};
use serde_json::json;
use store::NewConfirmation;

use super::{Person, World};

impl World {
    /// A call of a person's client that waits for the person.
    async fn question_to(&self, person: &Person) -> Confirmation {
        let grant = self.grant(&self.acme, person, "Cursor <b>").await;
        let entry = self.store.directory().by_id(self.acme.id).await.unwrap();
        let rules = &entry.unwrap().rules;
        let who = Principal::establish(PrincipalParts {
            tenant: self.acme.id,
            subject: Subject::Member {
                id: person.member.id,
                open_id: person.member.open_id.clone(),
                name: person.member.name.clone(),
            },
            roles: RoleSet::EMPTY.with(Role::EndUser),
            access: model::Access::Write,
            client: model::ClientRef::unregistered("Cursor <b>"),
            grant: Some(grant),
            channel: model::Channel::Mcp,
            locale: model::Locale::En,
            expires_at: None,
        });
        let facts = ToolFacts {
            name: "comments",
            effect: Effect::Destroy,
            capability: None,
        };
        let permit = authorize::<CallTool>(rules, &who, &facts).unwrap();
        let tx = self.store.scope(&who).write().await.unwrap();
        let client = tx.grants().get(grant).await.unwrap().unwrap().client;
        let bound = Bound {
            member: person.member.id,
            client: Some(client),
            grant: Some(grant),
            tool: "comments".to_owned(),
            digest: digest(&json!({ "op": "delete" })),
            policy_version: rules.version,
        };
        let asked = tx
            .confirmations()
            .ask(
                &permit,
                &NewConfirmation {
                    bound: &bound,
                    client_name: "Cursor <b>",
                    page_only: false,
                    question: "Delete the comment of \u{202E}<i>Wang</i>? It stands beside the words of a \
                               whole paragraph, and its seventeen answers go with it for good.",
                    asked_by: CallId::mint(&*self.clock, &*self.entropy),
                },
            )
            .await
            .unwrap();
        tx.commit().await.unwrap();
        asked
    }

    async fn state_of(&self, asked: &Confirmation) -> ConfirmationState {
        let operator = Principal::platform(self.acme.id, model::Purpose::Operator);
        let tx = self.store.scope(&operator).read().await.unwrap();
        tx.confirmations()
            .get(asked.id)
            .await
            .unwrap()
            .unwrap()
            .state
    }
}

#[tokio::test]
async fn a_member_sees_what_is_asked_and_answers_once() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    for (decision, then, act) in [
        ("agree", ConfirmationState::Granted, "call.agree"),
        ("decline", ConfirmationState::Declined, "call.decline"),
    ] {
        let asked = world.question_to(&lin).await;
        let path = format!("/t/acme/confirm/{}", asked.id);
        let list = world.get("/t/acme/connections", Some(&lin)).await;
        assert!(list.body.contains(&path), "the list of what waits");
        let page = world.get(&path, Some(&lin)).await;
        assert_eq!(page.status, StatusCode::OK);
        for shown in [
            "Delete the comment of &#60;i&#62;Wang&#60;/i&#62;?",
            "and its seventeen answers go with it for good.",
            "Cursor &#60;b&#62;",
            "<code>comments</code>",
            "Unverified client",
        ] {
            assert!(page.body.contains(shown), "{shown}");
        }
        // Looking is no answer, and neither is a form without one.
        assert_eq!(world.state_of(&asked).await, ConfirmationState::Pending);
        let empty = format!("csrf={}", page.csrf());
        let unclear = world.post(&path, Some(&lin), &empty).await;
        assert_eq!(unclear.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(world.state_of(&asked).await, ConfirmationState::Pending);

        let form = format!("csrf={}&decision={decision}", page.csrf());
        let answer = world.post(&path, Some(&lin), &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.location(), path);
        assert_eq!(world.state_of(&asked).await, then);
        let entry = world.entries(&world.acme).await.remove(0).entry;
        assert_eq!(entry.action, act);
        assert!(
            entry.detail.contains(&asked.id.to_string()),
            "{}",
            entry.detail
        );
        let page = world.get(&path, Some(&lin)).await;
        assert!(page.body.contains("role=\"status\"") && !page.body.contains("id=\"agree\""));
        let other = format!("csrf={}&decision=agree", page.csrf());
        let late = world.post(&path, Some(&lin), &other).await;
        assert_eq!(late.status, StatusCode::SEE_OTHER);
        assert_eq!(world.state_of(&asked).await, then);
    }
}

#[tokio::test]
async fn a_question_does_not_exist_for_anybody_else() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    let wang = world.person(&world.acme, "Wang").await;
    let there = world.person(&world.other, "Lin").await;
    let asked = world.question_to(&lin).await;
    let path = format!("/t/acme/confirm/{}", asked.id);
    let nothing = "/t/acme/confirm/cnf_01jd3v8s2k4x7m9p0q5r6t8v2w";
    for path in [path.as_str(), nothing, "/t/acme/confirm/x"] {
        let page = world.get(path, Some(&wang)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!page.body.contains("Delete"), "{path}");
        let form = format!(
            "csrf={}&decision=agree",
            world.csrf(&world.acme, &wang).await
        );
        let answer = world.post(path, Some(&wang), &form).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let elsewhere = path.replace("acme", "other");
    let page = world.get(&elsewhere, Some(&there)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    // Whoever is not signed in signs in first, and comes back.
    let page = world.get(&path, None).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let back = path.replace('/', "%2F");
    assert_eq!(page.location(), format!("/t/acme/sign-in?return_to={back}"));
    assert_eq!(world.state_of(&asked).await, ConfirmationState::Pending);
}

#[tokio::test]
async fn no_other_site_and_no_other_session_answers() {
    let world = World::new().await;
    let lin = world.person(&world.acme, "Lin").await;
    let wang = world.person(&world.acme, "Wang").await;
    let asked = world.question_to(&lin).await;
    let path = format!("/t/acme/confirm/{}", asked.id);
    let good = format!(
        "csrf={}&decision=agree",
        world.csrf(&world.acme, &lin).await
    );
    let foreign = format!(
        "csrf={}&decision=agree",
        world.csrf(&world.acme, &wang).await
    );
    for (form, site) in [
        (good.as_str(), "cross-site"),
        (foreign.as_str(), "same-origin"),
        ("decision=agree", "same-origin"),
    ] {
        let answer = world.post_from(&path, Some(&lin), form, site).await;
        assert!(answer.status.is_client_error(), "{form} from {site}");
        assert_eq!(world.state_of(&asked).await, ConfirmationState::Pending);
    }
    world.clock.advance(Confirmation::LIFE);
    let page = world.get(&path, Some(&lin)).await;
    assert!(page.body.contains("expired") && !page.body.contains("id=\"agree\""));
    world.post(&path, Some(&lin), &good).await;
    assert_eq!(world.state_of(&asked).await, ConfirmationState::Pending);
}
