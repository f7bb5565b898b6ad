//! The credentials of the app.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_saved_only_when_feishu_takes_them_and_never_shown() {
    let (world, _sandbox, ann) = fresh().await;
    let enter = format!("{SETUP}/app");
    let empty = world.look(SETUP, &ann.cookie).await;
    assert!(empty.body.contains("id=\"save-app\""));

    let wrong = credentials(demo::APP_ID, "certainly-wrong-secret");
    let refused = world.submit(&enter, &ann, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("The App Secret is wrong."));
    assert!(refused.body.contains(demo::APP_ID), "what was typed stays");
    assert!(!refused.body.contains("certainly-wrong-secret"));
    for (app_id, secret) in [("../../x", "s"), ("cli_", "s"), (demo::APP_ID, "")] {
        let refused = world
            .submit(&enter, &ann, &credentials(app_id, secret))
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{app_id}");
    }
    // The other brand's app is told apart from an unknown one.
    let lark = ILL_APPS.iter().find(|app| app.illness == Illness::Brand);
    let lark = lark.unwrap();
    let refused = world
        .submit(&enter, &ann, &credentials(lark.app_id, lark.secret))
        .await;
    assert!(refused.body.contains("belongs to Lark"));

    let right = credentials(demo::APP_ID, demo::APP_SECRET);
    let saved = world.submit(&enter, &ann, &right).await;
    assert_eq!(saved.location(), format!("{SETUP}?done=saved"));
    let page = world.look(&format!("{SETUP}?step=app"), &ann.cookie).await;
    assert!(page.body.contains(demo::APP_ID));
    assert!(!page.body.contains(demo::APP_SECRET));
    for step in ["redirect", "permissions", "publish", "sign-in", "done", "x"] {
        let page = world
            .look(&format!("{SETUP}?step={step}"), &ann.cookie)
            .await;
        assert_eq!(page.status, StatusCode::OK, "{step}");
        assert!(page.body.contains("id=\"check-again\""), "{step}");
    }
    let acts = world.acts().await;
    let names: Vec<&str> = acts.iter().map(|(action, _)| action.as_str()).collect();
    assert_eq!(names, ["tenant.create", "app.set_up"]);
    assert!(acts[1].1.contains(demo::APP_ID));
    for (_, detail) in &acts {
        assert!(!detail.contains(demo::APP_SECRET), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_app_takes_the_typed_name_a_fresh_proof_and_feishus_word() {
    let (world, _sandbox, ann) = fresh().await;
    let form = credentials(demo::APP_ID, demo::APP_SECRET);
    world.submit(&format!("{SETUP}/app"), &ann, &form).await;
    let replace = format!("{SETUP}/app/replace");
    let well = &ILL_APPS[0];
    let new = credentials(well.app_id, well.secret);
    let wrong = credentials(well.app_id, "wrong");
    for refused in [
        new.clone(),
        format!("{new}&{SAME}"),
        format!("{wrong}&confirm=fresh-fields"),
        format!("{form}&confirm=fresh-fields"),
    ] {
        let answer = world.submit(&replace, &ann, &refused).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
        assert!(answer.body.contains("replace-fault"));
    }
    let confirmed = format!("{new}&confirm=fresh-fields");
    let changed = world.submit(&replace, &ann, &confirmed).await;
    assert_eq!(changed.location(), format!("{SETUP}?done=replaced"));
    let page = world.look(&format!("{SETUP}?step=app"), &ann.cookie).await;
    assert!(page.body.contains(well.app_id));
    let acts = world.acts().await;
    let (action, detail) = &acts[acts.len() - 1];
    assert_eq!(action, "app.replace");
    assert!(detail.contains(demo::APP_ID) && detail.contains(well.app_id));
    // Who is there must have been proven a short while ago.
    world.clock.advance(Duration::from_mins(11));
    let back = format!("{form}&confirm=fresh-fields");
    let stale = world.submit(&replace, &ann, &back).await;
    assert_eq!(stale.location(), "/console/step-up");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_changes_and_comes_back() {
    let (world, sandbox, ann) = fresh().await;
    let form = credentials(demo::APP_ID, demo::APP_SECRET);
    world.submit(&format!("{SETUP}/app"), &ann, &form).await;
    let change = format!("{SETUP}/app");
    let said = world.submit(&format!("{change}/announce"), &ann, "").await;
    assert_eq!(said.location(), format!("{change}?done=announced"));
    let early = world
        .submit(
            &format!("{change}/secret"),
            &ann,
            "app_secret=second-secret",
        )
        .await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!early.body.contains("second-secret"));
    let reset = |secret: &'static str| {
        sandbox.change_app(demo::APP_ID, |app| secret.clone_into(&mut app.secret));
    };
    reset("second-secret");
    let taken = world
        .submit(
            &format!("{change}/secret"),
            &ann,
            "app_secret=second-secret",
        )
        .await;
    assert_eq!(taken.location(), format!("{change}?done=secret"));
    let undo = format!("{change}/undo");
    let refused = world.submit(&undo, &ann, "").await;
    assert_eq!(refused.location(), format!("{change}?done=refused"));
    reset(demo::APP_SECRET);
    let undone = world.submit(&undo, &ann, "").await;
    assert_eq!(undone.location(), format!("{change}?done=undone"));
    let told: Vec<String> = world
        .acts()
        .await
        .into_iter()
        .map(|(_, told)| told)
        .collect();
    let told = told.join(" ");
    assert!(!told.contains("second-secret") && !told.contains(demo::APP_SECRET));
}
