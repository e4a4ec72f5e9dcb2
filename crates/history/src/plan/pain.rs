//! Whether pain rises around the sessions of a stage.

use serde::Serialize;

use crate::diary::Diary;
use crate::entry::SessionEntry;
use crate::id::Id;

/// Points of 0 to 10 that make a rise.
pub(super) const RISE: i16 = 2;

/// How pain rose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PainRise {
    /// After each of the latest two sessions it was higher than before by 2 or more.
    AfterTwoSessions {
        /// The sessions.
        sessions: [Id; 2],
    },
    /// Over the latest three sessions it never fell, and rose by 2 or more.
    OverThreeSessions {
        /// The sessions.
        sessions: [Id; 3],
        /// Pain in each: after it, or before it where only that is known.
        pain: [u8; 3],
    },
}

impl PainRise {
    /// Looks at the latest sessions of a stage. Where pain is not known, nothing is concluded.
    pub(super) fn of(sessions: &[&SessionEntry], diary: &Diary) -> Option<Self> {
        let around = |entry: &SessionEntry| (entry.id.clone(), diary.pain_around(&entry.id));
        let latest: Vec<_> = sessions.iter().rev().take(3).rev().map(|entry| around(entry)).collect();
        if let [.., (first, (Some(b1), Some(a1))), (second, (Some(b2), Some(a2)))] = &latest[..]
            && [(b1, a1), (b2, a2)].iter().all(|(before, after)| i16::from(**after) - i16::from(**before) >= RISE)
        {
            return Some(Self::AfterTwoSessions { sessions: [first.clone(), second.clone()] });
        }
        let [(a, of_a), (b, of_b), (c, of_c)] = &latest[..] else { return None };
        let level = |(before, after): &(Option<u8>, Option<u8>)| after.or(*before);
        let pain = [level(of_a)?, level(of_b)?, level(of_c)?];
        let rises = pain.is_sorted() && i16::from(pain[2]) - i16::from(pain[0]) >= RISE;
        rises.then(|| Self::OverThreeSessions { sessions: [a.clone(), b.clone(), c.clone()], pain })
    }
}
