//! The tenant itself.

use askama::Template;

use crate::{
    Lang, Moment,
    console::{ConsoleShell, Tone},
    pages::page,
    text::{self, console::settings::SettingsText, fill, grouped},
};

/// What the form before did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Name and language were saved.
    Saved,
    /// The limits were.
    Limits,
    /// Somebody was faster.
    Stale,
}

impl Told {
    /// Reads the `done` parameter.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "saved" => Some(Self::Saved),
            "limits" => Some(Self::Limits),
            _ => None,
        }
    }

    /// How it is meant.
    pub const fn tone(self) -> Tone {
        match self {
            Self::Saved | Self::Limits => Tone::Good,
            Self::Stale => Tone::Bad,
        }
    }

    /// What is said about it.
    pub fn words(self, lang: Lang) -> &'static str {
        let t = text::console::settings::of(lang);
        match self {
            Self::Saved => t.saved,
            Self::Limits => t.limits_saved,
            Self::Stale => t.stale,
        }
    }
}

/// Burst and calls per minute of a member, then of the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateForm(pub [String; 4]);

/// How much of the limits is in use; a count with `true` is only the least that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedNow {
    /// Calls of the last minute.
    pub minute: (u64, bool),
    /// The most of one person among them.
    pub busiest: u64,
    /// Calls that a limit refused in the last day.
    pub refused: (u64, bool),
}

/// Name, language, limits, data.
#[derive(Debug, Clone, Template)]
#[template(path = "console/settings.html")]
pub struct SettingsPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Name, as typed or as it is.
    pub name: String,
    /// Whether texts are Chinese where the reader's language is unknown.
    pub zh: bool,
    /// Name and language that the form was made from.
    pub seen: (String, bool),
    /// Name in paths.
    pub slug: String,
    /// Feishu or Lark.
    pub brand: String,
    /// When it was made.
    pub made: Moment,
    /// The name is none.
    pub name_fault: bool,
    /// The rates, as typed or as they are.
    pub rates: RateForm,
    /// The fastest of the plan.
    pub fastest: RateForm,
    /// Which of the rates are none.
    pub rate_faults: [bool; 4],
    /// Stable name of the plan.
    pub plan: &'static str,
    /// Use of the limits.
    pub used: UsedNow,
    /// Whether the reader may take the data out and give the tenant up.
    pub may_erase: bool,
    /// Now, for ages.
    pub now: Moment,
}
page!(SettingsPage);

/// A field of the limits.
struct RateField {
    id: &'static str,
    label: &'static str,
    value: String,
    hint: String,
    fault: String,
}

impl SettingsPage {
    fn t(&self) -> &'static SettingsText {
        text::console::settings::of(self.console.lang())
    }

    fn name_fault(&self) -> &'static str {
        if self.name_fault {
            self.t().bad_name
        } else {
            ""
        }
    }

    fn languages(&self) -> [(&'static str, &'static str, bool); 2] {
        [("zh", "中文", self.zh), ("en", "English", !self.zh)]
    }

    fn seen_language(&self) -> &'static str {
        if self.seen.1 { "zh" } else { "en" }
    }

    fn plan(&self) -> &'static str {
        let t = text::console::billing::of(self.console.lang());
        match self.plan {
            "team" => t.team,
            "enterprise" => t.enterprise,
            _ => t.free,
        }
    }

    fn rates(&self) -> Vec<RateField> {
        let t = self.t();
        let names = [
            ("member_burst", t.member_burst),
            ("member_minute", t.member_minute),
            ("tenant_burst", t.tenant_burst),
            ("tenant_minute", t.tenant_minute),
        ];
        names
            .into_iter()
            .enumerate()
            .map(|(index, (id, label))| {
                let most = self.fastest.0[index].as_str();
                RateField {
                    id,
                    label,
                    value: self.rates.0[index].clone(),
                    hint: fill(t.most, &[("n", most)]),
                    fault: if self.rate_faults[index] {
                        fill(t.bad_rate, &[("n", most)])
                    } else {
                        String::new()
                    },
                }
            })
            .collect()
    }

    fn limits_hint(&self) -> String {
        fill(self.t().limits_hint, &[("name", self.plan())])
    }

    fn count((number, more): (u64, bool)) -> String {
        let sign = if more { "+" } else { "" };
        format!("{}{sign}", grouped(number))
    }

    fn minute(&self) -> String {
        Self::count(self.used.minute)
    }

    fn refused(&self) -> String {
        Self::count(self.used.refused)
    }
}
