//! Prompts are whole in both languages, offered to those who can follow them, and filled in safely.

use calls::{Profile, Via};
use tools::Selection;

use super::*;
use crate::{
    gate_host::testing::{Noting, caller, caller_with, complete, given},
    host::{Completable, FollowUp, Host as _},
};

fn request(name: &str, arguments: &Value) -> PromptRequest {
    PromptRequest {
        name: name.to_owned(),
        arguments: given(arguments),
        follow_up: FollowUp::default(),
        cancel: CancellationToken::new(),
    }
}

async fn fill(
    host: &GateHost<Noting>,
    caller: &Caller,
    name: &str,
    arguments: Value,
) -> Result<Map<String, Value>, RpcError> {
    match host.prompt(caller, request(name, &arguments)).await? {
        Reply::Complete(fields) => Ok(fields),
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn every_argument_has_its_place_in_both_texts_and_every_place_its_argument() {
    for prompt in &PROMPTS {
        for locale in [Locale::En, Locale::Zh] {
            let mut text = prompt.text.pick(locale).to_owned();
            for argument in prompt.arguments {
                let place = format!("{{{}}}", argument.name);
                assert_eq!(text.matches(&place).count(), 1, "{}: {place}", prompt.name);
                text = text.replace(&place, "");
                assert!(!argument.about.pick(locale).is_empty());
            }
            assert!(!text.contains('{'), "{}: {text}", prompt.name);
        }
        assert!(prompt.text.en.is_ascii() && prompt.text.zh.contains('请'));
        let known = |name: &str| prompt.arguments.iter().any(|one| one.name == name);
        assert!(prompt.embeds.is_none_or(known));
        for tool in prompt.needs {
            assert!(tools::find(tool).is_some(), "{}: {tool}", prompt.name);
            let named = [prompt.text.en, prompt.text.zh];
            assert!(
                named.iter().all(|text| text.contains(tool)),
                "{}: {tool}",
                prompt.name
            );
        }
        let changes = |tool: &&str| !tools::find(tool).unwrap().spec().can_read();
        assert!(prompt.writes || !prompt.needs.iter().any(changes));
    }
}

#[tokio::test]
async fn a_client_that_may_only_read_gets_no_prompt_that_writes() {
    let gate = Noting::default();
    let host = gate.host();
    let names = async |caller: &Caller| -> Vec<String> {
        let list = host.prompts(caller).await.unwrap();
        let name = |one: &Value| one["name"].as_str().unwrap().to_owned();
        list.iter().map(name).collect()
    };
    let mut ann = caller("ann");
    let all = names(&ann).await;
    assert_eq!(all.len(), PROMPTS.len());
    ann.profile = Profile::READ_ONLY;
    let reading = names(&ann).await;
    assert!(reading.contains(&"weekly_digest".to_owned()));
    assert!(!reading.contains(&"translate_document".to_owned()));
    assert_eq!(reading, names(&caller_with("ann", Access::Read)).await);
    let refused = fill(
        &host,
        &ann,
        "translate_document",
        json!({ "document": "x" }),
    )
    .await;
    assert_eq!(refused.unwrap_err().code, -32602);
    ann.profile = Profile {
        tools: Selection::read("doc_read").unwrap(),
        ..Profile::default()
    };
    assert_eq!(names(&ann).await, ["summarise_document"]);
    assert_eq!(gate.take(), [], "a list asks nobody");
}

#[tokio::test]
async fn the_document_of_a_prompt_comes_through_the_gate_and_its_ref_is_cleared_of_the_title() {
    let gate = Noting::default();
    let (host, ann) = (gate.host(), caller("ann"));
    let chosen = json!({ "document": "Our plan · docx:ABCDEFGHIJKL" });
    let filled = fill(&host, &ann, "summarise_document", chosen)
        .await
        .unwrap();
    let text = filled["messages"][0]["content"]["text"].as_str().unwrap();
    assert!(text.contains("document: docx:ABCDEFGHIJKL\n"), "{text}");
    let resource = &filled["messages"][1]["content"]["resource"];
    assert_eq!(resource["uri"], "feishu://doc/docx:ABCDEFGHIJKL");
    assert_eq!(resource["text"], "text for ann");
    let expected = json!({ "ref": "docx:ABCDEFGHIJKL", "budget": BUDGET });
    let call = (
        "ann".to_owned(),
        Via::Prompt,
        "doc_read".to_owned(),
        expected,
    );
    assert_eq!(gate.take(), [call]);
}

#[tokio::test]
async fn pasted_notes_stay_as_they_are_and_are_not_taken_for_a_document() {
    let gate = Noting::default();
    let (host, ann) = (gate.host(), caller("ann"));
    for notes in [
        "Kick-off · start · 10:30",
        "a {into} b",
        "first line\nhttps://a.feishu.cn/docx/ABCDEFGHIJKL",
        "call wiki:ABCDEFGHIJKL",
    ] {
        let filled = fill(
            &host,
            &ann,
            "minutes_to_document",
            json!({ "minutes": notes }),
        );
        let filled = filled.await.unwrap();
        let text = filled["messages"][0]["content"]["text"].as_str().unwrap();
        assert!(text.contains(&format!("\n\n{notes}\n\n")), "{text}");
        assert!(text.contains("document: my root folder."), "{text}");
        assert_eq!(filled["messages"].as_array().unwrap().len(), 1, "{notes}");
    }
    assert_eq!(gate.take(), []);
}

#[tokio::test]
async fn wrong_arguments_are_told_and_a_missing_document_is_an_error() {
    let gate = Noting::default();
    let (host, ann) = (gate.host(), caller("ann"));
    for (name, arguments) in [
        ("no_such_prompt", json!({})),
        ("summarise_document", json!({})),
        ("summarise_document", json!({ "document": "  " })),
        ("summarise_document", json!({ "document": 7 })),
        (
            "summarise_document",
            json!({ "document": "x", "extra": "y" }),
        ),
        (
            "answer_from_documents",
            json!({ "question": "?".repeat(LONGEST + 1) }),
        ),
    ] {
        let error = fill(&host, &ann, name, arguments).await.unwrap_err();
        assert_eq!(error.code, -32602, "{name}: {error:?}");
    }
    let document = json!({ "document": "docx:ABCDEFGHIJKL" });
    *gate.fails.lock() = Some(ErrorKind::NotFound);
    let error = fill(&host, &ann, "review_document", document.clone()).await;
    assert_eq!(error.unwrap_err().code, -32602);
    // What passes by itself leaves the prompt usable.
    *gate.fails.lock() = Some(ErrorKind::RateLimited);
    let filled = fill(&host, &ann, "review_document", document)
        .await
        .unwrap();
    assert_eq!(filled["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn arguments_are_completed_by_titles_through_the_gate_once_typing_pauses() {
    let gate = Noting::default();
    let (host, ann) = (gate.host(), caller("ann"));
    let of = || Completable::Prompt("review_document".to_owned());
    let (first, last) = tokio::join!(complete(&host, &ann, of(), "document", "pl"), async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        complete(&host, &ann, of(), "document", "pla").await
    },);
    assert!(first.as_ref().unwrap().values.is_empty() && first.unwrap().more);
    let found = last.unwrap();
    assert_eq!(found.values, ["Plan of ann · docx:annAAAAAAAAAAAAAAAA"]);
    let again = complete(&host, &ann, of(), "document", " PLA ")
        .await
        .unwrap();
    assert_eq!(again, found);
    let asked = gate.take();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(
        (asked[0].1, asked[0].2.as_str()),
        (Via::Completion, "search")
    );
    assert_eq!(asked[0].3["query"], "pla");
    // Nobody else is given what she found.
    let bob = caller("bob");
    let his = complete(&host, &bob, of(), "document", "pla")
        .await
        .unwrap();
    assert_eq!(his.values, ["Plan of bob · docx:bobAAAAAAAAAAAAAAAA"]);
    assert_eq!(gate.take().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_chosen_or_short_or_empty_costs_no_search_and_failures_are_no_values() {
    let gate = Noting::default();
    let (host, ann) = (gate.host(), caller("ann"));
    let template = || Completable::Template("feishu://doc/{ref}".to_owned());
    let chosen = "Plan of ann · docx:annAAAAAAAAAAAAAAAA";
    let kept = complete(&host, &ann, template(), "ref", chosen)
        .await
        .unwrap();
    assert_eq!(kept.values, [chosen]);
    let short = complete(&host, &ann, template(), "ref", "p").await.unwrap();
    assert!(short.values.is_empty());
    assert_eq!(gate.take(), []);
    let recent = complete(&host, &ann, template(), "ref", "").await.unwrap();
    assert_eq!(recent.values, [chosen]);
    assert_eq!(gate.take()[0].1, Via::Listing);
    *gate.fails.lock() = Some(ErrorKind::RateLimited);
    let none = complete(&host, &ann, template(), "ref", "计")
        .await
        .unwrap();
    assert!(none.values.is_empty());
    *gate.fails.lock() = None;
    let found = complete(&host, &ann, template(), "ref", "计")
        .await
        .unwrap();
    assert_eq!(found.values, [chosen], "a failure is not kept");
    let topic = Completable::Template("feishu://help/{topic}".to_owned());
    let topics = complete(&host, &ann, topic, "topic", "mark").await.unwrap();
    assert_eq!(topics.values, ["markdown"]);
    for (of, argument) in [
        (template(), "other"),
        (Completable::Template("feishu://x/{ref}".to_owned()), "ref"),
        (Completable::Prompt("nothing".to_owned()), "document"),
        (Completable::Prompt("review_document".to_owned()), "nothing"),
    ] {
        let refused = complete(&host, &ann, of, argument, "").await;
        assert_eq!(refused.unwrap_err().code, -32602);
    }
    let language = Completable::Prompt("translate_document".to_owned());
    let words = complete(&host, &ann, language, "language", "eng")
        .await
        .unwrap();
    assert_eq!(words.values, ["English"]);
}
