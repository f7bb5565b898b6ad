//! What destroys, and what reaches outside, runs only after its member agreed to that very call.

use std::time::Duration;

use model::{
    Access, Bound, Channel, ClientRef, Confirmation, EntryKind, GrantId, Id, Locale, MemberId,
    OsEntropy, Outcome, Principal, PrincipalParts, Role, RoleSet, Subject, SystemClock, Unfit,
    digest,
    policy::{CallTool, Effect, ManageTenant, Rules, ToolFacts, authorize},
};
use serde_json::{Value, json};
use store::{EntryFilter, NewConfirmation, Page, StoredEntry};
use tests::On;
use tools::{ErrorKind, Progress};

use super::{
    probe::{probing, told},
    recorded,
};
use crate::{Answered, AnsweredBy, Asked, CallReply, CallRequest, Gate, testing::World};

/// A member through some grant.
fn caller(world: &World, member: MemberId, grant: Option<GrantId>) -> Principal {
    Principal::establish(PrincipalParts {
        tenant: world.entry.tenant.id,
        subject: Subject::Member {
            id: member,
            open_id: "ou_1".to_owned(),
            name: "Ann".to_owned(),
        },
        roles: RoleSet::EMPTY.with(Role::EndUser),
        access: Access::Write,
        client: ClientRef::unregistered("test"),
        grant,
        channel: Channel::Mcp,
        locale: Locale::En,
        expires_at: None,
    })
}

fn grant() -> GrantId {
    Id::mint(&SystemClock, &OsEntropy)
}

/// Calls, and says whether the tool ran.
async fn call(gate: &Gate, who: &Principal, tool: &str, arguments: Value) -> (CallReply, bool) {
    let (mut request, mut runs) = told(tool, "");
    request.arguments = arguments;
    let reply = gate.call(who, request).await;
    (reply, runs.try_recv().is_ok())
}

fn delete() -> Value {
    json!({ "name": "the plan" })
}

/// The same question, which must have been asked.
async fn asked(gate: &Gate, who: &Principal, arguments: Value) -> Asked {
    let (reply, ran) = call(gate, who, "destroys", arguments).await;
    assert!(!ran);
    assert_eq!(reply.outcome, Outcome::Pending);
    // An ordinary result, which says what to do.
    let output = reply.result.unwrap();
    let question = reply.asked.unwrap();
    for said in [&question.question, &question.link] {
        assert!(output.text.contains(said), "{}", output.text);
    }
    let structured = output.structured.unwrap();
    assert_eq!(structured["confirmation"]["state"], "needed");
    assert_eq!(structured["confirmation"]["link"], question.link);
    question
}

async fn ran(gate: &Gate, who: &Principal, arguments: Value) {
    let (reply, ran) = call(gate, who, "destroys", arguments).await;
    assert!(ran, "{reply:?}");
    assert_eq!((reply.outcome, reply.asked), (Outcome::Ok, None));
}

async fn agree(gate: &Gate, who: &Principal, question: &Asked) {
    let answered = gate.answer(who, question.id, true, AnsweredBy::Page).await;
    assert_eq!(answered.unwrap(), Answered::Taken);
}

async fn entries(world: &World) -> Vec<StoredEntry> {
    let scope = world.store.scope(&world.principal(Access::Read));
    let tx = scope.read().await.unwrap();
    let found = tx
        .ledger()
        .list(&EntryFilter::default(), &Page::first(100))
        .await
        .unwrap();
    let mut entries = found.items;
    entries.sort_by_key(|one| one.seq);
    entries
}

async fn rules(world: &World, change: impl Fn(Rules) -> Rules) {
    let owner = Principal::platform(world.entry.tenant.id, model::Purpose::Operator);
    let permit = authorize::<ManageTenant>(&world.entry.rules, &owner, &()).unwrap();
    let tx = world.store.scope(&owner).write().await.unwrap();
    let before = tx.rules().hold().await.unwrap();
    let replaced = tx
        .rules()
        .replace(&permit, change(before), "an admin")
        .await;
    assert!(replaced.unwrap().is_some());
    tx.commit().await.unwrap();
    world.store.tenant_changed(world.entry.tenant.id).await;
}

tests::on_both!(
    nothing_runs_before_its_member_agreed_and_then_once,
    calls_at_once_use_one_agreement,
);

async fn nothing_runs_before_its_member_agreed_and_then_once(on: On) {
    let world = World::on(on).await;
    let gate = probing(&world);
    let ann = caller(&world, world.member, Some(grant()));
    let question = asked(&gate, &ann, delete()).await;
    assert_eq!(question.question, "Destroy the plan?");
    assert_eq!(question.because, None);
    assert!(
        question
            .link
            .ends_with(&format!("/t/acme/confirm/{}", question.id))
    );
    // Asked again, it is the same question, however the arguments are written.
    let again: Value = serde_json::from_str(r#"{ "name" : "the\u0020plan" }"#).unwrap();
    assert_eq!(asked(&gate, &ann, again).await.id, question.id);
    agree(&gate, &ann, &question).await;
    ran(&gate, &ann, delete()).await;
    let next = asked(&gate, &ann, delete()).await;
    assert_ne!(next.id, question.id);
    assert_eq!(next.because, Some(Unfit::Used));

    let entries = entries(&world).await;
    let told: Vec<_> = entries
        .iter()
        .map(|one| {
            let entry = &one.entry;
            (
                entry.kind,
                entry.outcome,
                entry.action.as_str(),
                entry.fault.as_deref(),
            )
        })
        .collect();
    let waits = (
        EntryKind::Call,
        Outcome::Pending,
        "destroys",
        Some("confirmation_needed"),
    );
    assert_eq!(
        told,
        [
            waits,
            waits,
            (EntryKind::Consent, Outcome::Ok, "call.agree", None),
            (EntryKind::Intent, Outcome::Pending, "destroys", None),
            (EntryKind::Call, Outcome::Ok, "destroys", None),
            waits,
        ]
    );
    // One id leads through asking, agreeing and doing.
    for one in &entries[..5] {
        let detail: Value = serde_json::from_str(&one.entry.detail).unwrap();
        assert_eq!(detail["confirmation"], question.id.to_string(), "{one:?}");
        assert!(!one.entry.detail.contains("the plan"), "{one:?}");
    }
}

async fn calls_at_once_use_one_agreement(on: On) {
    let world = World::on(on).await;
    let gate = probing(&world);
    let ann = caller(&world, world.member, Some(grant()));
    let question = asked(&gate, &ann, delete()).await;
    agree(&gate, &ann, &question).await;
    let calls = (0..6).map(|_| call(&gate, &ann, "destroys", delete()));
    let done = futures::future::join_all(calls).await;
    assert_eq!(done.iter().filter(|(_, ran)| *ran).count(), 1, "{done:?}");
    let waiting = done.iter().filter(|(reply, _)| reply.asked.is_some());
    assert_eq!(waiting.count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_is_for_one_call_by_one_caller() {
    let world = World::new().await;
    let gate = probing(&world);
    let (first, second) = (Some(grant()), Some(grant()));
    let ann = caller(&world, world.member, first);
    let question = asked(&gate, &ann, delete()).await;
    agree(&gate, &ann, &question).await;

    let other = asked(&gate, &ann, json!({ "name": "another plan" })).await;
    assert_eq!(other.because, Some(Unfit::Arguments));
    let more = asked(&gate, &ann, json!({ "name": "the plan", "all": true })).await;
    assert_eq!(more.because, Some(Unfit::Arguments));
    let by_key = caller(&world, world.member, second);
    let by_key = asked(&gate, &by_key, delete()).await;
    assert_eq!(by_key.because, Some(Unfit::Caller));
    let (reply, sent) = call(&gate, &ann, "sends", json!({ "outside": true })).await;
    assert!(!sent && reply.asked.is_some(), "another tool");
    // What was agreed to still holds.
    ran(&gate, &ann, delete()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_ends_with_its_time_and_with_the_rules() {
    let world = World::new().await;
    let gate = probing(&world);
    let ann = caller(&world, world.member, Some(grant()));
    let question = asked(&gate, &ann, delete()).await;
    agree(&gate, &ann, &question).await;
    world.clock.advance(Confirmation::LIFE);
    let next = asked(&gate, &ann, delete()).await;
    assert_eq!(next.because, Some(Unfit::Expired));
    agree(&gate, &ann, &next).await;
    rules(&world, |rules| rules).await;
    let next = asked(&gate, &ann, delete()).await;
    assert_eq!(next.because, Some(Unfit::Rules));
    agree(&gate, &ann, &next).await;
    world.clock.advance(Duration::from_mins(9));
    ran(&gate, &ann, delete()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_said_no_is_not_asked_again_at_once() {
    let world = World::new().await;
    let gate = probing(&world);
    let ann = caller(&world, world.member, Some(grant()));
    let question = asked(&gate, &ann, delete()).await;
    let no = gate.answer(&ann, question.id, false, AnsweredBy::Page);
    assert_eq!(no.await.unwrap(), Answered::Taken);
    let (reply, ran) = call(&gate, &ann, "destroys", delete()).await;
    assert!(!ran && reply.asked.is_none());
    assert_eq!(reply.outcome, Outcome::Denied);
    let output = reply.result.unwrap();
    assert_eq!(
        output.structured.unwrap()["confirmation"]["state"],
        "declined"
    );
    let last = entries(&world).await.pop().unwrap().entry;
    assert_eq!(last.fault.as_deref(), Some("confirmation_declined"));
    world.clock.advance(Confirmation::LIFE);
    asked(&gate, &ann, delete()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_was_asked_can_answer_and_only_once() {
    let world = World::new().await;
    let gate = probing(&world);
    let ann = caller(&world, world.member, Some(grant()));
    let question = asked(&gate, &ann, delete()).await;
    let bob = caller(&world, world.colleague().await, ann.grant());
    for by in [AnsweredBy::Page, AnsweredBy::Client] {
        let answered = gate.answer(&bob, question.id, true, by).await;
        assert_eq!(answered.unwrap(), Answered::Missing);
    }
    assert_eq!(gate.question(&bob, question.id).await.unwrap(), None);
    // Another client of the same member answers only through the page.
    let elsewhere = caller(&world, world.member, Some(grant()));
    let answered = gate.answer(&elsewhere, question.id, true, AnsweredBy::Client);
    assert_eq!(answered.await.unwrap(), Answered::Missing);
    assert!(question.by_client);
    let answered = gate.answer(&ann, question.id, true, AnsweredBy::Client);
    assert_eq!(answered.await.unwrap(), Answered::Taken);
    for agreed in [true, false] {
        let again = gate.answer(&ann, question.id, agreed, AnsweredBy::Page);
        assert_eq!(again.await.unwrap(), Answered::TooLate);
    }
    ran(&gate, &ann, delete()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_can_take_answers_from_the_page_alone() {
    let world = World::new().await;
    let gate = probing(&world);
    let ann = caller(&world, world.member, Some(grant()));
    rules(&world, |rules| Rules {
        confirm_on_page: true,
        ..rules
    })
    .await;
    let question = asked(&gate, &ann, delete()).await;
    assert!(!question.by_client);
    let answered = gate.answer(&ann, question.id, true, AnsweredBy::Client);
    assert_eq!(answered.await.unwrap(), Answered::PageOnly);
    agree(&gate, &ann, &question).await;
    ran(&gate, &ann, delete()).await;
    // A no counts from anywhere.
    let question = asked(&gate, &ann, delete()).await;
    let answered = gate.answer(&ann, question.id, false, AnsweredBy::Client);
    assert_eq!(answered.await.unwrap(), Answered::Taken);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_refused_before_anybody_is_asked() {
    let world = World::new().await;
    let gate = probing(&world);
    let ann = caller(&world, world.member, Some(grant()));
    let hidden = json!({ "does": "hide" });
    let (reply, ran) = call(&gate, &ann, "destroys", hidden).await;
    assert!(!ran && reply.asked.is_none());
    assert_eq!(reply.result.unwrap_err().kind, ErrorKind::NotFound);
    let reader = world.principal(Access::Read);
    let (reply, ran) = call(&gate, &reader, "destroys", delete()).await;
    assert!(!ran && reply.asked.is_none());
    assert_eq!(reply.outcome, Outcome::Denied);
    let calls = recorded(&world).await;
    let expected = [
        (EntryKind::Call, Outcome::Invalid),
        (EntryKind::Call, Outcome::Denied),
    ];
    assert_eq!(calls, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reaches_outside_asks_and_what_does_not_runs() {
    let world = World::new().await;
    let gate = probing(&world);
    let ann = caller(&world, world.member, None);
    let (reply, sent) = call(&gate, &ann, "sends", json!({ "outside": false })).await;
    assert!(sent && reply.asked.is_none());
    let outside = json!({ "outside": true });
    let (reply, sent) = call(&gate, &ann, "sends", outside.clone()).await;
    assert!(!sent);
    agree(&gate, &ann, &reply.asked.unwrap()).await;
    let (_, sent) = call(&gate, &ann, "sends", outside).await;
    assert!(sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_argument_agrees() {
    let world = World::new().await;
    let gate = probing(&world);
    let ann = caller(&world, world.member, Some(grant()));
    let question = asked(&gate, &ann, delete()).await;
    for claim in [
        json!({ "name": "the plan", "confirm": true }),
        json!({ "name": "the plan", "confirmation": question.id.to_string() }),
        json!({ "name": "the plan", "confirmation": { "id": question.id, "state": "granted" } }),
    ] {
        asked(&gate, &ann, claim).await;
    }
}

/// As many questions as may wait, but for one.
async fn fill_up(world: &World, who: &Principal) {
    let facts = ToolFacts {
        name: "destroys",
        effect: Effect::Destroy,
        capability: None,
    };
    let permit = authorize::<CallTool>(&world.entry.rules, who, &facts).unwrap();
    let tx = world.store.scope(who).write().await.unwrap();
    for number in 1..Confirmation::WAITING_MAX {
        let bound = Bound {
            member: world.member,
            client: None,
            grant: who.grant(),
            tool: "destroys".to_owned(),
            digest: digest(&json!({ "name": number })),
            policy_version: world.entry.rules.version,
        };
        let question = NewConfirmation {
            bound: &bound,
            client_name: "test",
            page_only: false,
            question: "Destroy it?",
            asked_by: Id::mint(&SystemClock, &OsEntropy),
        };
        let asked = tx.confirmations().ask(&permit, &question).await;
        asked.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_do_not_pile_up_and_a_renewed_token_asks_once_more() {
    let world = World::new().await;
    world.feishu.lock().first_token_calls = Some(0);
    let gate = probing(&world);
    let ann = caller(&world, world.member, Some(grant()));
    asked(&gate, &ann, json!({ "name": "0" })).await;
    assert_eq!(world.asked(), 1, "Feishu ended the token: it was renewed");
    fill_up(&world, &ann).await;
    let mut request = CallRequest::new("destroys", json!({ "name": "one more" }));
    request.progress = Progress::silent();
    let reply = gate.call(&ann, request).await;
    let error = reply.result.unwrap_err();
    assert_eq!(error.kind, ErrorKind::RateLimited);
    assert_eq!(
        error.details["link"],
        "http://platform.test/t/acme/connections"
    );
}

#[tokio::test]
async fn a_call_that_takes_nothing_away_runs_without_a_question() {
    let world = World::new().await;
    let gate = probing(&world);
    let ann = caller(&world, world.member, Some(grant()));
    let spares = json!({ "does": "spare", "name": "the plan" });
    ran(&gate, &ann, spares.clone()).await;
    // It says so itself each time: a question about something else changes nothing.
    let question = asked(&gate, &ann, delete()).await;
    agree(&gate, &ann, &question).await;
    ran(&gate, &ann, spares).await;
    // And it used no agreement up.
    ran(&gate, &ann, delete()).await;
    asked(&gate, &ann, delete()).await;
}
