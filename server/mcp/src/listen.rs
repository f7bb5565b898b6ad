//! `subscriptions/listen` (2026-07-28): what a client wants to hear of.

use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::{host::Features, rpc};

/// The key that ties a notification to its subscription.
const SUBSCRIPTION: &str = "io.modelcontextprotocol/subscriptionId";

/// What one subscription hears of.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    id: Value,
    tools: bool,
    prompts: bool,
    resources: bool,
    /// Resources that the client asked for; those that it hears of once they were checked.
    pub(crate) watched: Vec<String>,
}

impl Filter {
    /// Reads the `notifications` of the request `id`; honours what the host can do.
    pub(crate) fn read(id: Value, asked: &Map<String, Value>, features: Features) -> Self {
        let wants = |name: &str| asked.get(name).and_then(Value::as_bool) == Some(true);
        let watched = match asked.get("resourceSubscriptions") {
            Some(Value::Array(list)) if features.watch => list
                .iter()
                .filter_map(|uri| uri.as_str().map(str::to_owned))
                .collect(),
            _ => Vec::new(),
        };
        Self {
            id,
            tools: wants("toolsListChanged"),
            prompts: wants("promptsListChanged") && features.changing_lists,
            resources: wants("resourcesListChanged") && features.changing_lists,
            watched,
        }
    }

    /// The first message: what will be honoured.
    pub(crate) fn acknowledged(&self) -> Bytes {
        let mut honoured = Map::new();
        for (name, on) in [
            ("toolsListChanged", self.tools),
            ("promptsListChanged", self.prompts),
            ("resourcesListChanged", self.resources),
        ] {
            if on {
                honoured.insert(name.to_owned(), true.into());
            }
        }
        if !self.watched.is_empty() {
            honoured.insert("resourceSubscriptions".to_owned(), json!(self.watched));
        }
        rpc::outgoing(
            None,
            "notifications/subscriptions/acknowledged",
            &json!({ "_meta": self.meta(), "notifications": honoured }),
        )
    }

    /// The message that a list changed, if it was asked for.
    pub(crate) fn list_changed(&self, list: &str) -> Option<Bytes> {
        let wanted = match list {
            "tools" => self.tools,
            "prompts" => self.prompts,
            "resources" => self.resources,
            _ => false,
        };
        wanted.then(|| {
            rpc::outgoing(
                None,
                &format!("notifications/{list}/list_changed"),
                &json!({ "_meta": self.meta() }),
            )
        })
    }

    /// The result that ends the subscription.
    pub(crate) fn last(&self) -> Bytes {
        let mut fields = Map::new();
        fields.insert("resultType".to_owned(), "complete".into());
        fields.insert("_meta".to_owned(), self.meta());
        rpc::response(&self.id, &Ok(fields.into()))
    }

    /// What ties a message to this subscription.
    pub(crate) fn meta(&self) -> Value {
        let mut meta = Map::new();
        meta.insert(SUBSCRIPTION.to_owned(), self.id.clone());
        Value::Object(meta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_for_and_can_be_given_is_heard() {
        let asked = json!({
            "toolsListChanged": true, "promptsListChanged": true, "resourceSubscriptions": ["a:b"],
        });
        let filter = Filter::read(json!(7), asked.as_object().unwrap(), Features::default());
        assert!(filter.list_changed("tools").is_some());
        assert!(filter.list_changed("prompts").is_none());
        assert!(filter.list_changed("resources").is_none());
        let said = String::from_utf8(filter.acknowledged().to_vec()).unwrap();
        assert!(
            said.contains(r#""notifications":{"toolsListChanged":true}"#),
            "{said}"
        );
        assert!(
            said.contains(r#""io.modelcontextprotocol/subscriptionId":7"#),
            "{said}"
        );
    }
}
