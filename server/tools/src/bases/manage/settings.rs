//! Settings as a caller writes them: `name: value`, one text each.

use model::Locale;

use crate::{ToolCx, ToolError, bases::near, render::clean_line};

/// Settings in their order; a name may come several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Settings(Vec<(String, String)>);

impl Settings {
    /// Reads `name: value`; anything else is refused.
    pub(crate) fn read(cx: &ToolCx, texts: &[String]) -> Result<Self, ToolError> {
        let mut found = Vec::new();
        for text in texts {
            let Some((name, value)) = text.split_once([':', '：']) else {
                return Err(ToolError::invalid(format!(
                    "{}: {}",
                    cx.say("a setting is `name: value`", "设置项格式为“名称: 值”"),
                    clean_line(text, 60)
                ))
                .with_hint(cx.say("See `help base`.", "参见 `help base`。")));
            };
            found.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        Ok(Self(found))
    }

    /// The value of a name.
    pub(crate) fn get<'s>(&'s self, name: &'s str) -> Option<&'s str> {
        self.all(name).next()
    }

    /// All values of a name.
    pub(crate) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        let same = self
            .0
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        same.map(|(_, value)| value.as_str())
    }

    /// Names and values of `WORD NAME: value`.
    pub(crate) fn about<'s>(&'s self, word: &'s str) -> impl Iterator<Item = (&'s str, &'s str)> {
        self.0.iter().filter_map(move |(name, value)| {
            let rest = name.strip_prefix(word)?.strip_prefix(' ')?;
            Some((rest.trim(), value.as_str()))
        })
    }

    /// Refuses names that mean nothing here; `word` stands for any `word …`.
    pub(crate) fn only(&self, cx: &ToolCx, names: &[&'static str]) -> Result<(), ToolError> {
        for (name, _) in &self.0 {
            let known = names.iter().any(|one| match one.strip_suffix(" …") {
                Some(word) => name.starts_with(word),
                None => name.eq_ignore_ascii_case(one),
            });
            if !known {
                let what = match cx.locale {
                    Locale::En => "setting",
                    Locale::Zh => "设置项",
                };
                return Err(near::unknown(cx, what, name, names.iter().copied()));
            }
        }
        Ok(())
    }
}

/// A value with `|` or commas between its parts.
pub(crate) fn parts(value: &str) -> Vec<String> {
    let bars = value.contains('|');
    let comma = |c: char| {
        if bars {
            c == '|'
        } else {
            matches!(c, ',' | '，' | '、')
        }
    };
    let parts = value
        .split(comma)
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// `true`, `false` and their kin.
pub(crate) fn truth(cx: &ToolCx, value: &str) -> Result<bool, ToolError> {
    match value.to_lowercase().as_str() {
        "true" | "yes" | "on" | "是" | "开" => Ok(true),
        "false" | "no" | "off" | "否" | "关" => Ok(false),
        other => Err(ToolError::invalid(format!(
            "{}: {}",
            cx.say("true or false is expected", "应为 true 或 false"),
            clean_line(other, 40)
        ))),
    }
}
