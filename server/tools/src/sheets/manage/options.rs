//! What `set` says: `key=value`, `key` alone for true, and rules such as `B in a|b`.

use model::Locale;
use parking_lot::Mutex;

use crate::{ToolCx, ToolError, render::clean_line};

/// Entries of one call.
const MANY: usize = 500;

/// The entries, and which of them were asked for: what nobody asked for is a mistake of the caller.
#[derive(Debug, Default)]
pub(super) struct Options {
    entries: Vec<String>,
    used: Mutex<Vec<bool>>,
    asked: Mutex<Vec<&'static str>>,
}

impl Options {
    pub(super) fn read(cx: &ToolCx, entries: &[String]) -> Result<Self, ToolError> {
        if entries.len() > MANY {
            return Err(ToolError::invalid(
                cx.say("`set` has more than 500 entries", "`set` 超过 500 项"),
            ));
        }
        let entries: Vec<String> = entries
            .iter()
            .map(|entry| entry.trim().to_owned())
            .filter(|entry| !entry.is_empty())
            .collect();
        Ok(Self {
            used: Mutex::new(vec![false; entries.len()]),
            entries,
            asked: Mutex::default(),
        })
    }

    /// The value of a key; of several the last one.
    pub(super) fn get(&self, key: &'static str) -> Option<&str> {
        self.asked.lock().push(key);
        let mut found = None;
        for (at, entry) in self.entries.iter().enumerate() {
            let (name, value) = entry.split_once('=').unwrap_or((entry, "true"));
            if name.trim().eq_ignore_ascii_case(key) {
                if let Some(used) = self.used.lock().get_mut(at) {
                    *used = true;
                }
                found = Some(value.trim());
            }
        }
        found
    }

    /// A truth value.
    pub(super) fn flag(&self, cx: &ToolCx, key: &'static str) -> Result<Option<bool>, ToolError> {
        self.get(key)
            .map(|value| match value.to_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Ok(true),
                "false" | "no" | "off" | "0" => Ok(false),
                _ => Err(wrong(cx, key, value, "true, false")),
            })
            .transpose()
    }

    /// A number within bounds.
    pub(super) fn number(
        &self,
        cx: &ToolCx,
        key: &'static str,
        (least, most): (u32, u32),
    ) -> Result<Option<u32>, ToolError> {
        self.get(key)
            .map(|value| {
                let number = value.trim_end_matches("px").trim().parse().ok();
                let number = number.filter(|number| (least..=most).contains(number));
                number.ok_or_else(|| wrong(cx, key, value, &format!("{least}–{most}")))
            })
            .transpose()
    }

    /// One of some words; gives its place among them.
    pub(super) fn choice(
        &self,
        cx: &ToolCx,
        key: &'static str,
        words: &[&str],
    ) -> Result<Option<usize>, ToolError> {
        self.get(key)
            .map(|value| {
                let at = words
                    .iter()
                    .position(|word| word.eq_ignore_ascii_case(value));
                at.ok_or_else(|| wrong(cx, key, value, &words.join(", ")))
            })
            .transpose()
    }

    /// A colour, `#rrggbb`.
    pub(super) fn colour(
        &self,
        cx: &ToolCx,
        key: &'static str,
    ) -> Result<Option<String>, ToolError> {
        self.get(key)
            .map(|value| colour(cx, key, value))
            .transpose()
    }

    /// All entries that no key asked for, which are then used.
    pub(super) fn rest(&self) -> Vec<&str> {
        let mut used = self.used.lock();
        let all = self.entries.iter().zip(used.iter_mut());
        all.filter(|(_, used)| !**used)
            .map(|(entry, used)| {
                *used = true;
                entry.as_str()
            })
            .collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Refuses entries that mean nothing to this operation.
    pub(super) fn all_used(&self, cx: &ToolCx) -> Result<(), ToolError> {
        let used = self.used.lock();
        let unknown = self
            .entries
            .iter()
            .zip(used.iter())
            .find(|(_, used)| !**used);
        let Some((entry, _)) = unknown else {
            return Ok(());
        };
        let entry = clean_line(entry, 60);
        let mut known = self.asked.lock().clone();
        known.sort_unstable();
        known.dedup();
        Err(ToolError::invalid(match cx.locale {
            Locale::En => format!("`set` has \"{entry}\", which means nothing to this op"),
            Locale::Zh => format!("`set` 中的“{entry}”对该操作无效"),
        })
        .with_hint(match cx.locale {
            Locale::En => format!(
                "Known here: {}. `help sheets` tells more.",
                known.join(", ")
            ),
            Locale::Zh => format!("可用：{}。详见 `help` 的 sheets 主题。", known.join(", ")),
        }))
    }
}

fn wrong(cx: &ToolCx, key: &str, value: &str, known: &str) -> ToolError {
    let value = clean_line(value, 40);
    ToolError::invalid(match cx.locale {
        Locale::En => format!("{key}={value} is not possible"),
        Locale::Zh => format!("{key}={value} 无效"),
    })
    .with_hint(match cx.locale {
        Locale::En => format!("{key} takes: {known}."),
        Locale::Zh => format!("{key} 可取：{known}。"),
    })
}

/// `#rrggbb`, or three digits.
pub(super) fn colour(cx: &ToolCx, key: &str, value: &str) -> Result<String, ToolError> {
    let digits = value.trim().trim_start_matches('#');
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    match digits.len() {
        6 if hex => Ok(format!("#{}", digits.to_ascii_lowercase())),
        3 if hex => {
            let twice: String = digits.chars().flat_map(|c| [c, c]).collect();
            Ok(format!("#{}", twice.to_ascii_lowercase()))
        }
        _ => Err(wrong(cx, key, value, "#RRGGBB")),
    }
}
