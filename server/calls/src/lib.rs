//! Run one tool for one principal: policy, limits, credentials, run, ledger.
