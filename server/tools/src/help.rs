//! `help`: short pages about what the descriptions have no room for. Calls nothing.

use model::policy::Effect;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Text, Tool, ToolCx, ToolError, ToolOutput, ToolSpec};

pub(crate) struct Help;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    Start,
    Markdown,
    Refs,
    Reading,
    Writing,
    Blocks,
    Media,
    Base,
    Search,
    Comments,
    Sheets,
    Calc,
    Charts,
    Files,
    Sharing,
    Errors,
    Limits,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Input {
    #[serde(default)]
    topic: Option<String>,
}

impl Topic {
    const ALL: [Self; 17] = [
        Self::Start,
        Self::Markdown,
        Self::Refs,
        Self::Reading,
        Self::Writing,
        Self::Blocks,
        Self::Media,
        Self::Base,
        Self::Search,
        Self::Comments,
        Self::Sheets,
        Self::Calc,
        Self::Charts,
        Self::Files,
        Self::Sharing,
        Self::Errors,
        Self::Limits,
    ];

    fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Markdown => "markdown",
            Self::Refs => "refs",
            Self::Reading => "reading",
            Self::Writing => "writing",
            Self::Blocks => "blocks",
            Self::Media => "media",
            Self::Base => "base",
            Self::Search => "search",
            Self::Comments => "comments",
            Self::Sheets => "sheets",
            Self::Calc => "calc",
            Self::Charts => "charts",
            Self::Files => "files",
            Self::Sharing => "sharing",
            Self::Errors => "errors",
            Self::Limits => "limits",
        }
    }

    const fn page(self) -> Text {
        macro_rules! page {
            ($name:literal) => {
                Text::new(
                    include_str!(concat!("help/", $name, ".en.md")),
                    include_str!(concat!("help/", $name, ".zh.md")),
                )
            };
        }
        match self {
            Self::Start => page!("start"),
            Self::Markdown => page!("markdown"),
            Self::Refs => page!("refs"),
            Self::Reading => page!("reading"),
            Self::Writing => page!("writing"),
            Self::Blocks => page!("blocks"),
            Self::Media => page!("media"),
            Self::Base => page!("base"),
            Self::Search => page!("search"),
            Self::Comments => page!("comments"),
            Self::Sheets => page!("sheets"),
            Self::Calc => page!("calc"),
            Self::Charts => page!("charts"),
            Self::Files => page!("files"),
            Self::Sharing => page!("sharing"),
            Self::Errors => page!("errors"),
            Self::Limits => page!("limits"),
        }
    }
}

/// The names of the pages of `help`, in its order.
pub fn help_topics() -> impl Iterator<Item = &'static str> {
    Topic::ALL.into_iter().map(Topic::name)
}

/// A page of `help` in one language.
pub fn help_page(topic: &str, locale: model::Locale) -> Option<&'static str> {
    Some(Topic::of(topic)?.page().pick(locale).trim_end())
}

impl Tool for Help {
    const SPEC: ToolSpec = ToolSpec {
        name: "help",
        title: Text::new("Help", "帮助"),
        description: Text::new(
            "Short pages on how to use these tools: dialects, forms of refs, long documents, safe \
             writing, what each tool takes, errors, limits. Costs nothing; look here before guessing \
             a syntax.",
            "工具使用说明：各种语法、引用格式、长文档、安全写入、各工具的用法、错误与限制。不消耗额度；不确定语法时先查这里。",
        ),
        args: &[(
            "topic",
            Text::new(
                "start (default), markdown, refs, reading, writing, blocks, media, base, search, comments, sheets, calc, charts, files, sharing, errors, limits.",
                "start（默认）、markdown、refs、reading、writing、blocks、media、base、search、comments、sheets、calc、charts、files、sharing、errors、limits。",
            ),
        )],
        effect: Effect::Read,
        reading_ops: &[],
        capability: None,
        scopes: &[],
        idempotent: true,
        open_world: false,
    };
    type Input = Input;

    async fn call(cx: &ToolCx, input: Input) -> Result<ToolOutput, ToolError> {
        let asked = input.topic.as_deref().map(str::trim);
        let asked = asked.filter(|topic| !topic.is_empty()).unwrap_or("start");
        let Some(topic) = Topic::of(&asked.to_lowercase()) else {
            let topics: Vec<&str> = help_topics().collect();
            return Err(
                ToolError::invalid(cx.say("no page has this name", "没有该主题的说明"))
                    .with_hint(topics.join(", ")),
            );
        };
        let page = topic.page();
        Ok(ToolOutput::text(page.pick(cx.locale).trim_end()))
    }
}

#[cfg(test)]
mod tests {
    use model::Locale;

    use super::*;

    #[test]
    fn every_page_exists_in_both_languages_and_is_short() {
        for topic in Topic::ALL {
            let (en, zh) = (topic.page().pick(Locale::En), topic.page().pick(Locale::Zh));
            for page in [en, zh] {
                let quarters: usize = page.chars().map(|c| if c.is_ascii() { 1 } else { 4 }).sum();
                let tokens = quarters / 4;
                assert!((30..=1000).contains(&tokens), "{topic:?} {tokens} tokens");
            }
            assert!(
                zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
                "{topic:?}"
            );
        }
    }

    #[test]
    fn the_argument_and_the_first_page_name_every_topic() {
        let (_, text) = Help::SPEC.args[0];
        for locale in [Locale::En, Locale::Zh] {
            for topic in help_topics() {
                let start = Topic::Start.page().pick(locale);
                assert!(text.pick(locale).contains(topic), "{topic}");
                assert!(topic == "start" || start.contains(topic), "{topic}");
            }
        }
    }

    #[test]
    fn the_formats_that_pages_name_are_those_of_doc_read() {
        let doc_read = crate::find("doc_read").unwrap();
        let known = doc_read.input_schema(Locale::En)["properties"]["format"]["enum"].clone();
        let mut named = 0;
        for topic in Topic::ALL {
            for page in [topic.page().pick(Locale::En), topic.page().pick(Locale::Zh)] {
                for rest in page.split("format=").skip(1) {
                    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"+_".contains(c));
                    let word = &rest[..end.unwrap_or(rest.len())];
                    assert!(known.as_array().unwrap().contains(&word.into()), "{word}");
                    named += 1;
                }
            }
        }
        assert!(named > 5, "{known}");
    }

    #[test]
    fn the_syntax_on_the_markdown_page_is_understood() {
        for locale in [Locale::En, Locale::Zh] {
            let page = Topic::Markdown.page().pick(locale);
            let example = page.split("````").nth(1).unwrap();
            let example = example.strip_prefix("markdown\n").unwrap();
            let parsed = crate::docs::markdown::parse::parse(example);
            assert_eq!(parsed.warnings.iter().count(), 0);
            assert!(parsed.nodes.len() > 8);
        }
    }
}
