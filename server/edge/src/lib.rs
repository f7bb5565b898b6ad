//! HTTP layers, extractors, error envelopes, cookies, CSRF, routes.
//!
//! The reading order: [`routes`] names every path once, [`Urls`] prints and reads the public
//! addresses, [`Authenticator`] turns a bearer token into a [`model::Principal`], `guard` holds
//! the layers that stand before every handler, and [`ApiFault`] is the one JSON error envelope.

mod attempts;
mod bearer;
pub mod connections;
mod console_session;
pub mod cookies;
mod fault;
pub mod guard;
mod local_path;
mod locale;
mod long_stream;
mod page_session;
mod profile_query;
pub mod routes;
mod urls;

pub use attempts::Attempts;
pub use bearer::{Authenticator, BearerFault, BearerReason, UploadEnd, UploadFault, UploadPass};
pub use connections::Connections;
pub use console_session::{ACCOUNT_COOKIE, AccountVisit, ConsoleSession, Entrance, PROOF_LASTS};
pub use fault::ApiFault;
pub use local_path::local_path;
pub use locale::{LANG_COOKIE, ReaderLocale};
pub use long_stream::LongStream;
pub use page_session::{PAGE_COOKIE, PageSession};
pub use profile_query::ProfileQuery;
pub use urls::{Door, ResourceRef, Urls, UrlsError};
