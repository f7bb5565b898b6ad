//! What goes wrong, and what is said then.

use super::*;

#[tokio::test]
async fn wrong_and_missing_references_say_what_to_do() {
    let world = World::full().await;
    for (reference, kind) in [
        ("weekly report", ErrorKind::Invalid),
        (
            "https://evil.test/docx/doxcnABCDEFGHIJKLMNOPQRSTUV",
            ErrorKind::Invalid,
        ),
        ("docx:doxcnABCDEFGHIJKLMNOPQRSTUV", ErrorKind::NotFound),
        ("doxcnABCDEFGHIJKLMNOPQRSTUV", ErrorKind::NotFound),
    ] {
        let error = world.err("doc_read", json!({"ref": reference})).await;
        assert_eq!(error.kind, kind, "{reference}: {error:?}");
        assert!(error.hint.is_some(), "{reference}");
    }
}

#[tokio::test]
async fn what_a_person_may_not_see_is_forbidden_or_not_found() {
    let world = World::full().await;
    let reference = world.made("secret").await;
    let other = context(&world.sandbox, END_USER, &world.cx.facts.scopes_granted).await;
    for tool in ["doc_read", "inspect"] {
        let error = run(&other, tool, json!({"ref": reference}))
            .await
            .unwrap_err();
        assert!(
            matches!(
                error.kind,
                ErrorKind::ForbiddenResource | ErrorKind::NotFound
            ),
            "{tool} {error:?}"
        );
    }
}

#[tokio::test]
async fn faults_of_feishu_are_typed_and_carry_the_log_id() {
    let world = World::full().await;
    let reference = world.made("x").await;
    let documents = "/open-apis/docx/v1/documents/*";
    for (kind, expected) in [
        (FaultKind::RateLimit, ErrorKind::RateLimited),
        (FaultKind::Status, ErrorKind::Upstream),
        (FaultKind::DropBefore, ErrorKind::Upstream),
        (FaultKind::Malformed, ErrorKind::Upstream),
        (FaultKind::ExpireToken, ErrorKind::Reauthorize),
        (FaultKind::RevokeToken, ErrorKind::Reauthorize),
    ] {
        world.fail(documents, kind);
        let error = world.err("doc_read", json!({"ref": reference})).await;
        world.sandbox.clear_faults();
        assert_eq!(error.kind, expected, "{kind:?} {error:?}");
        assert!(error.hint.is_some());
        if matches!(kind, FaultKind::RateLimit) {
            assert!(
                error.log_id.is_some() && error.details.contains_key("retry_after"),
                "{error:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let world = World::new(&["offline_access".to_owned()]).await;
    let error = world
        .err(
            "doc_read",
            json!({"ref": "docx:doxcnABCDEFGHIJKLMNOPQRSTUV"}),
        )
        .await;
    assert_eq!(error.kind, ErrorKind::MissingScope);
    let (text, data) = error.render();
    assert!(text.contains("docx:document"), "{text}");
    assert_eq!(data["error"]["kind"], "missing_scope");
}

#[tokio::test]
async fn what_is_hidden_deleted_or_anothers_stays_so() {
    let world = World::full().await;
    let wrong = world
        .err("doc_read", json!({"ref": format!("sheet:{}", demo::SHEET)}))
        .await;
    assert!(wrong.hint.unwrap().contains("sheet_read"));
    for token in [demo::PRIVATE_DOC, demo::OTHER_DOC, demo::DELETED_DOC] {
        for tool in ["doc_read", "inspect"] {
            let error = world
                .err(tool, json!({"ref": format!("docx:{token}")}))
                .await;
            assert!(
                matches!(
                    error.kind,
                    ErrorKind::ForbiddenResource | ErrorKind::NotFound
                ),
                "{tool} {error:?}"
            );
        }
    }
}
