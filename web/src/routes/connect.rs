//! The connect page.

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use edge::ProfileQuery;
use views::{
    connect::{ConnectPage, ToolSet},
    install::Server,
};

use crate::{
    WebState, member,
    page::{self, PageFault},
    tenant,
    visit::Visit,
};

/// Shows how to add the organisation's server to each client, whole or for a part of the tools.
///
/// Permissions: none; the page holds nothing but addresses and the organisation's name.
pub(super) async fn show(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
    visit: Visit,
) -> Result<Response, PageFault> {
    let entry = tenant::served(&state, &visit, &slug).await?;
    let slug = &entry.tenant.slug;
    let chosen = ProfileQuery::read(query.as_deref().unwrap_or_default());
    let set = ToolSet::from_word(&chosen.tools).unwrap_or(ToolSet::Daily);
    let (suffix, query) = (set.suffix(chosen.read_only), set.query(chosen.read_only));
    let page = ConnectPage {
        shell: visit.shell(),
        organisation: entry.tenant.name.clone(),
        brand: visit.brand(entry.tenant.brand),
        server: Server {
            name: format!("{slug}-{}{suffix}", entry.tenant.brand.name()),
            description: entry.tenant.name.clone(),
            mcp: state.urls.mcp(slug) + &query,
            sse: state.urls.sse(slug) + &query,
            tools: state.urls.tools(slug) + &query,
        },
        connections: member::connections(&entry),
        set,
        read_only: chosen.read_only,
    };
    Ok(page::show(page.render()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_offers_the_profiles_that_there_are() {
        let words: Vec<&str> = ToolSet::ALL.map(ToolSet::word).to_vec();
        assert_eq!(words, tools::PROFILES);
        for set in ToolSet::ALL {
            for read_only in [false, true] {
                let query = set.query(read_only);
                let read = ProfileQuery::read(query.trim_start_matches('?'));
                assert_eq!(read.read_only, read_only);
                let expected = if set == ToolSet::Daily {
                    ""
                } else {
                    set.word()
                };
                assert_eq!(read.tools, expected);
                assert_eq!(read.suffix(), query);
            }
        }
    }
}
