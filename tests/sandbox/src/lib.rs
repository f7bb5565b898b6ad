//! A local, stateful, strict simulator of the Feishu open platform.
