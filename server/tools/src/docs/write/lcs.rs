//! What two sequences have in common.

use std::{collections::HashMap, hash::Hash};

/// Pairs that are compared one by one; longer sequences are divided at what occurs once in both.
const MOST: usize = 1 << 20;

/// Places of a longest common subsequence (of a good one, for very long sequences).
pub(crate) fn common<T: Eq + Hash>(a: &[T], b: &[T]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut work = vec![(0..a.len(), 0..b.len())];
    while let Some((mut left, mut right)) = work.pop() {
        while !left.is_empty() && !right.is_empty() && a[left.start] == b[right.start] {
            pairs.push((left.start, right.start));
            left.start += 1;
            right.start += 1;
        }
        while !left.is_empty() && !right.is_empty() && a[left.end - 1] == b[right.end - 1] {
            left.end -= 1;
            right.end -= 1;
            pairs.push((left.end, right.end));
        }
        if left.is_empty() || right.is_empty() {
            continue;
        }
        if left.len().saturating_mul(right.len()) <= MOST {
            let found = table(&a[left.clone()], &b[right.clone()]);
            pairs.extend(
                found
                    .into_iter()
                    .map(|(i, j)| (left.start + i, right.start + j)),
            );
            continue;
        }
        let anchors = anchors(&a[left.clone()], &b[right.clone()]);
        if anchors.is_empty() {
            continue;
        }
        let mut from = (left.start, right.start);
        for anchor in anchors {
            let at = (left.start + anchor.0, right.start + anchor.1);
            pairs.push(at);
            work.push((from.0..at.0, from.1..at.1));
            from = (at.0 + 1, at.1 + 1);
        }
        work.push((from.0..left.end, from.1..right.end));
    }
    pairs.sort_unstable();
    pairs
}

fn table<T: Eq>(a: &[T], b: &[T]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut best = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            best[i * width + j] = if a[i] == b[j] {
                best[(i + 1) * width + j + 1] + 1
            } else {
                best[(i + 1) * width + j].max(best[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            pairs.push((i, j));
            i += 1;
            j += 1;
        } else if best[(i + 1) * width + j] >= best[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// What occurs exactly once in both, in the longest order that both share.
fn anchors<T: Eq + Hash>(a: &[T], b: &[T]) -> Vec<(usize, usize)> {
    let mut seen: HashMap<&T, (usize, usize, usize, usize)> = HashMap::new();
    for (i, one) in a.iter().enumerate() {
        let entry = seen.entry(one).or_insert((0, 0, 0, 0));
        (entry.0, entry.1) = (entry.0 + 1, i);
    }
    for (j, one) in b.iter().enumerate() {
        if let Some(entry) = seen.get_mut(one) {
            (entry.2, entry.3) = (entry.2 + 1, j);
        }
    }
    let mut unique: Vec<(usize, usize)> = seen
        .values()
        .filter(|(in_a, _, in_b, _)| *in_a == 1 && *in_b == 1)
        .map(|(_, i, _, j)| (*i, *j))
        .collect();
    unique.sort_unstable();
    // The longest rising run of the second places.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; unique.len()];
    for (at, (_, j)) in unique.iter().enumerate() {
        let place = ends.partition_point(|end| unique[*end].1 < *j);
        before[at] = place.checked_sub(1).map(|last| ends[last]);
        if place == ends.len() {
            ends.push(at);
        } else {
            ends[place] = at;
        }
    }
    let mut chain = Vec::new();
    let mut at = ends.last().copied();
    while let Some(place) = at {
        chain.push(unique[place]);
        at = before[place];
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_common_keeps_its_order() {
        let pairs = common(&[1, 2, 3, 4, 5], &[0, 2, 9, 4, 5, 6]);
        assert_eq!(pairs, [(1, 1), (3, 3), (4, 4)]);
        assert_eq!(common::<u8>(&[], &[1]), []);
    }

    #[test]
    fn long_sequences_are_divided_at_what_is_unique() {
        let a: Vec<usize> = (0..5000).collect();
        let mut b = a.clone();
        b.remove(2500);
        b.insert(10, 9_999);
        b.swap(3000, 4000);
        let pairs = common(&a, &b);
        assert!(pairs.len() >= 4996, "{}", pairs.len());
        assert!(pairs.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 < w[1].1));
    }
}
