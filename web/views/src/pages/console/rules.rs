//! Rules that act on what happens: the list, one rule, one run.

use askama::Template;

use crate::{
    Moment,
    console::ConsoleShell,
    pages::page,
    text::{self, console::rules::RulesText, fill, grouped},
};

/// A rule in the list.
#[derive(Debug, Clone)]
pub struct RuleRow {
    /// Path of its page.
    pub path: String,
    /// Name.
    pub name: String,
    /// `hook`, `schedule`, `record`, `edited`.
    pub kind: &'static str,
    /// Whether it runs.
    pub active: bool,
    /// Whether the platform paused it.
    pub flooded: bool,
    /// When it last ran.
    pub last: Option<Moment>,
    /// Runs that were given up.
    pub dead: u64,
}

/// All rules.
#[derive(Debug, Clone, Template)]
#[template(path = "console/rules.html")]
pub struct RulesPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Oldest first.
    pub rows: Vec<RuleRow>,
    /// Now, for ages.
    pub now: Moment,
}
page!(RulesPage);

impl RulesPage {
    fn t(&self) -> &'static RulesText {
        text::console::rules::of(self.console.lang())
    }

    fn kind(&self, row: &RuleRow) -> &'static str {
        kind(self.t(), row.kind)
    }

    fn state(&self, row: &RuleRow) -> (&'static str, &'static str) {
        let t = self.t();
        match (row.active, row.flooded) {
            (true, _) => ("good", t.active),
            (false, true) => ("bad", t.flooded),
            (false, false) => ("", t.paused),
        }
    }

    fn dead(&self, row: &RuleRow) -> String {
        fill(self.t().dead, &[("n", &grouped(row.dead))])
    }
}

/// A rule as it stands in a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleForm {
    /// Name.
    pub name: String,
    /// `hook`, `schedule`, `record`, `edited`.
    pub kind: String,
    /// Whether requests must be signed.
    pub signed: bool,
    /// Schedule.
    pub cron: String,
    /// Zone of the schedule.
    pub zone: String,
    /// Token of the file.
    pub token: String,
    /// Table.
    pub table: String,
    /// `created`, `changed`, `deleted`, or empty for all.
    pub change: String,
    /// Condition.
    pub condition: String,
    /// Steps, as JSON.
    pub steps: String,
    /// Stable name of the role.
    pub role: String,
    /// Runs in a minute.
    pub per_minute: String,
}

/// A run in the list.
#[derive(Debug, Clone)]
pub struct RunRow {
    /// Path of its page.
    pub path: String,
    /// When the event came.
    pub at: Moment,
    /// The event's id.
    pub event: String,
    /// Stable name of the state.
    pub state: &'static str,
    /// Stable name of why.
    pub reason: String,
    /// The same in words.
    pub error: String,
    /// Attempts.
    pub attempts: u32,
}

/// One rule, or a new one.
#[derive(Debug, Clone, Template)]
#[template(path = "console/rule.html")]
pub struct RulePage {
    /// Frame.
    pub console: ConsoleShell,
    /// Path of the form.
    pub path: String,
    /// Whether it is there already.
    pub known: bool,
    /// Whether it runs.
    pub active: bool,
    /// Version that the form was made from.
    pub version: i64,
    /// What stands in the form.
    pub form: RuleForm,
    /// What is wrong with it: field and words.
    pub faults: Vec<(String, String)>,
    /// Roles that it may have: stable name and title.
    pub roles: Vec<(String, String)>,
    /// Names of the tools.
    pub tools: String,
    /// Whether it has an address.
    pub has_address: bool,
    /// Its new address and key, shown once.
    pub address: Option<(String, String)>,
    /// The newest first.
    pub runs: Vec<RunRow>,
    /// Path of older runs.
    pub older: Option<String>,
    /// Now, for ages.
    pub now: Moment,
}
page!(RulePage);

impl RulePage {
    fn t(&self) -> &'static RulesText {
        text::console::rules::of(self.console.lang())
    }

    fn title(&self) -> &str {
        if self.known {
            self.t().edit
        } else {
            self.t().make
        }
    }

    fn fault(&self, field: &str) -> String {
        let mut found = self.faults.iter().filter(|(name, _)| name == field);
        found
            .next()
            .map(|(_, words)| crate::clean_text(words))
            .unwrap_or_default()
    }

    fn kinds(&self) -> Vec<(&'static str, &'static str, bool)> {
        ["hook", "schedule", "record", "edited"]
            .into_iter()
            .map(|name| (name, kind(self.t(), name), self.form.kind == name))
            .collect()
    }

    fn changes(&self) -> Vec<(&'static str, &'static str, bool)> {
        let t = self.t();
        [
            ("", t.all_changes),
            ("created", t.created),
            ("changed", t.changed),
            ("deleted", t.deleted),
        ]
        .into_iter()
        .map(|(name, words)| (name, words, self.form.change == name))
        .collect()
    }

    fn role_choices(&self) -> Vec<(&str, &str, bool)> {
        self.roles
            .iter()
            .map(|(name, title)| (name.as_str(), title.as_str(), *name == self.form.role))
            .collect()
    }

    fn run_state(&self, row: &RunRow) -> (&'static str, &'static str) {
        run_state(self.t(), row.state)
    }

    fn because(&self, row: &RunRow) -> String {
        because(self.t(), &row.reason, &row.error)
    }
}

/// A step of a run.
#[derive(Debug, Clone)]
pub struct StepLine {
    /// The tool.
    pub tool: String,
    /// Whether it was done, failed, or its end is not known.
    pub state: String,
    /// How the ledger has it.
    pub outcome: String,
    /// Its id in the ledger.
    pub call: String,
    /// Attempts.
    pub attempts: u32,
}

/// What the rule would do about the event now.
#[derive(Debug, Clone)]
pub struct DryView {
    /// Whether the condition holds, or why that cannot be said.
    pub condition: Result<bool, String>,
    /// Tool, and arguments or why there are none.
    pub steps: Vec<(String, Result<String, String>)>,
}

/// One run.
#[derive(Debug, Clone, Template)]
#[template(path = "console/rule_run.html")]
pub struct RunPage {
    /// Frame.
    pub console: ConsoleShell,
    /// Path of the rule.
    pub rule: String,
    /// Name of the rule.
    pub name: String,
    /// The run.
    pub one: RunRow,
    /// What happened, as JSON.
    pub event: String,
    /// Its steps.
    pub steps: Vec<StepLine>,
    /// What the rule would do now.
    pub dry: DryView,
    /// Now, for ages.
    pub now: Moment,
}
page!(RunPage);

impl RunPage {
    fn t(&self) -> &'static RulesText {
        text::console::rules::of(self.console.lang())
    }

    fn state(&self) -> (&'static str, &'static str) {
        run_state(self.t(), self.one.state)
    }

    fn because(&self) -> String {
        because(self.t(), &self.one.reason, &self.one.error)
    }

    /// How a step stands.
    fn step_state(&self, step: &StepLine) -> &'static str {
        match step.state.as_str() {
            "done" => self.t().done,
            "failed" => self.t().failed,
            _ => self.t().begun,
        }
    }

    /// How the ledger has a step.
    fn step_outcome(&self, step: &StepLine) -> &'static str {
        if step.outcome.is_empty() {
            return "";
        }
        let t = text::console::audit::of(self.console.lang());
        super::audit::outcome(t, &step.outcome).1
    }

    fn condition(&self) -> (&'static str, String) {
        let t = self.t();
        match &self.dry.condition {
            Ok(true) => ("good", t.holds.to_owned()),
            Ok(false) => ("", t.holds_not.to_owned()),
            Err(why) => ("bad", crate::clean(why)),
        }
    }
}

fn kind(t: &'static RulesText, name: &str) -> &'static str {
    match name {
        "schedule" => t.schedule,
        "record" => t.record,
        "edited" => t.edited,
        _ => t.hook,
    }
}

fn run_state(t: &'static RulesText, name: &str) -> (&'static str, &'static str) {
    match name {
        "done" => ("good", t.done),
        "skipped" => ("", t.skipped),
        "dead" => ("bad", t.given_up),
        _ => ("info", t.waiting),
    }
}

fn because(t: &'static RulesText, reason: &str, error: &str) -> String {
    let words = match reason {
        "own_write" => t.own_write,
        "too_deep" => t.too_deep,
        "condition" => t.no_condition,
        "unclear" => t.unclear,
        "attempts" => t.too_often,
        _ => "",
    };
    let parts: Vec<&str> = [words, error]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    crate::clean_text(&parts.join(" "))
}

/// The words for a field whose JSON cannot be read.
pub fn bad_json(lang: crate::Lang, why: &str) -> String {
    fill(text::console::rules::of(lang).bad_json, &[("why", why)])
}

/// What is said when Feishu does not tell of the file that a rule watches.
pub fn deaf(lang: crate::Lang, why: &str) -> String {
    let why = crate::clean_text(why);
    fill(text::console::rules::of(lang).deaf, &[("why", &why)])
}

/// What is said after an act: `saved` or `stale`.
pub fn said(lang: crate::Lang, what: &str) -> Option<&'static str> {
    let t = text::console::rules::of(lang);
    match what {
        "saved" => Some(t.saved),
        "stale" => Some(t.stale),
        _ => None,
    }
}
