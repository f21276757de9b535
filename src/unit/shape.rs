//! What a name looks like, told by the word lists that it matches.
//!
//! In: `市委宣传部`. Out: a unit, a name that stands by itself, a department with its head. All lists are asked in one
//! pass, since each name of each list of units is asked for all of them.

use super::Units;
use crate::error::Error;
use crate::record::Scope;
use regex::{RegexSet, RegexSetBuilder};

/// One thing that a name may look like: a word list of `rules/words/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Only ends like a unit: 协调机制.
    NoUnit,
    /// A place as well as who governs it: 张集村.
    PlaceName,
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
    /// A name with its role behind it: 市教育局（牵头）.
    RoleMark,
}

const LISTS: [(Shape, &str); 10] = [
    (Shape::NoUnit, "no_unit"),
    (Shape::PlaceName, "place_name"),
    (Shape::BareKind, "bare_kind"),
    (Shape::PlaceOnly, "place_only"),
    (Shape::OwnHead, "own_head"),
    (Shape::SharedHead, "shared_head"),
    (Shape::InnerDepartment, "inner_department"),
    (Shape::SharedTail, "shared_tail"),
    (Shape::NameTail, "name_tail"),
    (Shape::RoleMark, "role_mark"),
];

/// All that one name looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    shapes: u16,
    /// What kind of name it is by its beginning and ending.
    pub scope: Option<Scope>,
}

impl Look {
    /// Whether it looks like that.
    pub fn is(self, shape: Shape) -> bool {
        self.shapes & (1 << shape as u16) != 0
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
    pub(crate) fn compile<'w>(word: impl Fn(&str) -> &'w str) -> Result<Self, Error> {
        let expressions = LISTS.map(|(_, list)| word(list));
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
    pub(crate) fn of(&self, name: &str, units: &Units) -> Look {
        let matched = self.0.matches(name);
        Look {
            shapes: matched
                .iter()
                .fold(0, |look, at| look | 1 << LISTS[at].0 as u16),
            scope: units.scope(name),
        }
    }
}
