//! A mark on answers that stay open.

/// Set in a response's extensions by handlers whose body is a stream that stays open, mostly
/// idle, and is not followed by another answer on the same connection. The listener then carries
/// it without the buffers that a connection needs to read requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LongStream;
