//! Links that take the bytes of one file.

use std::time::Duration;

use model::{Channel, Id, Locale};
use store::NewUploadLink;
use vault::{Token, TokenKind};

use crate::support::Bench;

async fn an_upload_link_is_taken_by_one_and_used_once(bench: &Bench) {
    let token = Token::mint(TokenKind::Upload, &model::OsEntropy);
    let tx = bench.write(&bench.acme).await;
    let member = tx
        .members()
        .upsert_signed_in(crate::support::person("ou_1"))
        .await
        .unwrap();
    let permit = crate::support::tool_permit(&bench.acme, &member);
    let link = NewUploadLink {
        member: member.id,
        grant: Id::from_uuid(member.id.uuid()),
        channel: Channel::Mcp,
        locale: Locale::Zh,
        reference: Some("docx:d".to_owned()),
        block: Some("b".to_owned()),
        kind: "image".to_owned(),
        name: None,
        max_bytes: 20,
        expires_at: tx.now() + Duration::from_mins(15),
    };
    let links = tx.upload_links();
    let id = links.make(&permit, &token.hash(), &link).await.unwrap();
    tx.commit().await.unwrap();
    let found = bench.store.lookup(&token.hash()).await.unwrap();
    let found = found.upload_link().await.unwrap().unwrap();
    assert_eq!((found.tenant, &found.made), (bench.acme.id, &link));

    let tx = bench.write(&bench.other).await;
    assert!(!tx.upload_links().take(id).await.unwrap(), "another tenant");
    drop(tx);
    let tx = bench.write(&bench.acme).await;
    let links = tx.upload_links();
    assert!(links.take(id).await.unwrap());
    assert!(!links.take(id).await.unwrap(), "somebody has it");
    links.give_back(id).await.unwrap();
    assert!(links.take(id).await.unwrap());
    links.use_up(id).await.unwrap();
    links.give_back(id).await.unwrap();
    assert!(!links.take(id).await.unwrap(), "used up for good");
    assert_eq!(links.sweep(tx.now()).await.unwrap(), 0);
    let later = tx.now() + Duration::from_hours(1);
    assert_eq!(links.sweep(later).await.unwrap(), 1);
}

on_both!(an_upload_link_is_taken_by_one_and_used_once);
