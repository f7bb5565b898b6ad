//! People (`contact/v3`), as far as the caller can see them.

use serde::Deserialize;

use super::loose;
use crate::{FeishuError, Request, Session};

/// Ids of one request.
pub const MAX_IDS: usize = 50;

/// A person; fields without their scope are empty.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct User {
    /// Open id.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub open_id: String,
    /// Name.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub name: String,
    /// English name.
    #[serde(default, deserialize_with = "loose::nullable")]
    pub en_name: String,
}

/// `contact.v3.user.batch`: names of at most [`MAX_IDS`] open ids. Unknown or hidden people are
/// simply absent.
pub async fn users(session: &Session, open_ids: &[String]) -> Result<Vec<User>, FeishuError> {
    #[derive(Deserialize)]
    struct Reply {
        #[serde(default, deserialize_with = "loose::nullable")]
        items: Vec<User>,
    }
    let mut request =
        Request::get("/open-apis/contact/v3/users/batch").query("user_id_type", "open_id");
    for id in open_ids.iter().take(MAX_IDS) {
        request = request.query("user_ids", id.as_str());
    }
    Ok(session.fetch::<Reply>(request).await?.items)
}
