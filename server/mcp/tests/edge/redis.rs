//! The same sessions with two nodes on a real Redis.

use std::{sync::Arc, time::Duration};

use axum::Router;
use bus::{Bus, Letter};
use model::{NodeId, OsEntropy, SystemClock};

use crate::{sessions, streams, support::World};

fn id() -> NodeId {
    NodeId::mint(&SystemClock, &OsEntropy)
}

/// Two nodes that hear each other.
async fn nodes() -> (World, Router, Router) {
    let (url, prefix) = (tests::redis(), format!("test-{}", id()));
    let one = Bus::redis(&url, id(), &prefix).unwrap();
    let two = Bus::redis(&url, id(), &prefix).unwrap();
    for (from, to) in [(&one, &two), (&two, &one)] {
        while !from.send(to.node(), knock()).await.unwrap_or_default() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let world = World::new("http://localhost:8788", None);
    let (one, two) = (world.node_on(Arc::new(one)), world.node_on(Arc::new(two)));
    let routers = (one.router(), two.router());
    (world, routers.0, routers.1)
}

fn knock() -> Letter {
    Letter {
        session: "knock".to_owned(),
        binding: String::new(),
        body: String::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_works_on_every_node_and_ends_on_all() {
    let (_world, one, two) = nodes().await;
    sessions::session_on_two(&one, &two).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_cancelled_from_another_node() {
    let (_world, one, two) = nodes().await;
    sessions::cancelled_from_another(&one, &two).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_the_older_door_reach_the_node_with_the_stream() {
    let (_world, one, two) = nodes().await;
    streams::messages_on_two(&one, &two).await;
}
