//! What a replacement takes away without saying so is asked about.

use super::{editing::raw, media::PNG64, *};

const TABLE: &str = "| a | b |\n| --- | --- |\n| c | d |";

/// The question that a person is asked; nothing when the call takes nothing away.
async fn question(cx: &ToolCx, arguments: Value) -> Option<String> {
    let tool = tools::find("doc_edit").unwrap();
    let needed = tool.needs_confirmation(&arguments, cx.locale).unwrap();
    assert!(needed, "the document has to be looked at");
    let takes = tool.takes_away(cx, arguments.clone()).await.unwrap();
    if !takes {
        return None;
    }
    Some(tool.question(cx, arguments).await.unwrap())
}

fn replace(reference: &str, markdown: &str) -> Value {
    let edit = json!({"op": "replace", "at": "alpha", "to": "omega", "markdown": markdown});
    json!({"ref": reference, "ops": [edit]})
}

#[tokio::test]
async fn a_replacement_that_leaves_things_out_asks_and_names_them() {
    let mut world = World::full().await;
    let image = format!("![Chart](data:image/png;base64,{PNG64})");
    let markdown =
        format!("alpha\n\n{image}\n\n{TABLE}\n\n```mermaid\ngraph TD\nA --> B\n```\n\nomega");
    let reference = world.made(&markdown).await;
    let asked = question(&world.cx, replace(&reference, "beta"))
        .await
        .unwrap();
    for part in ["\"Made here\"", "image ×1", "table ×1", "board ×1"] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    world.cx.locale = Locale::Zh;
    let asked = question(&world.cx, replace(&reference, "beta"))
        .await
        .unwrap();
    for part in ["《Made here》", "图片×1", "表格×1", "画板×1"] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    world.cx.locale = Locale::En;
    // What is left out is asked about, whatever else is said.
    let mut with_delete = replace(&reference, "beta");
    let delete = json!({"op": "delete", "at": "beta"});
    with_delete["ops"].as_array_mut().unwrap().push(delete);
    let asked = question(&world.cx, with_delete).await.unwrap();
    assert!(
        asked.contains("beta · ") && asked.contains("image ×1"),
        "{asked}"
    );
    let mut rehearsal = replace(&reference, "beta");
    rehearsal["dry_run"] = json!(true);
    let tool = tools::find("doc_edit").unwrap();
    assert!(!tool.needs_confirmation(&rehearsal, Locale::En).unwrap());
}

#[tokio::test]
async fn a_replacement_that_keeps_things_or_writes_words_anew_does_not_ask() {
    let world = World::full().await;
    let image = format!("![Chart](data:image/png;base64,{PNG64})");
    let reference = world
        .made(&format!("alpha\n\n{image}\n\n{TABLE}\n\nomega"))
        .await;
    let read = world
        .ok("doc_read", json!({"ref": reference, "view": "full"}))
        .await;
    let (_, body) = read.text.split_once("\n\n").unwrap();
    let kept = body.replace("omega", "the end");
    assert_eq!(question(&world.cx, replace(&reference, &kept)).await, None);
    let written_anew = kept.replace("| c | d |", "| e | f |\n| g | h |");
    assert_eq!(
        question(&world.cx, replace(&reference, &written_anew)).await,
        None
    );
    let one = json!({"op": "replace", "at": "alpha", "markdown": "beta\n\ngamma"});
    let one = json!({"ref": reference, "ops": [one]});
    assert_eq!(question(&world.cx, one).await, None);
    // What does not fit is refused by the call, and nobody is asked about it.
    let nowhere = json!({"op": "replace", "at": "nowhere", "markdown": "x"});
    let nowhere = json!({"ref": reference, "ops": [nowhere]});
    assert_eq!(question(&world.cx, nowhere.clone()).await, None);
    assert_eq!(
        world.err("doc_edit", nowhere).await.kind,
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn much_text_asks_and_a_little_does_not() {
    let world = World::full().await;
    for (paragraphs, asks) in [(19, false), (30, true)] {
        let middle: String = (0..paragraphs).map(|n| format!("line {n}\n\n")).collect();
        let reference = world.made(&format!("alpha\n\n{middle}omega")).await;
        let asked = question(&world.cx, replace(&reference, "short")).await;
        assert_eq!(asked.is_some(), asks, "{paragraphs}: {asked:?}");
        let told = asked.is_none_or(|asked| asked.contains("31 blocks in all"));
        assert!(told);
    }
}

#[tokio::test]
async fn what_markdown_cannot_hold_stays_the_same_block_where_its_line_stays() {
    let world = World::full().await;
    let markdown = "alpha\n\n[[sheet rows=2 columns=2]]\n\nomega";
    let reference = world.made(markdown).await;
    let sheet = async || {
        let all = raw(&world, &reference).await;
        let found = all.into_iter().find(|block| block["block_type"] == 30);
        found.map(|block| (block["block_id"].clone(), block["sheet"].clone()))
    };
    let before = sheet().await;
    assert!(before.is_some(), "a sheet");
    let read = world
        .ok("doc_read", json!({"ref": reference, "view": "full"}))
        .await;
    let (_, body) = read.text.split_once("\n\n").unwrap();
    let line = body.lines().find(|line| line.starts_with("[[sheet "));
    let line = line.unwrap();
    let kept = format!("beta\n\n{line}\n\ngamma");
    let around = replace(&reference, &kept);
    assert_eq!(question(&world.cx, around.clone()).await, None);
    world.ok("doc_edit", around).await;
    assert_eq!(
        sheet().await,
        before,
        "the same block with the same content"
    );
    let read = world
        .ok("doc_read", json!({"ref": reference, "view": "full"}))
        .await;
    let (_, body) = read.text.split_once("\n\n").unwrap();
    assert_eq!(body.trim(), kept);
    // It cannot be in two places.
    let copy = json!({"op": "append", "markdown": line});
    let copy = json!({"ref": reference, "ops": [copy]});
    let error = world.err("doc_edit", copy).await;
    assert!(error.message.contains("cannot be copied"), "{error:?}");
    assert_eq!(sheet().await, before);
    let mut without = replace(&reference, "short");
    without["ops"][0]["at"] = json!("beta");
    without["ops"][0]["to"] = json!("gamma");
    let asked = question(&world.cx, without).await.unwrap();
    assert!(asked.contains("spreadsheet ×1"), "{asked}");
}
