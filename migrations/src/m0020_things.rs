//! Events about documents, sheets and bases: which thing each is about.

use crate::Backend;

pub(crate) fn statements(_: Backend) -> Vec<String> {
    vec!["ALTER TABLE feishu_events ADD COLUMN thing TEXT NOT NULL DEFAULT ''".to_owned()]
}
