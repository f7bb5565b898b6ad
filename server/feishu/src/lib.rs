//! Typed client of the Feishu / Lark open platform.
