//! What replicas share: wake-ups, leases, buckets, session routing.
