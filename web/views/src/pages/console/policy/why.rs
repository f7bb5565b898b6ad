//! Why a call would be allowed or refused.

use askama::Template;

use super::Tick;
use crate::{
    Lang,
    console::ConsoleShell,
    pages::page,
    text::{self, console::policy::PolicyText},
};

/// One question of the decision.
#[derive(Debug, Clone)]
pub struct Question {
    /// In words.
    pub words: &'static str,
    /// The answer; `None` when it was not asked any more.
    pub answer: Option<bool>,
}

/// What one role says.
#[derive(Debug, Clone)]
pub struct RoleAnswer {
    /// Name.
    pub name: String,
    /// Path of its page.
    pub path: String,
    /// Why not; `None` for yes.
    pub refused: Option<&'static str>,
    /// Places that it is held to, in words.
    pub places: Vec<(&'static str, String)>,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct WhyAnswer {
    /// Whether it would be allowed.
    pub allowed: bool,
    /// Whether it then depends on where the thing lies.
    pub by_place: bool,
    /// Question by question.
    pub questions: Vec<Question>,
    /// Role by role.
    pub roles: Vec<RoleAnswer>,
}

/// The page.
#[derive(Debug, Clone, Template)]
#[template(path = "console/policy_why.html")]
pub struct WhyPage {
    /// Frame.
    pub console: ConsoleShell,
    /// People to choose from.
    pub people: Vec<Tick>,
    /// Tools to choose from.
    pub tools: Vec<Tick>,
    /// Clients to choose from.
    pub clients: Vec<Tick>,
    /// Chosen effect.
    pub effect: &'static str,
    /// The answer.
    pub answer: Option<WhyAnswer>,
}
page!(WhyPage);

impl WhyPage {
    fn t(&self) -> &'static PolicyText {
        text::console::policy::of(self.console.lang())
    }

    fn effects(&self) -> [(&'static str, &'static str, bool); 3] {
        let t = self.t();
        [("read", t.read), ("write", t.write), ("destroy", t.destroy)]
            .map(|(id, words)| (id, words, id == self.effect))
    }
}

/// The question behind a reason; `None` for reasons of other actions.
pub fn question(lang: Lang, reason: &str) -> Option<&'static str> {
    let t = text::console::policy::of(lang);
    Some(match reason {
        "role_missing" => t.q_role,
        "client_stopped" => t.q_stopped,
        "tool_off" => t.q_tool_on,
        "capability_off" => t.q_pack,
        "read_only_tenant" => t.q_read_only,
        "role_tool" => t.q_role_tool,
        "role_effect" => t.q_role_effect,
        "role_client" => t.q_role_client,
        "read_only_credential" => t.q_credential,
        _ => return None,
    })
}

/// What a failed question means, short.
pub fn refusal(lang: Lang, reason: &str) -> &'static str {
    let t = text::console::policy::of(lang);
    let no = |en, zh| lang.pick(en, zh);
    match reason {
        "role_missing" => no("No role opens the tools", "没有可使用工具的角色"),
        "client_stopped" => no("The client is stopped", "客户端已停用"),
        "tool_off" => no("The tool is switched off", "工具已关闭"),
        "capability_off" => no("Its pack is off", "所属能力未启用"),
        "read_only_tenant" => no("Writing is switched off", "写入已关闭"),
        "role_tool" => no("Not among its tools", "不在其工具范围内"),
        "role_effect" => no("Stronger than it allows", "超出其操作级别"),
        "role_client" => no("Not through this client", "不允许该客户端"),
        "read_only_credential" => no("The connection may only read", "连接仅可读取"),
        _ => t.r_denied,
    }
}

/// What stands for a client that is none of the tenant's: unverified, and a key.
pub fn clients_words(lang: Lang) -> (&'static str, &'static str) {
    let t = text::console::policy::of(lang);
    (t.any_client, t.key)
}
