//! `board`: drawing, reading, looking.

use super::*;

const CODE: &str = "graph TD\nA[Start] -->|yes| B[End]";

#[tokio::test]
async fn a_drawing_becomes_a_board_that_is_read_and_seen() {
    let world = World::full().await;
    let document = world.made("x").await;
    let arguments = json!({"ref": document, "op": "write", "code": CODE, "idempotency_key": "one"});
    let drawn = world.ok("board", arguments).await;
    assert!(!drawn.partial, "{}", drawn.text);
    let board = drawn
        .text
        .lines()
        .find_map(|line| line.strip_prefix("ref: "))
        .unwrap();
    let read = world.ok("board", json!({"ref": board, "op": "read"})).await;
    for line in ["rect \"Start\"", "rect \"End\"", "\"yes\""] {
        assert!(read.text.contains(line), "{line}: {}", read.text);
    }
    let same = world
        .ok("board", json!({"ref": document, "op": "read"}))
        .await;
    assert_eq!(same.text, read.text);
    for (tool, arguments) in [
        (
            "board",
            json!({"ref": document, "op": "image", "at": "board:1"}),
        ),
        ("media_get", json!({"ref": board})),
        ("media_get", json!({"ref": document})),
    ] {
        let seen = world.ok(tool, arguments).await;
        assert_eq!(seen.images.len(), 1);
        assert!(seen.text.contains("320x240"), "{}", seen.text);
    }
    let svg = "<svg width='30' height='20'><rect width='5' height='5'/></svg>";
    let svg = json!({"ref": board, "op": "write", "code": svg});
    world.ok("board", svg).await;
    let read = world.ok("board", json!({"ref": board, "op": "read"})).await;
    assert!(read.text.contains("svg @0,0 30x20"), "{}", read.text);
}

#[tokio::test]
async fn bad_drawings_and_places_are_told() {
    let world = World::full().await;
    let document = world.made("x").await;
    for arguments in [
        json!({"ref": document, "op": "write"}),
        json!({"ref": document, "op": "write", "code": "<svg>"}),
        json!({"ref": document, "op": "write", "code": "<svg><script>1</script></svg>"}),
        json!({"ref": document, "op": "read"}),
        json!({"ref": document, "op": "read", "at": "board:1"}),
    ] {
        let error = world.err("board", arguments.clone()).await;
        assert!(
            matches!(error.kind, ErrorKind::Invalid | ErrorKind::NotFound),
            "{arguments}: {error:?}"
        );
    }
    let dry = json!({"ref": document, "op": "write", "code": CODE, "dry_run": true});
    assert!(world.ok("board", dry).await.text.contains("dry run"));
    // The board is made before Feishu looks at the code: the answer says how to go on.
    let wrong = json!({"ref": document, "op": "write", "code": "nonsense", "syntax": "mermaid"});
    let half = world.ok("board", wrong).await;
    assert!(
        half.partial && half.text.contains("could not draw"),
        "{}",
        half.text
    );
    let block = half.text.split("at=\"").nth(1).unwrap();
    let block = block.split('"').next().unwrap();
    let mended = json!({"ref": document, "op": "write", "at": block, "code": "@startuml\nA -> B: hi\n@enduml"});
    let mended = world.ok("board", mended).await;
    assert!(!mended.partial);
    let read = world
        .ok("board", json!({"ref": document, "op": "read"}))
        .await;
    assert!(read.text.contains("\"hi\""), "{}", read.text);
}
