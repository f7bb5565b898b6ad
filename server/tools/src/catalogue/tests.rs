//! Rules that hold for every tool.

mod profiles;

use std::collections::BTreeSet;

use model::{Capability, Locale, policy::Effect};
use serde_json::{Value, json};

use super::*;

const LOCALES: [Locale; 2] = [Locale::En, Locale::Zh];

/// A tool as `tools/list` shows it.
fn listed(tool: &ToolDef, locale: Locale, read_only: bool) -> Value {
    let schema = if read_only {
        tool.read_only_schema(locale)
    } else {
        tool.input_schema(locale)
    };
    json!({
        "name": tool.name(),
        "title": tool.spec().title.pick(locale),
        "description": tool.spec().description.pick(locale),
        "inputSchema": schema,
        "annotations": tool.annotations(read_only),
    })
}

/// Bytes over 3.6 for ASCII; a Chinese character is about a token.
fn tokens(value: &Value) -> usize {
    let text = value.to_string();
    let (ascii, wide) = text.chars().fold((0, 0), |(ascii, wide), c| {
        if c.is_ascii() {
            (ascii + 1, wide)
        } else {
            (ascii, wide + 1)
        }
    });
    ascii * 10 / 36 + wide
}

#[test]
fn names_are_unique_and_well_formed() {
    let mut names = BTreeSet::new();
    for tool in catalogue() {
        let name = tool.name();
        assert!(names.insert(name), "{name} twice");
        assert!((3..=41).contains(&name.len()));
        assert!(name.starts_with(|c: char| c.is_ascii_lowercase()));
        assert!(
            name.bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        );
        assert!(find(name).is_some());
    }
    assert!(find("nothing").is_none());
}

#[test]
fn every_tool_file_is_registered() {
    fn walk(folder: &std::path::Path, found: &mut usize) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ext| ext == "rs")
                && path.file_name() != Some("tests.rs".as_ref())
            {
                let text = std::fs::read_to_string(&path).unwrap();
                *found += text
                    .lines()
                    .filter(|line| line.starts_with("impl Tool for "))
                    .count();
            }
        }
    }
    let mut found = 0;
    walk(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    assert_eq!(found, catalogue().len() + crate::for_rules().len());
}

#[test]
fn texts_exist_in_both_languages_and_are_short() {
    for tool in catalogue() {
        let spec = tool.spec();
        let texts = spec
            .args
            .iter()
            .map(|(_, text)| *text)
            .chain([spec.title, spec.description]);
        for text in texts {
            assert!(
                !text.en.is_empty() && text.en.is_ascii() || text.en.contains('…'),
                "{}: {}",
                spec.name,
                text.en
            );
            assert!(
                text.zh
                    .chars()
                    .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
                "{}",
                text.zh
            );
        }
        for locale in LOCALES {
            assert!(
                spec.description.pick(locale).chars().count() <= 350,
                "{}",
                spec.name
            );
        }
    }
}

#[test]
fn schemas_are_flat_and_described() {
    fn lint(schema: &Value, tool: &str) {
        let object = schema.as_object().unwrap();
        for banned in [
            "oneOf",
            "anyOf",
            "allOf",
            "$ref",
            "$defs",
            "not",
            "if",
            "patternProperties",
            "$schema",
        ] {
            assert!(!object.contains_key(banned), "{tool}: {banned}");
        }
        let kind = object["type"].as_str().expect("one type");
        if kind == "array" {
            lint(&object["items"], tool);
        }
        if let Some(values) = object.get("enum") {
            assert!(values.as_array().unwrap().len() <= 10, "{tool}: enum");
        }
    }
    for tool in catalogue() {
        for locale in LOCALES {
            for read_only in [false, true] {
                let schema = if read_only {
                    tool.read_only_schema(locale)
                } else {
                    tool.input_schema(locale)
                };
                assert_eq!(schema["type"], "object");
                assert_eq!(schema["additionalProperties"], false);
                let properties = schema["properties"].as_object().unwrap();
                assert!(properties.len() <= 8, "{}", tool.name());
                let names: Vec<&str> = properties.keys().map(String::as_str).collect();
                let args = tool.spec().args.iter().map(|(name, _)| *name);
                let left =
                    |name: &&str| !read_only || !crate::profile::writes_only(tool.name(), name);
                let described: Vec<&str> = args.filter(left).collect();
                assert_eq!(names, described, "{}", tool.name());
                for property in properties.values() {
                    lint(property, tool.name());
                    assert!(property["description"].is_string());
                }
            }
        }
    }
}

#[test]
fn the_list_is_small_in_both_languages() {
    for locale in LOCALES {
        let all: usize = catalogue()
            .iter()
            .map(|tool| tokens(&listed(tool, locale, false)))
            .sum();
        let average = all / catalogue().len();
        assert!(
            average <= 350,
            "{locale:?}: {average} on average, {all} in all"
        );
    }
}

#[test]
fn the_read_only_profile_offers_nothing_that_writes() {
    let reading: Vec<&str> = catalogue()
        .iter()
        .filter(|tool| tool.spec().can_read())
        .map(ToolDef::name)
        .collect();
    assert_eq!(
        reading,
        [
            "whoami",
            "search",
            "inspect",
            "doc_read",
            "doc_history",
            "media_get",
            "board",
            "base_read",
            "comments",
            "sheet_read",
            "sheet_calc",
            "files",
            "share",
            "help"
        ]
    );
    for tool in catalogue().iter().filter(|tool| tool.spec().can_read()) {
        assert!(tool.annotations(true).read_only_hint);
        if tool.spec().effect != Effect::Read {
            let ops = tool.read_only_schema(Locale::En)["properties"]["op"]["enum"]
                .as_array()
                .unwrap();
            for op in ops {
                let mut arguments = json!({"op": op});
                for name in tool.input_schema(Locale::En)["required"]
                    .as_array()
                    .unwrap()
                {
                    if name != "op" {
                        arguments[name.as_str().unwrap()] =
                            json!("docx:doxcn00000000000000000000000");
                    }
                }
                assert_eq!(tool.effect_of(&arguments).unwrap(), Effect::Read);
            }
        }
    }
}

#[test]
fn the_operation_decides_the_effect_and_annotations_follow_the_strongest() {
    let comments = find("comments").unwrap();
    let effect = |op: &str| comments.effect_of(&json!({"ref": "x", "op": op})).unwrap();
    assert_eq!(effect("list"), Effect::Read);
    for op in ["add", "reply", "edit", "resolve", "reopen", "react"] {
        assert_eq!(effect(op), Effect::Write);
    }
    assert_eq!(effect("delete"), Effect::Destroy);
    assert!(
        comments
            .effect_of(&json!({"ref": "x", "op": "explode"}))
            .is_err()
    );
    assert!(!comments.annotations(false).read_only_hint);
    let create = find("doc_create").unwrap().annotations(false);
    assert!(!create.read_only_hint && !create.destructive_hint && create.open_world_hint);
}

#[test]
fn wrong_arguments_name_the_argument_in_the_callers_language() {
    let tool = find("doc_read").unwrap();
    let error = tool
        .effect_in(&json!({"reff": "x"}), Locale::Zh)
        .unwrap_err();
    assert_eq!(error.kind, crate::ErrorKind::Invalid);
    assert!(
        error.message.contains("reff") && error.message.contains("参数"),
        "{}",
        error.message
    );
    assert!(tool.effect_of(&json!({"ref": "x", "view": null})).is_ok());
}

#[test]
fn scopes_are_those_of_the_capability() {
    for tool in catalogue() {
        for scope in tool.spec().scopes {
            let capability = tool
                .spec()
                .capability
                .expect("a tool with scopes has a capability");
            assert!(
                capability.user_scopes().contains(scope),
                "{}: {scope}",
                tool.name()
            );
        }
    }
    assert!(Capability::ALL.len() >= 5);
}
