//! Questions of ours that wait for a client's answer (revisions of 2025).
//!
//! The answer may reach another replica than the one that asked: the id of a question begins with
//! the name of the asking node, so that it can be sent there.

use std::{collections::HashMap, sync::Arc};

use model::Entropy;
use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::oneshot;

type Answer = Result<Value, Value>;

struct Waiter {
    binding: Arc<str>,
    answer: oneshot::Sender<Answer>,
}

/// The questions that this node has open.
pub(crate) struct Exchange {
    node: String,
    entropy: Arc<dyn Entropy>,
    waiting: Mutex<HashMap<String, Waiter>>,
}

impl std::fmt::Debug for Exchange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchange").finish_non_exhaustive()
    }
}

/// An open question; dropping it forgets the question.
pub(crate) struct Question {
    id: String,
    exchange: Arc<Exchange>,
}

impl Question {
    /// The id of the request.
    pub(crate) fn text(&self) -> &str {
        &self.id
    }
}

impl Drop for Question {
    fn drop(&mut self) {
        self.exchange.waiting.lock().remove(&self.id);
    }
}

impl Exchange {
    /// No questions yet.
    pub(crate) fn new(node: String, entropy: Arc<dyn Entropy>) -> Arc<Self> {
        Arc::new(Self {
            node,
            entropy,
            waiting: Mutex::default(),
        })
    }

    /// A new question to whoever has this binding.
    pub(crate) fn open(
        self: &Arc<Self>,
        binding: &Arc<str>,
    ) -> (Question, oneshot::Receiver<Answer>) {
        let id = format!("{}.{}", self.node, crate::ids::random(&*self.entropy));
        let (answer, receiver) = oneshot::channel();
        self.waiting.lock().insert(
            id.clone(),
            Waiter {
                binding: Arc::clone(binding),
                answer,
            },
        );
        let question = Question {
            id,
            exchange: Arc::clone(self),
        };
        (question, receiver)
    }

    /// The node that asked the question of this id.
    pub(crate) fn node_of(id: &str) -> Option<&str> {
        id.rsplit_once('.').map(|(node, _)| node)
    }

    /// Gives an answer to the call that waits for it; ignored when nobody waits, or when it
    /// comes from somebody else.
    pub(crate) fn answer(&self, id: &str, binding: &str, outcome: Answer) {
        let mut waiting = self.waiting.lock();
        if waiting
            .get(id)
            .is_some_and(|waiter| *waiter.binding == *binding)
            && let Some(waiter) = waiting.remove(id)
        {
            let _gone = waiter.answer.send(outcome);
        }
    }
}

#[cfg(test)]
mod tests {
    use model::SeededEntropy;
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_one_who_was_asked_can_answer() {
        let exchange = Exchange::new("n1".to_owned(), Arc::new(SeededEntropy::new(1)));
        let (question, mut answer) = exchange.open(&Arc::from("ann"));
        exchange.answer(question.text(), "bob", Ok(json!("stolen")));
        assert!(answer.try_recv().is_err());
        exchange.answer(question.text(), "ann", Ok(json!("mine")));
        assert_eq!(answer.try_recv(), Ok(Ok(json!("mine"))));
        assert_eq!(Exchange::node_of(question.text()), Some("n1"));
    }
}
