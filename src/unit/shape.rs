//! What a name looks like, told by the word lists that it matches.
//!
//! In: `市委宣传部`. Out: a unit, a name that stands by itself, a department with its head. All lists are asked in one
//! pass, since each name of each list of units is asked for all of them.

use crate::error::Error;
use regex::{Regex, RegexSet, RegexSetBuilder};

/// One thing that a name may look like: a word list of `rules/words/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Ends as units do: 市教育局.
    Unit,
    /// A unit that needs no label to be known as one.
    NamedUnit,
    /// Stands for several: 各部室.
    Collective,
    /// Names an office that somebody holds: 分管副市长.
    PersonTitle,
    /// Only ends like a unit: 协调机制.
    NoUnit,
    /// The ending of a unit alone: 协会.
    BareKind,
    /// Places that wait for an ending: 各市（州）.
    PlaceOnly,
    /// Begins as a name of its own does: 市…, 各….
    OwnHead,
    /// A department with the house that it belongs to: 市委组织部.
    SharedHead,
    /// A department alone: 宣传部.
    InnerDepartment,
    /// The last of several departments that share their ending: 人社部门.
    SharedTail,
    /// A name with an adverb behind it: 市教育局分别.
    NameTail,
}

const LISTS: [(Shape, &str); 12] = [
    (Shape::Unit, "unit"),
    (Shape::NamedUnit, "named_unit"),
    (Shape::Collective, "collective"),
    (Shape::PersonTitle, "person_title"),
    (Shape::NoUnit, "no_unit"),
    (Shape::BareKind, "bare_kind"),
    (Shape::PlaceOnly, "place_only"),
    (Shape::OwnHead, "own_head"),
    (Shape::SharedHead, "shared_head"),
    (Shape::InnerDepartment, "inner_department"),
    (Shape::SharedTail, "shared_tail"),
    (Shape::NameTail, "name_tail"),
];

/// All that one name looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look(u16);

impl Look {
    /// Whether it looks like that.
    pub fn is(self, shape: Shape) -> bool {
        self.0 & (1 << shape as u16) != 0
    }
}

/// The word lists, ready to be asked together.
#[derive(Debug)]
pub struct Shapes(RegexSet);

/// Memory for the search in bytes: names are many, and a search that forgets is slow.
const MEMORY: usize = 16 << 20;

impl Shapes {
    /// From the expression of each word list.
    ///
    /// # Errors
    /// Together they are too large.
    pub(crate) fn compile<'w>(word: impl Fn(&str) -> &'w Regex) -> Result<Self, Error> {
        let expressions = LISTS.map(|(_, list)| word(list).as_str());
        RegexSetBuilder::new(expressions)
            .size_limit(MEMORY)
            .dfa_size_limit(MEMORY)
            .build()
            .map(Self)
            .map_err(|e| Error::Rule {
                file: "words/".to_owned(),
                problem: e.to_string(),
            })
    }

    /// What `name` looks like.
    pub fn of(&self, name: &str) -> Look {
        let matched = self.0.matches(name);
        Look(
            matched
                .iter()
                .fold(0, |look, at| look | 1 << LISTS[at].0 as u16),
        )
    }
}
