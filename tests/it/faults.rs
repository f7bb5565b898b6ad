//! What happens when something breaks: the process itself, or Feishu.

mod feishu;
mod kill;
pub(crate) mod refresh;
