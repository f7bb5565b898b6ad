//! Judges that nobody here wrote: official SDKs, the Inspector, mcp-remote with a real browser and
//! the conformance suite, over real sockets against the real program.

mod browser;
mod clients;
mod conformance;
mod console;
mod sandbox_sdks;
