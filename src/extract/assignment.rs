//! Who leads, who answers, who helps.
//!
//! In: the own words of a clause. `…维护价值认同。（牵头部门：组织部，配合部门：各部室、各直属单位）` gives a lead and
//! two supports, and the parentheses as words that are no part of the task's text.
//! A wrong lead is worse than none: in running words a name must look like a unit, and what does not is left out.

use crate::error::{Code, Warning};
use crate::record::Scope;
use crate::rule::{Field, Rule, RuleSet, Value, Within};
use crate::text::Span;
use crate::unit::split;

/// One unit or person in one role; spans count bytes of the text.
#[derive(Debug, Clone)]
pub struct Mention<'r> {
    /// Its role.
    pub field: Field,
    /// The rule that found it.
    pub rule: &'r Rule,
    /// Its name as written in one place.
    pub span: Span,
    /// Its name with what it shares with its neighbors: 市委宣传部 in 市委组织部、宣传部.
    pub name: String,
    /// What kind of name it is.
    pub scope: Scope,
}

/// What one clause says of units.
#[derive(Debug, Default)]
pub struct Assignments<'r> {
    /// Units in order of appearance.
    pub mentions: Vec<Mention<'r>>,
    /// What is said for other tasks as well: 以上任务均需各县市人民政府落实.
    pub shared: Vec<Shared<'r>>,
    /// Parentheses and lines that say nothing but who does it.
    pub zones: Vec<Span>,
    /// Doubts; spans count bytes of the text.
    pub warnings: Vec<Warning>,
}

/// Units named once for many tasks.
#[derive(Debug, Clone)]
pub struct Shared<'r> {
    /// For those above; else for those below.
    pub above: bool,
    /// The units.
    pub mentions: Vec<Mention<'r>>,
}

impl<'r> Assignments<'r> {
    /// The mentions in one role.
    pub fn of(&self, field: Field) -> impl Iterator<Item = &Mention<'r>> {
        self.mentions
            .iter()
            .filter(move |mention| mention.field == field)
    }

    /// Adds units that are named elsewhere for this task, too.
    pub fn add(&mut self, mentions: &[Mention<'r>]) {
        let new = |mention: &&Mention<'r>| {
            !self
                .mentions
                .iter()
                .any(|own| own.field == mention.field && own.name == mention.name)
        };
        let added: Vec<_> = mentions.iter().filter(new).cloned().collect();
        self.mentions.extend(added);
    }

    /// Whether a parenthesis or line of the clause's own assigns it.
    pub fn stated(&self) -> bool {
        self.mentions
            .iter()
            .any(|mention| mention.rule.within != Within::Sentence)
    }
}

/// The roles that rules fill.
pub const ROLES: [Field; 4] = [
    Field::Lead,
    Field::Responsible,
    Field::Support,
    Field::Supervisor,
];

/// Longest stretch in bytes that is read as one assignment.
const ZONE: usize = 3000;

/// Reads the assignments in `paragraphs`, the own words of one clause.
pub fn find<'r>(text: &str, paragraphs: &[Span], rules: &'r RuleSet) -> Assignments<'r> {
    let mut found = Assignments::default();
    for &paragraph in paragraphs {
        if !rules.word("assigns").is_match(paragraph.of(text)) {
            continue;
        }
        for_all(text, paragraph, rules, &mut found);
        let mut at = paragraph.start;
        for group in parentheses(text, paragraph) {
            let inner = Span::new(group.start + '（'.len_utf8(), group.end - '）'.len_utf8());
            if group.len() > ZONE || at > group.start {
                continue;
            }
            let said = group.start == paragraph.start
                || text[..group.start].trim_end().ends_with(['。', '；', '！']);
            let last = Span::new(group.end, paragraph.end)
                .of(text)
                .trim_matches(['。', ' '])
                .is_empty();
            if !(read(text, inner, Within::Statement, rules, &mut found)
                || last && only_names(text, inner, said, rules, &mut found))
            {
                continue;
            }
            sentences(text, Span::new(at, group.start), rules, &mut found);
            found.zones.push(group);
            at = group.end;
        }
        sentences(text, Span::new(at, paragraph.end), rules, &mut found);
    }
    found.zones.sort_unstable();
    found
}

/// Reads parentheses that hold nothing but units: （市教育局、市财政局）. One piece that is none, and it is no assignment.
/// After a full stop any unit's name will do; behind words, （张集村、刘庄村） may tell what they cover.
fn only_names<'r>(
    text: &str,
    zone: Span,
    said: bool,
    rules: &'r RuleSet,
    found: &mut Assignments<'r>,
) -> bool {
    let known = |listed: &split::Listed| {
        let name = listed.name(text);
        rules.word("named_unit").is_match(&name)
            || said && scope(&name, rules).is_some_and(|scope| scope != Scope::Person)
    };
    split::units(text, zone, rules).names.iter().all(known)
        && read(text, zone, Within::Names, rules, found)
}

/// Reads the list in a table's cell, under the rule that knows its column.
pub fn cell<'r>(
    text: &str,
    cell: Span,
    rule: &'r Rule,
    rules: &'r RuleSet,
    found: &mut Assignments<'r>,
) {
    // 教务处牵头，年级组落实: the cell says more than its column.
    if !rules.word("role_verb").is_match(cell.of(text))
        || !read(text, cell, Within::Statement, rules, found)
    {
        names(text, cell, rule, rules, found);
    }
}

/// Reads what stands outside of parentheses, a sentence at a time: `责任单位：A；配合单位：B。` states, the rest runs.
fn sentences<'r>(text: &str, span: Span, rules: &'r RuleSet, found: &mut Assignments<'r>) {
    let words = span.of(text);
    let mut start = 0;
    let mut stated = false;
    let ends = words
        .match_indices(['。', '；', '！'])
        .map(|(at, mark)| (at + mark.len(), mark))
        .chain([(words.len(), "")]);
    for (end, mark) in ends {
        let sentence = &words[start..end];
        let from = span.start + start + (sentence.len() - sentence.trim_start().len());
        let sentence = sentence.trim();
        let place = Span::new(from, from + sentence.len());
        start = end;
        if sentence.is_empty() || sentence.len() > ZONE {
            continue;
        }
        // After 牵头单位：A； what follows states on, up to the full stop.
        let states = stated || rules.word("statement").is_match(sentence);
        stated = states && mark == "；";
        if states && read(text, place, Within::Statement, rules, found) {
            found.zones.push(place);
        } else {
            read(text, place, Within::Sentence, rules, found);
        }
    }
}

/// The full-width parentheses and brackets of a paragraph that are not inside others, in order.
fn parentheses(text: &str, paragraph: Span) -> Vec<Span> {
    let mut groups = Vec::new();
    let (mut depth, mut open) = (0usize, 0);
    for (at, c) in paragraph.of(text).char_indices() {
        match c {
            '（' | '【' => {
                if depth == 0 {
                    open = at;
                }
                depth += 1;
            }
            '）' | '】' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    groups.push(Span::new(open, at + c.len_utf8()).shift(paragraph.start));
                }
            }
            _ => {}
        }
    }
    groups
}

/// Runs the rules for `within` on the words of `zone`; whether any found something.
fn read<'r>(
    text: &str,
    zone: Span,
    within: Within,
    rules: &'r RuleSet,
    found: &mut Assignments<'r>,
) -> bool {
    let words = zone.of(text);
    let before = found.mentions.len();
    let look_alikes: Vec<Span> = rules
        .of(Field::Refused)
        .iter()
        .filter(|rule| rule.value == Value::Units && rule.may_match(words))
        .flat_map(|rule| places(rule, words, |_| true))
        .collect();
    // A list that holds another role's verb is two lists: A会同B、C负责.
    let sound = |place: Span| {
        let list = place.of(words);
        !look_alikes.iter().any(|span| span.overlaps(place))
            && !rules.word("role_verb").is_match(list)
            && !rules.word("no_list").is_match(list)
    };
    for field in ROLES {
        for rule in rules
            .of(field)
            .iter()
            .filter(|rule| rule.within == within && rule.may_match(words))
        {
            for place in places(rule, words, sound) {
                names(text, place.shift(zone.start), rule, rules, found);
            }
        }
    }
    found.mentions[before..].sort_by_key(|mention| mention.span);
    found.mentions.len() > before
}

/// The places that a rule's patterns find in `words`; each search goes on at the end of the value, so that one
/// label may end one list and begin the next. What is not `sound` keeps no other pattern from its place.
pub fn places(rule: &Rule, words: &str, sound: impl Fn(Span) -> bool) -> Vec<Span> {
    let mut places: Vec<Span> = Vec::new();
    for pattern in &rule.patterns {
        let mut at = 0;
        while let Some(found) = pattern.captures_at(words, at) {
            let (Some(value), Some(all)) = (found.name("value"), found.get(0)) else {
                break;
            };
            let place = Span::new(value.start(), value.end());
            if !place.is_empty()
                && sound(place)
                && !places.iter().any(|other| other.overlaps(place))
            {
                places.push(place);
            }
            at = if value.end() > at {
                value.end()
            } else {
                all.end().max(at + 1)
            };
            at = words.ceil_char_boundary(at);
            if at > words.len() {
                break;
            }
        }
    }
    places.sort_unstable();
    places
}

/// Splits the list in `place` and keeps the names that are units, collectives or persons.
fn names<'r>(
    text: &str,
    place: Span,
    rule: &'r Rule,
    rules: &'r RuleSet,
    found: &mut Assignments<'r>,
) {
    let list = split::units(text, place, rules);
    let persons = rule.value == Value::Persons;
    let mut kept: Vec<Mention<'r>> = Vec::new();
    for listed in &list.names {
        let span = if persons {
            person(text, listed.span, rules)
        } else {
            without_tail(text, listed.span, rules)
        };
        let name = split::Listed { span, ..*listed }.name(text);
        let reject = |code, message: String| Warning::new(code, message, span);
        // 区委常委、副区长岳清和: an office of the one who is named beside it.
        if persons && list.names.len() > 1 && rules.word("person_title").is_match(&name) {
            continue;
        }
        if rules.word("no_unit").is_match(&name) {
            found
                .warnings
                .push(reject(Code::UnitRejected, format!("“{name}”不是单位名称")));
            continue;
        }
        let scope = if persons {
            Some(Scope::Person)
        } else {
            scope(&name, rules)
        };
        let scope = match (scope, rule.within) {
            // In running words an ending alone proves little: 每季度举办 ends like 扶贫办.
            (Some(Scope::Unit), Within::Sentence) if !rules.word("named_unit").is_match(&name) => {
                continue;
            }
            (Some(scope), _) => scope,
            (None, Within::Sentence) => continue,
            (None, _) if may_be_unit(&name) => {
                found.warnings.push(reject(
                    Code::UnitUnrecognized,
                    format!("“{name}”没有单位名称的词尾"),
                ));
                Scope::Unit
            }
            (None, _) => {
                let code = if rule.field == Field::Lead {
                    Code::LeadUnread
                } else {
                    Code::UnitRejected
                };
                found
                    .warnings
                    .push(reject(code, format!("“{name}”不像单位名称，未采用")));
                continue;
            }
        };
        kept.push(Mention {
            field: rule.field,
            rule,
            span,
            name,
            scope,
        });
    }
    if list.open && !kept.is_empty() {
        found.warnings.push(Warning::new(
            Code::UnitsOpen,
            "名单以“等”结尾，未列全",
            place,
        ));
    }
    // The first rule to read a place keeps it: 牵头 before 负责 in 牵头负责.
    kept.retain(|new| !found.mentions.iter().any(|old| old.span.overlaps(new.span)));
    found.mentions.extend(kept);
}

/// Whether a name without an ending of units is short and plain enough to be one.
fn may_be_unit(name: &str) -> bool {
    name.chars().count() <= LONGEST_UNKNOWN
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "（）、·".contains(c))
}

/// `州市场监管局分别` without its adverb.
fn without_tail(text: &str, name: Span, rules: &RuleSet) -> Span {
    let tail = rules.word("name_tail").find(name.of(text));
    tail.map_or(name, |tail| {
        Span::new(name.start, name.start + tail.start())
    })
}

/// `副区长岳清和` without the office; an office without a name stays as it is.
fn person(text: &str, name: Span, rules: &RuleSet) -> Span {
    ["person_office", "person_tail"]
        .iter()
        .find_map(|word| rules.word(word).captures(name.of(text))?.name("name"))
        .map_or(name, |found| {
            Span::new(found.start(), found.end()).shift(name.start)
        })
}

/// Reads what a paragraph says for many tasks: `以下任务均需各镇街、各区管委落实`.
fn for_all<'r>(text: &str, paragraph: Span, rules: &'r RuleSet, found: &mut Assignments<'r>) {
    for said in rules.word("for_all").captures_iter(paragraph.of(text)) {
        let Some(rest) = said.name("rest") else {
            continue;
        };
        let mut own = Assignments::default();
        let place = Span::new(rest.start(), rest.end()).shift(paragraph.start);
        if read(text, place, Within::Statement, rules, &mut own) {
            found.shared.push(Shared {
                above: said.name("above").is_some(),
                mentions: own.mentions,
            });
        }
    }
}

/// Longest name in characters.
const LONGEST: usize = 48;

/// Longest name in characters without an ending that units have.
const LONGEST_UNKNOWN: usize = 16;

fn scope(name: &str, rules: &RuleSet) -> Option<Scope> {
    if name.chars().count() > LONGEST {
        None
    } else if rules.word("collective").is_match(name) {
        Some(Scope::Collective)
    } else if rules.word("person_title").is_match(name) {
        Some(Scope::Person)
    } else if rules.word("unit").is_match(name) {
        Some(Scope::Unit)
    } else {
        None
    }
}
