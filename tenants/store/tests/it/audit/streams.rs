//! Settings and streams.

use super::*;

on_both!(
    two_forms_about_the_settings_do_not_overwrite_each_other,
    a_stream_is_leased_to_one_process_at_a_time,
);

async fn two_forms_about_the_settings_do_not_overwrite_each_other(bench: &Bench) {
    let permit = permit_for::<ManageTenant>(&bench.acme);
    for expected in [0, 1, 2] {
        let tx = write(&bench.store, &bench.acme).await;
        let seen = tx.audit().settings().await.unwrap();
        assert_eq!(seen.version, expected);
        assert!(tx.audit().set_settings(&permit, &seen).await.unwrap());
        assert!(
            !tx.audit().set_settings(&permit, &seen).await.unwrap(),
            "stale"
        );
        tx.commit().await.unwrap();
    }
}

async fn a_stream_is_leased_to_one_process_at_a_time(bench: &Bench) {
    let permit = permit_for::<ManageTenant>(&bench.acme);
    let tx = write(&bench.store, &bench.acme).await;
    let new = NewStream {
        name: "SIEM",
        kind: StreamKind::Webhook,
        url: "https://siem.example.com/",
        secret: &Secret::new("whsec"),
        after: 7,
    };
    let id = tx.audit().add_stream(&permit, new).await.unwrap();
    let minute = Duration::from_mins(1);
    let (mut stream, secret) = tx.audit().lease_stream(id, minute).await.unwrap().unwrap();
    assert_eq!((stream.cursor, secret.expose()), (7, "whsec"));
    assert!(tx.audit().lease_stream(id, minute).await.unwrap().is_none());
    stream.cursor = 9;
    tx.audit().note_stream(&stream).await.unwrap();
    let again = tx.audit().lease_stream(id, minute).await.unwrap();
    assert_eq!(again.unwrap().0.cursor, 9);
    let dead = DeadLetter {
        stream: id,
        from: 8,
        through: 9,
        error: "503".to_owned(),
        at: tx.now(),
        again: false,
    };
    tx.audit().bury(&dead).await.unwrap();
    assert_eq!(tx.audit().send_again(&permit, id).await.unwrap(), 1);
    assert!(tx.audit().dead_letters().await.unwrap()[0].again);
    tx.audit().raise(&dead).await.unwrap();
    assert_eq!(tx.audit().dead_letters().await.unwrap(), []);
    let other = write(&bench.store, &bench.other);
    tx.commit().await.unwrap();
    let other = other.await;
    assert!(
        other
            .audit()
            .lease_stream(id, minute)
            .await
            .unwrap()
            .is_none()
    );
    let foreign = permit_for::<ManageTenant>(&bench.acme);
    assert!(other.audit().remove_stream(&foreign, id).await.is_err());
}
