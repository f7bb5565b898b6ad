//! `doc_create` fills the blocks that it makes: pictures, files, diagrams.

use tools::{Incoming, UploadKind, Uploads};

use super::{
    media::{Asked, PNG, PNG64, blocks, pictures},
    *,
};

/// What a picture or file of a document holds.
async fn bytes(world: &World, token: &str) -> Vec<u8> {
    let found = feishu::api::media::download(&world.cx.feishu, token, 1 << 20).await;
    found.unwrap().bytes.to_vec()
}

fn of_kind(all: &[feishu::api::docx::Block], number: i64) -> Vec<&feishu::api::docx::Block> {
    all.iter()
        .filter(|block| block.block_type == number)
        .collect()
}

#[tokio::test]
async fn pictures_come_from_addresses_and_out_of_the_text_itself() {
    let world = World::full().await;
    let at = pictures().await;
    let markdown = format!(
        "Before\n\n![From the web](http://{at}/moved){{align=left scale=50}}\n\n\
         ![From the text](data:image/png;base64,{PNG64})\n\nAfter"
    );
    let reference = world.made(&markdown).await;
    let all = blocks(&world, &reference).await;
    let images = of_kind(&all, 27);
    assert_eq!(images.len(), 2);
    for image in &images {
        let token = image.field("token").unwrap();
        assert_eq!(bytes(&world, token).await, PNG);
        assert_eq!(
            (image.number("width"), image.number("height")),
            (Some(640), Some(480))
        );
    }
    // Caption, place and scale are of the block, and are not lost with the picture's coming.
    let read = world
        .ok("doc_read", json!({"ref": reference, "view": "full"}))
        .await;
    let tokens: Vec<&str> = images.iter().filter_map(|one| one.field("token")).collect();
    for line in [
        format!(
            "![From the web](media:{}){{640x480 align=left scale=50}}",
            tokens[0]
        ),
        format!("![From the text](media:{}){{640x480}}", tokens[1]),
    ] {
        assert!(read.text.contains(&line), "{line}: {}", read.text);
    }
}

#[tokio::test]
async fn what_cannot_be_had_costs_its_own_block_alone() {
    let world = World::full().await;
    let at = pictures().await;
    for (source, told) in [
        (format!("http://{at}/inside"), "public https"),
        ("https://10.0.0.1/a.png".to_owned(), "public https"),
        (format!("http://{at}/gone"), "404"),
        (format!("http://{at}/notes.txt"), "not a picture"),
        ("data:image/png;base64,!!!".to_owned(), "not base64"),
        ("upload:chart.png".to_owned(), "connected clients"),
    ] {
        let arguments =
            json!({"title": "Half", "markdown": format!("one\n\n![x](<{source}>)\n\ntwo")});
        let made = world.ok("doc_create", arguments).await;
        assert!(!made.partial, "{}", made.text);
        let reference = made.target.clone().unwrap();
        let all = blocks(&world, &reference).await;
        let image = of_kind(&all, 27)[0];
        assert_eq!(image.field("token").unwrap_or_default(), "", "{source}");
        assert_eq!(all.len(), 4, "both texts are there");
        let warned = made
            .text
            .lines()
            .find(|line| line.contains(&image.block_id) && line.contains("media_put"));
        let warned = warned.unwrap_or_else(|| panic!("{source}: {}", made.text));
        assert!(warned.contains(told), "{source}: {warned}");
    }
}

#[tokio::test]
async fn files_of_addresses_keep_their_names() {
    let world = World::full().await;
    let at = pictures().await;
    let markdown = format!("[说明.txt](file:http://{at}/notes.txt)");
    let reference = world.made(&markdown).await;
    let seen = world
        .ok("media_get", json!({"ref": reference, "at": "file:1"}))
        .await;
    assert!(
        seen.text.contains("说明.txt") && seen.text.contains("a note"),
        "{}",
        seen.text
    );
}

#[tokio::test]
async fn an_upload_handle_becomes_a_link_and_the_bytes_pass_the_model_by() {
    let mut world = World::full().await;
    let asked = Arc::new(Asked::default());
    world.cx.uploads = Some(Arc::clone(&asked) as Arc<dyn Uploads>);
    let markdown = "![Chart](upload:chart.png)\n\n[report.pdf](file:upload:report)";
    let made = world
        .ok(
            "doc_create",
            json!({"title": "Local", "markdown": markdown}),
        )
        .await;
    assert!(
        !made.partial && !made.text.contains("warning"),
        "{}",
        made.text
    );
    let reference = made.target.clone().unwrap();
    let targets = std::mem::take(&mut *asked.0.lock());
    let all = blocks(&world, &reference).await;
    let expected = [
        (of_kind(&all, 27)[0], UploadKind::Image, "chart.png"),
        (of_kind(&all, 23)[0], UploadKind::File, "report.pdf"),
    ];
    assert_eq!(targets.len(), expected.len());
    for (target, (block, kind, name)) in targets.iter().zip(expected) {
        assert_eq!(target.block.as_deref(), Some(block.block_id.as_str()));
        assert_eq!(target.reference.as_deref(), Some(reference.as_str()));
        assert_eq!((target.kind, target.name.as_deref()), (kind, Some(name)));
        let line = made.text.lines().find(|line| {
            line.starts_with("curl -T 'FILE' 'https://") && line.contains(&block.block_id)
        });
        assert!(line.is_some(), "{}", made.text);
    }
    // What the platform does when the bytes come.
    let mut cx = world.cx.clone();
    let chunks = [Ok::<_, &str>(axum::body::Bytes::from_static(PNG))];
    let size = u64::try_from(PNG.len()).unwrap();
    cx.incoming = Some(Incoming::new(size, futures::stream::iter(chunks)));
    let target = &targets[0];
    let arguments = json!({"ref": target.reference, "at": target.block, "name": target.name});
    run(&cx, "media_put", arguments).await.unwrap();
    let all = blocks(&world, &reference).await;
    let image = of_kind(&all, 27)[0];
    assert_eq!(bytes(&world, image.field("token").unwrap()).await, PNG);
    let read = world
        .ok("doc_read", json!({"ref": reference, "view": "full"}))
        .await;
    assert!(read.text.contains("![Chart](media:"), "{}", read.text);
}

#[tokio::test]
async fn diagrams_in_both_languages_become_boards_in_one_call_each() {
    let world = World::full().await;
    let before = world.cx.feishu.meter().calls();
    let markdown = "```mermaid\ngraph TD\nA[Start] -->|yes| B[End]\n```\n\n\
                    ```plantuml\n@startuml\nAnn -> Bob: hello\n@enduml\n```\n\n\
                    ```mermaid {code}\ngraph TD\nC --> D\n```";
    let reference = world.made(markdown).await;
    let calls = world.cx.feishu.meter().calls() - before;
    assert_eq!(calls, 1 + 1 + 2 + 1, "document, blocks, drawings, address");
    let all = blocks(&world, &reference).await;
    assert_eq!(of_kind(&all, 43).len(), 2);
    assert_eq!(of_kind(&all, 14).len(), 1, "what asks to stay code does");
    for (at, words) in [("board:1", "\"Start\""), ("board:2", "\"hello\"")] {
        let read = json!({"ref": reference, "op": "read", "at": at});
        let read = world.ok("board", read).await;
        assert!(read.text.contains(words), "{at}: {}", read.text);
    }
}

#[tokio::test]
async fn a_drawing_that_feishu_refuses_leaves_a_board_to_go_on_with() {
    let world = World::full().await;
    let markdown = "one\n\n```mermaid\nnonsense\n```\n\ntwo";
    let made = world
        .ok(
            "doc_create",
            json!({"title": "Drawn", "markdown": markdown}),
        )
        .await;
    let reference = made.target.clone().unwrap();
    let all = blocks(&world, &reference).await;
    let board = of_kind(&all, 43)[0];
    let warned = made.text.lines().any(|line| {
        line.starts_with("warning: ") && line.contains(&board.block_id) && line.contains("board")
    });
    assert!(warned && !made.partial, "{}", made.text);
    assert_eq!(all.len(), 4, "both texts are there");
    let mended =
        json!({"ref": reference, "op": "write", "at": board.block_id, "code": "graph TD\nA --> B"});
    world.ok("board", mended).await;
}
