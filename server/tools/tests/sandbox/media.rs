//! `media_get` and `media_put`: bytes both ways, and all the ways in which they do not come.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, body::Body, http::StatusCode, response::Redirect, routing::get};
use futures::{FutureExt as _, future::BoxFuture};
use parking_lot::Mutex;
use tools::{Incoming, UploadKind, UploadLink, UploadTarget, Uploads};

use super::*;

/// One pixel, of Feishu's own size.
pub(super) const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x06\0\0\0";
pub(super) const PNG64: &str = "iVBORw0KGgoAAAANSUhEUgAAAoAAAAHgCAYAAAA=";

/// A web server for pictures.
pub(super) async fn pictures() -> SocketAddr {
    let dripping = || async {
        let first = futures::stream::once(async { Ok::<_, std::io::Error>(PNG.to_vec()) });
        Body::from_stream(futures::StreamExt::chain(first, futures::stream::pending()))
    };
    let app = Router::new()
        .route("/chart.png", get(|| async { PNG }))
        .route("/notes.txt", get(|| async { "a note" }))
        .route("/page", get(|| async { "<!doctype html><title>Sign in" }))
        .route("/gone", get(|| async { StatusCode::NOT_FOUND }))
        .route("/large", get(|| async { vec![0_u8; 21 << 20] }))
        .route("/drip", get(dripping))
        .route(
            "/moved",
            get(|| async { Redirect::temporary("/chart.png") }),
        )
        .route("/ring", get(|| async { Redirect::temporary("/ring") }))
        .route(
            "/inside",
            get(|| async { Redirect::temporary("http://169.254.169.254/latest") }),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// Remembers what links were asked for.
#[derive(Default)]
pub(super) struct Asked(pub(super) Mutex<Vec<UploadTarget>>);

impl Uploads for Asked {
    fn link(&self, target: UploadTarget) -> BoxFuture<'_, Result<UploadLink, ToolError>> {
        let max_bytes = target.max_bytes;
        self.0.lock().push(target);
        async move {
            Ok(UploadLink {
                url: "https://platform.test/t/acme/uploads/fmup_x".to_owned(),
                expires: SystemClock.now() + Duration::from_mins(15),
                max_bytes,
            })
        }
        .boxed()
    }
}

fn field(output: &ToolOutput, name: &str) -> String {
    let data = output.structured.as_ref().unwrap();
    data[name].as_str().unwrap_or_default().to_owned()
}

pub(super) async fn blocks(world: &World, document: &str) -> Vec<feishu::api::docx::Block> {
    let token = document.strip_prefix("docx:").unwrap();
    let all = feishu::api::docx::blocks(&world.cx.feishu, token, -1).await;
    all.unwrap().items
}

#[tokio::test]
async fn a_picture_of_an_address_is_put_in_and_seen_again() {
    let world = World::full().await;
    let at = pictures().await;
    let document = world.made("# Chart\n\nBefore\n\nAfter").await;
    let before = blocks(&world, &document).await[2].block_id.clone();
    let put = world
        .ok(
            "media_put",
            json!({"ref": document, "at": before, "url": format!("http://{at}/moved")}),
        )
        .await;
    assert!(!put.partial, "{}", put.text);
    let after = blocks(&world, &document).await;
    let image = after
        .iter()
        .position(|block| block.field("token").is_some());
    let image = &after[image.expect("an image")];
    assert_eq!(
        after[3].block_id, image.block_id,
        "it stands after its anchor"
    );
    assert_eq!(
        (image.number("width"), image.number("height")),
        (Some(640), Some(480))
    );
    assert_eq!(field(&put, "block_id"), image.block_id);
    for arguments in [
        json!({"ref": document}),
        json!({"ref": document, "at": "image:1"}),
        json!({"ref": document, "at": image.block_id}),
        json!({"ref": format!("media:{}", field(&put, "token"))}),
    ] {
        let seen = world.ok("media_get", arguments).await;
        assert_eq!(seen.images.len(), 1, "{}", seen.text);
        assert_eq!(seen.images[0].mime_type, "image/png");
        assert_eq!(&seen.images[0].bytes[..], PNG);
        assert!(seen.text.contains("640x480"), "{}", seen.text);
    }
    let linked = world
        .ok("media_get", json!({"ref": document, "size": "link"}))
        .await;
    assert!(linked.images.is_empty() && linked.text.contains("/sandbox/box/"));
    // The same block again: its picture is replaced, no second block is made.
    world
        .ok(
            "media_put",
            json!({"ref": document, "at": image.block_id, "base64": PNG64}),
        )
        .await;
    assert_eq!(blocks(&world, &document).await.len(), after.len());
}

#[tokio::test]
async fn files_go_into_documents_and_folders_and_text_is_read() {
    let world = World::full().await;
    let at = pictures().await;
    let document = world.made("x").await;
    let url = format!("http://{at}/notes.txt");
    let put = world
        .ok(
            "media_put",
            json!({"ref": document, "url": url, "name": "说明.txt"}),
        )
        .await;
    assert!(put.text.contains("说明.txt"), "{}", put.text);
    let seen = world
        .ok("media_get", json!({"ref": document, "at": "file:1"}))
        .await;
    assert!(
        seen.text.contains("说明.txt") && seen.text.contains("a note"),
        "{}",
        seen.text
    );
    let stored = world
        .ok(
            "media_put",
            json!({"base64": "data:text/plain;base64,aGVsbG8", "name": "a.txt"}),
        )
        .await;
    let file = format!("file:{}", field(&stored, "token"));
    assert_eq!(stored.target.as_deref(), Some(file.as_str()));
    let seen = world.ok("media_get", json!({"ref": file})).await;
    assert!(
        seen.text.contains("a.txt") && seen.text.contains("hello"),
        "{}",
        seen.text
    );
}

#[tokio::test]
async fn what_cannot_be_fetched_leaves_the_document_as_it_was() {
    let world = World::full().await;
    let at = pictures().await;
    let document = world.made("x").await;
    let count = blocks(&world, &document).await.len();
    for (path, told) in [
        ("page", "web page"),
        ("gone", "404"),
        ("large", "20 MiB"),
        ("ring", "redirects"),
        ("inside", "public https"),
    ] {
        let url = format!("http://{at}/{path}");
        let error = world
            .err("media_put", json!({"ref": document, "url": url}))
            .await;
        assert_eq!(error.kind, ErrorKind::Invalid, "{path}");
        assert!(error.message.contains(told), "{path}: {}", error.message);
        assert!(error.hint.is_some());
    }
    for url in [
        "http://example.com/a.png",
        "https://10.0.0.1/a.png",
        "file:///etc/passwd",
    ] {
        let error = world
            .err("media_put", json!({"ref": document, "url": url}))
            .await;
        assert!(
            error.message.contains("public https"),
            "{url}: {}",
            error.message
        );
    }
    for arguments in [
        json!({"ref": document, "base64": "!!!"}),
        json!({"ref": document, "base64": "A".repeat(1_500_000)}),
        json!({"ref": document, "base64": ""}),
        json!({"ref": document, "base64": "aGVsbG8=", "as": "image"}),
        json!({"ref": document, "base64": PNG64, "url": "https://x.test/"}),
        json!({"ref": document, "base64": PNG64, "at": "image:3"}),
        json!({"ref": document, "base64": PNG64, "at": "nothing:3"}),
    ] {
        let error = world.err("media_put", arguments.clone()).await;
        assert!(
            matches!(error.kind, ErrorKind::Invalid | ErrorKind::NotFound),
            "{arguments}: {error:?}"
        );
    }
    assert_eq!(blocks(&world, &document).await.len(), count);
}

#[tokio::test]
async fn feishu_failing_in_the_middle_is_told_and_mended() {
    let world = World::full().await;
    let document = world.made("x").await;
    let mut down = Fault::new("/open-apis/drive/v1/medias/upload_all", FaultKind::Status);
    down.status = Some(503);
    world.sandbox.add_fault(down);
    let put = world
        .ok("media_put", json!({"ref": document, "base64": PNG64}))
        .await;
    assert!(
        put.partial && put.text.contains("[partial]"),
        "{}",
        put.text
    );
    let block = put.text.split("at=\"").nth(1).unwrap();
    let block = block.split('"').next().unwrap().to_owned();
    world.sandbox.clear_faults();
    let mended = world
        .ok(
            "media_put",
            json!({"ref": document, "at": block, "base64": PNG64}),
        )
        .await;
    assert!(!mended.partial);
    let images = blocks(&world, &document).await;
    let images: Vec<_> = images
        .iter()
        .filter(|block| block.block_type == 27)
        .collect();
    assert_eq!(images.len(), 1);
    assert_eq!(
        images[0].field("token"),
        Some(field(&mended, "token").as_str())
    );
}

#[tokio::test]
async fn without_bytes_the_place_is_made_and_a_link_given_and_the_bytes_fill_it() {
    let mut world = World::full().await;
    let asked = Arc::new(Asked::default());
    world.cx.uploads = Some(Arc::clone(&asked) as Arc<dyn Uploads>);
    let document = world.made("x").await;
    let dry = world
        .ok(
            "media_put",
            json!({"ref": document, "name": "a.png", "dry_run": true}),
        )
        .await;
    assert!(dry.text.contains("dry run") && asked.0.lock().is_empty());
    let link = world
        .ok(
            "media_put",
            json!({"ref": document, "name": "plan.pdf", "idempotency_key": "k"}),
        )
        .await;
    assert!(
        link.text.contains("curl -T 'FILE' 'https://platform.test/"),
        "{}",
        link.text
    );
    let target = asked.0.lock().pop().unwrap();
    assert_eq!(target.kind, UploadKind::File);
    let block = target.block.clone().unwrap();
    // The same key makes no second block.
    let again = world
        .ok(
            "media_put",
            json!({"ref": document, "name": "plan.pdf", "idempotency_key": "k"}),
        )
        .await;
    assert_eq!(field(&again, "block_id"), block);

    let arguments = json!({"ref": target.reference, "at": block, "name": target.name});
    let whole = vec![7_u8; 9 << 20];
    let send = |size: u64, bytes: Vec<u8>, broken: bool| {
        let mut chunks: Vec<Result<_, &str>> = bytes
            .chunks(60_000)
            .map(|chunk| Ok(chunk.to_vec().into()))
            .collect();
        if broken {
            chunks.push(Err("reset"));
        }
        Incoming::new(size, futures::stream::iter(chunks))
    };
    let size = u64::try_from(whole.len()).unwrap();
    let mut cx = world.cx.clone();
    for (bytes, broken) in [
        (whole[..5 << 20].to_vec(), true),
        (whole[..1000].to_vec(), false),
    ] {
        cx.incoming = Some(send(size, bytes, broken));
        let error = run(&cx, "media_put", arguments.clone()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Invalid);
        assert!(
            error.message.contains("nothing was stored"),
            "{}",
            error.render().0
        );
    }
    let empty = world
        .err("media_get", json!({"ref": document, "at": block}))
        .await;
    assert!(empty.message.contains("empty"), "{}", empty.message);
    cx.incoming = Some(send(size, whole.clone(), false));
    let put = run(&cx, "media_put", arguments).await.unwrap();
    assert_eq!(put.structured.as_ref().unwrap()["bytes"], size);
    let token = field(&put, "token");
    let found = feishu::api::media::download(&world.cx.feishu, &token, 10 << 20)
        .await
        .unwrap();
    assert!(
        found.bytes == whole,
        "nine million bytes came through in parts"
    );
    assert_eq!(found.name.as_deref(), Some("plan.pdf"));
    let parts = world.sandbox.latest_requests(100);
    let parts = parts
        .iter()
        .filter(|call| call.1.ends_with("/medias/upload_part"));
    assert!(parts.count() >= 3);
}

#[tokio::test]
async fn a_picture_in_the_wrong_bytes_is_refused_when_it_comes() {
    let mut world = World::full().await;
    world.cx.uploads = Some(Arc::new(Asked::default()));
    let document = world.made("x").await;
    let link = world
        .ok("media_put", json!({"ref": document, "name": "a.png"}))
        .await;
    let block = field(&link, "block_id");
    let mut cx = world.cx.clone();
    let chunks = [Ok::<_, &str>(axum::body::Bytes::from_static(b"%PDF-1.7"))];
    cx.incoming = Some(Incoming::new(8, futures::stream::iter(chunks)));
    let error = run(&cx, "media_put", json!({"ref": document, "at": block})).await;
    assert!(error.unwrap_err().message.contains("not a picture"));
}

#[tokio::test]
async fn documents_are_changed_only_where_writing_them_is_switched_on() {
    let mut world = World::full().await;
    let document = world.made("x").await;
    let mut facts = (*world.cx.facts).clone();
    facts
        .capabilities
        .retain(|one| *one != Capability::DocsWrite);
    world.cx.facts = Arc::new(facts);
    let error = world
        .err("media_put", json!({"ref": document, "base64": PNG64}))
        .await;
    assert_eq!(error.kind, ErrorKind::BlockedByPolicy);
}
