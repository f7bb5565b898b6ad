//! Text of a comment ⇄ Feishu's elements.

use std::collections::HashMap;

use feishu::api::comments::{Content, Element, Link, Person, Run};

use crate::{
    docs::markdown::inline::{find_address, is_open_id},
    render::{clean_line, clean_text},
};

/// Characters of one element; longer text is put into several.
const MAX_RUN: usize = 1000;

/// `@[name](user:ou_…)` becomes a mention that notifies, an address becomes a link.
pub(super) fn content(text: &str) -> Content {
    let text = clean_text(text);
    let mut elements = Vec::new();
    let mut rest = text.as_str();
    while let Some((start, end, open_id)) = mention(rest) {
        plain(&rest[..start], &mut elements);
        elements.push(Element::Person {
            person: Person {
                user_id: open_id.to_owned(),
            },
        });
        rest = &rest[end..];
    }
    plain(rest, &mut elements);
    Content { elements }
}

/// Byte range and open id of the first mention.
fn mention(text: &str) -> Option<(usize, usize, &str)> {
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find("@[") {
        let start = from + found;
        let after = &text[start + 2..];
        let parsed = after.find("](user:").and_then(|close| {
            let id = &after[close + 7..];
            let end = id.find(')')?;
            let short = close <= 200 && !after[..close].contains('\n');
            (short && is_open_id(&id[..end]))
                .then_some((start + 2 + close + 7 + end + 1, &id[..end]))
        });
        if let Some((end, id)) = parsed {
            return Some((start, end, id));
        }
        from = start + 2;
    }
    None
}

fn plain(text: &str, elements: &mut Vec<Element>) {
    let mut rest = text;
    while let Some((start, end)) = find_address(rest) {
        runs(&rest[..start], elements);
        elements.push(Element::DocsLink {
            docs_link: Link {
                url: rest[start..end].to_owned(),
            },
        });
        rest = &rest[end..];
    }
    runs(rest, elements);
}

fn runs(text: &str, elements: &mut Vec<Element>) {
    let chars: Vec<char> = text.chars().collect();
    for part in chars.chunks(MAX_RUN) {
        elements.push(Element::TextRun {
            text_run: Run {
                text: part.iter().collect(),
            },
        });
    }
}

/// Open ids of everybody whom the text mentions.
pub(crate) fn people(content: &Content) -> impl Iterator<Item = &str> {
    content.elements.iter().filter_map(|element| match element {
        Element::Person { person } => Some(person.user_id.as_str()),
        _ => None,
    })
}

/// One line for the model.
pub(crate) fn line(content: &Content, names: &HashMap<String, String>, max: usize) -> String {
    let mut out = String::new();
    for element in &content.elements {
        match element {
            Element::TextRun { text_run } => out.push_str(&text_run.text),
            Element::DocsLink { docs_link } => out.push_str(&docs_link.url),
            Element::Person { person } => {
                let name = names.get(&person.user_id).unwrap_or(&person.user_id);
                out.push_str(&format!("@[{name}](user:{})", person.user_id));
            }
            Element::Unknown => out.push_str("[[…]]"),
        }
    }
    clean_line(&out, max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_and_links_become_elements_and_read_as_they_were_written() {
        let text = "Hi @[Ann](user:ou_ann12345), see https://x.test/a. @[x](user:nobody)";
        let made = content(text);
        assert_eq!(made.elements.len(), 5);
        assert!(
            matches!(&made.elements[1], Element::Person { person } if person.user_id == "ou_ann12345")
        );
        assert!(
            matches!(&made.elements[3], Element::DocsLink { docs_link } if docs_link.url == "https://x.test/a")
        );
        let names = HashMap::from([("ou_ann12345".to_owned(), "Ann".to_owned())]);
        assert_eq!(line(&made, &names, 500), text);
    }

    #[test]
    fn long_text_is_divided_and_any_text_is_taken() {
        assert_eq!(content(&"字".repeat(2500)).elements.len(), 3);
        for text in ["@[", "@[a](user:", "@[a](user:ou_abcd", "@[@[@["] {
            assert_eq!(line(&content(text), &HashMap::new(), 99), text);
        }
    }
}
