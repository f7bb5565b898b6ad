//! Feishu ends an access token in the middle of a call.

use std::time::Duration;

use model::{Access, EntryKind, FeishuGrantState, Locale, Outcome};
use tools::{ErrorKind, ToolError};

use super::{
    probe::{probing, told},
    recorded,
};
use crate::{
    Gate,
    testing::{Answer, World},
};

/// Calls `tool`, which asks Feishu twice; gives its end and how often it ran.
async fn ask_twice(
    gate: &Gate,
    world: &World,
    tool: &str,
    locale: Locale,
) -> (Result<(), ToolError>, usize) {
    let (request, mut runs) = told(tool, "ask twice");
    let caller = world.speaking(locale, Access::Write);
    let reply = gate.call(&caller, request).await;
    let mut ran = 0;
    while runs.try_recv().is_ok() {
        ran += 1;
    }
    (reply.result.map(|_| ()), ran)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_was_interrupted_is_not_done_again() {
    for (locale, said, hint) in [
        (
            Locale::En,
            "in the middle of this call",
            "look before you call again",
        ),
        (Locale::Zh, "调用过程中", "请先检查再重试"),
    ] {
        let world = World::new().await;
        let gate = probing(&world);
        world.feishu.lock().first_token_calls = Some(1);
        let (ended, ran) = ask_twice(&gate, &world, "writes", locale).await;
        let error = ended.unwrap_err();
        assert_eq!(ran, 1);
        assert_eq!(error.kind, ErrorKind::Upstream);
        assert!(error.message.contains(said), "{}", error.message);
        assert!(error.hint.unwrap().contains(hint));
        let expected = [
            (EntryKind::Intent, Outcome::Pending),
            (EntryKind::Call, Outcome::Upstream),
        ];
        assert_eq!(recorded(&world).await, expected);
        // The token is renewed already.
        let (next, _) = ask_twice(&gate, &world, "writes", locale).await;
        assert_eq!((next, world.asked()), (Ok(()), 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_had_no_effect_yet_is_done_again_with_a_new_token() {
    for (tool, calls) in [("writes", 0), ("reads", 0), ("reads", 1)] {
        let world = World::new().await;
        let gate = probing(&world);
        world.feishu.lock().first_token_calls = Some(calls);
        let (ended, ran) = ask_twice(&gate, &world, tool, Locale::En).await;
        assert_eq!((ended, ran), (Ok(()), 2), "{tool} after {calls}");
        assert_eq!(world.asked(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_write_whose_renewal_is_lost_says_to_look_first() {
    for (locale, kept, look, sign_in) in [
        (
            Locale::En,
            "the sign-in is kept",
            "look before you call again",
            "sign in once",
        ),
        (Locale::Zh, "登录状态不会丢失", "请先检查再重试", "登录一次"),
    ] {
        let world = World::new().await;
        let gate = probing(&world);
        world.feishu.lock().first_token_calls = Some(1);
        world.script(&[Answer::Lost]);
        let (ended, ran) = ask_twice(&gate, &world, "writes", locale).await;
        let error = ended.unwrap_err();
        assert_eq!((error.kind, ran), (ErrorKind::Upstream, 1));
        let hint = error.hint.unwrap();
        assert!(hint.contains(kept) && hint.contains(look), "{hint}");
        assert_eq!(world.grant().await.state, FeishuGrantState::Uncertain);

        // Feishu had used the refresh token up: after the rest that is certain, and said so.
        world.clock.advance(Duration::from_secs(2));
        let (ended, _) = ask_twice(&gate, &world, "writes", locale).await;
        let error = ended.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Reauthorize);
        let hint = error.hint.unwrap();
        assert!(hint.contains(sign_in), "{hint}");
        assert_eq!(error.details["link"], "http://platform.test/t/acme/sign-in");
        assert_eq!(world.grant().await.state, FeishuGrantState::NeedsReauth);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_write_whose_grant_has_ended_says_to_look_first() {
    let world = World::new().await;
    let gate = probing(&world);
    world.feishu.lock().first_token_calls = Some(1);
    world.script(&[Answer::Says(400, "{\"code\":20064}")]);
    let (ended, ran) = ask_twice(&gate, &world, "writes", Locale::En).await;
    let error = ended.unwrap_err();
    assert_eq!((error.kind, ran), (ErrorKind::Reauthorize, 1));
    let hint = error.hint.unwrap();
    assert!(hint.contains("/t/acme/sign-in"), "{hint}");
    assert!(hint.contains("look before you call again"), "{hint}");
}
