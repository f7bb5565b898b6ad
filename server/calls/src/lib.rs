//! Run one tool for one principal: policy → limits → credentials → a person's
//! agreement, where one is needed → run → ledger.
//!
//! Every call ends in exactly one ledger entry, committed before its result leaves; a call that
//! cannot be recorded has no result. The steps are one file each, in the order of
//! [`Gate::call`].

pub mod app_care;
mod authorize;
mod credentials;
pub mod directory;
pub mod events;
mod facts;
mod gate;
mod limits;
mod record;
mod redact;
mod request;
mod run;
#[cfg(test)]
mod testing;
mod uploads;
mod words;

pub use credentials::{CredentialOptions, Credentials};
pub use gate::{
    Answered, AnsweredBy, Gate, GateOptions, GateParts, HostsFor, Links, Question, QuestionLink,
    UploadAddress,
};
pub use request::{Asked, CallReply, CallRequest, Profile, Via};
