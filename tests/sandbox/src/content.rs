//! The cloud documents: what is stored of each kind, and how a fresh state is filled.

pub(crate) use crate::families::bases::Bases;
pub(crate) use crate::families::boards::Boards;
pub(crate) use crate::families::comments::Comments;
pub(crate) use crate::families::docx::Docx;
pub(crate) use crate::families::drive::Drive;
pub(crate) use crate::families::media::Media;
pub(crate) use crate::families::messages::Messages;
pub(crate) use crate::families::sheets::Sheets;
pub(crate) use crate::families::subscriptions::Subscriptions;
pub(crate) use crate::families::tasks::Tasks;
pub(crate) use crate::families::wiki::Wiki;
pub(crate) use crate::seed::seed;
