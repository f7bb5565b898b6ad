//! Repeating a round.

use std::{sync::Arc, time::Duration};

use model::Entropy;
use tokio_util::sync::CancellationToken;

/// Runs `round` now and after each pause, until `stop`. A round under way is not interrupted.
/// Pauses differ by up to a tenth.
pub(crate) async fn repeat<F: Future<Output = ()>>(
    every: Duration,
    entropy: &Arc<dyn Entropy>,
    stop: &CancellationToken,
    round: impl Fn() -> F,
) {
    while !stop.is_cancelled() {
        round().await;
        let mut jitter = [0; 1];
        entropy.fill(&mut jitter);
        let pause = every + every * u32::from(jitter[0]) / 2560;
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use model::SeededEntropy;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn rounds_repeat_until_they_are_stopped() {
        let (count, stop) = (AtomicU32::new(0), CancellationToken::new());
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(1));
        repeat(Duration::from_mins(1), &entropy, &stop, || async {
            if count.fetch_add(1, Ordering::SeqCst) == 2 {
                stop.cancel();
            }
        })
        .await;
        assert_eq!(count.load(Ordering::SeqCst), 3);
    }
}
