//! Transactions whose caller goes away, and a database that does.

use super::*;

/// A proxy that hands every piece of an answer over late.
async fn slow_proxy(to: String, delay: Duration) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&to).await.unwrap();
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            tokio::spawn(async move {
                let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
            });
            tokio::spawn(async move {
                let mut buffer = vec![0; 64 * 1024];
                while let Ok(count @ 1..) = from_server.read(&mut buffer).await {
                    tokio::time::sleep(delay).await;
                    if to_client.write_all(&buffer[..count]).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_begin_leaves_no_session_inside_a_transaction() {
    let bench = Bench::postgres().await;
    let address = bench
        .url
        .split('@')
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    let port = slow_proxy(address.clone(), Duration::from_millis(8)).await;
    let mut options = StoreOptions::new(bench.url.replace(&address, &format!("127.0.0.1:{port}")));
    options.max_connections = 1;
    let store = connect_with(options).await.unwrap();
    let scope = store.scope(&acting_in(&bench.acme));
    for point in 0..16 {
        // The client hangs up somewhere between asking for a connection and having its tenant set.
        let cancelled = tokio::time::timeout(Duration::from_millis(point * 2), scope.write()).await;
        drop(cancelled);
        // The only connection is used again, by a statement outside of any transaction: inside the
        // half-begun one it would be lost, or see that one's tenant.
        store.health().await.unwrap();
        let left = bench
            .owner
            .query_all_raw(sql(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
                 AND state LIKE 'idle in transaction%'",
            ))
            .await
            .unwrap();
        assert!(left.is_empty(), "cancelled after {} ms", point * 2);
        let tx = scope.write().await.unwrap();
        tx.members()
            .upsert_signed_in(person(&format!("ou_{point}")))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let seen = bench
        .owner
        .query_all_raw(sql("SELECT 1 FROM members"))
        .await
        .unwrap();
    assert_eq!(seen.len(), 16, "every acknowledged write is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_dropped_inside_a_statement_leaves_nothing() {
    let bench = Bench::postgres().await;
    let mut options = StoreOptions::new(bench.url.clone());
    options.max_connections = 1;
    let store = connect_with(options).await.unwrap();
    let scope = store.scope(&acting_in(&bench.acme));
    // A transaction dropped in the middle of a statement.
    for _ in 0..5 {
        let tx = scope.write().await.unwrap();
        let members = tx.members();
        let slow = members.upsert_signed_in(person("ou_lost"));
        let _ = tokio::time::timeout(Duration::from_micros(50), slow).await;
        drop(tx);
    }
    let tx = scope.write().await.unwrap();
    tx.members()
        .upsert_signed_in(person("ou_kept"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let rows = bench
        .owner
        .query_all_raw(sql("SELECT open_id FROM members"))
        .await
        .unwrap();
    let names: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("", "open_id").unwrap())
        .collect();
    assert_eq!(names, ["ou_kept"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_database_is_unavailable_and_comes_back() {
    let bench = Bench::postgres().await;
    let role = migrations::RUNTIME_ROLE;
    bench
        .store
        .ledger()
        .record(crate::support::entry(&bench.acme))
        .await
        .unwrap();
    bench
        .tamper(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE usename = '{role}' AND datname = current_database()"
        ))
        .await;
    // The ledger repeats what it may repeat; callers see nothing of it.
    let place = bench
        .store
        .ledger()
        .record(crate::support::entry(&bench.acme))
        .await;
    assert_eq!(place.unwrap(), 2);
    assert_eq!(bench.store.health().await.unwrap().backend, "postgres");
}
