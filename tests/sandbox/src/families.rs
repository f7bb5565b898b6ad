//! What each endpoint does. One family per file; each shows its routes in one table.

pub(crate) mod access;
pub(crate) mod application;
pub(crate) mod authen;
pub(crate) mod bases;
pub(crate) mod boards;
pub(crate) mod comments;
pub(crate) mod common;
pub(crate) mod contact;
pub(crate) mod docx;
pub(crate) mod drive;
pub(crate) mod media;
pub(crate) mod messages;
pub(crate) mod people;
pub(crate) mod search;
pub(crate) mod sheets;
pub(crate) mod subscriptions;
pub(crate) mod tasks;
pub(crate) mod versions;
pub(crate) mod wiki;

use crate::gateway::Handler;

/// Method, path as in the facts (`/open-apis/docx/v1/documents/:document_id`) and handler.
pub(crate) type Route = (&'static str, &'static str, Handler);

/// Every simulated endpoint.
pub(crate) fn handlers() -> impl Iterator<Item = &'static Route> {
    [
        authen::ROUTES,
        application::ROUTES,
        contact::ROUTES,
        docx::ROUTES,
        drive::ROUTES,
        wiki::ROUTES,
        search::ROUTES,
        comments::ROUTES,
        media::ROUTES,
        sheets::ROUTES,
        versions::ROUTES,
        boards::ROUTES,
        subscriptions::ROUTES,
        messages::ROUTES,
        tasks::ROUTES,
    ]
    .into_iter()
    .chain(sheets::PARTS.iter().copied())
    .chain(bases::ROUTES)
    .flatten()
}

#[cfg(test)]
pub(crate) mod testkit;
