//! Who leads, who answers, who helps.
//!
//! In: the own words of a clause. `…维护价值认同。（牵头部门：组织部，配合部门：各部室、各直属单位）` gives a lead and
//! two supports, and the parentheses as words that are no part of the task's text.
//! A wrong lead is worse than none: in running words a name must look like a unit, and what does not is left out.

use super::deadline::numeral;
use crate::error::{Code, Warning};
use crate::record::Scope;
use crate::rule::{
    Expression, Field, Keyed, Met, Needed, Needs, Pattern, Rule, RuleSet, Value, Within,
};
use crate::text::Span;
use crate::unit::shape::{Look, Shape};
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
    /// How many they are, where it says so: 以上12项措施.
    pub count: Option<usize>,
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
            .any(|mention| !mention.rule.within.runs())
    }

    /// Whether it says who does it, and does not only ask: 由市教育局负责.
    pub fn assigned(&self) -> bool {
        let mut rules = self.mentions.iter().map(|mention| mention.rule);
        rules.any(|rule| rule.within != Within::Demand)
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

/// The rules that fill roles, ready to search with.
#[derive(Debug)]
pub(crate) struct Finder {
    needed: Needed,
    /// In the order of [`ROLES`].
    roles: Searches,
    refused: Searches,
    /// What `statement` needs.
    statement: Needs,
}

/// Patterns in the order in which they are tried, those of one rule together.
#[derive(Debug)]
struct Searches {
    all: Vec<Search>,
    keyed: Keyed,
}

/// One pattern: its rule by its place in the set, its place in the rule, and what it needs.
#[derive(Debug)]
struct Search {
    rule: usize,
    pattern: usize,
    within: Within,
    needs: Needs,
}

impl Finder {
    /// From the rules, and the words that begin a statement.
    pub(crate) fn compile(rules: &[Rule], statement: &Expression) -> Self {
        let of = |field| {
            let numbered = rules.iter().enumerate();
            numbered.filter(move |(_, rule)| rule.field == field)
        };
        let roles: Vec<_> = ROLES
            .into_iter()
            .flat_map(of)
            .filter(|(_, rule)| rule.within != Within::Column)
            .collect();
        let refused: Vec<_> = of(Field::Refused)
            .filter(|(_, rule)| rule.value == Value::Units)
            .collect();
        let statement = statement.demands();
        let demands = roles
            .iter()
            .chain(&refused)
            .flat_map(|(_, rule)| rule.patterns.iter().map(Pattern::demands))
            .chain([&statement]);
        let (needed, needs) = Needed::compile(demands);
        let mut needs = needs.into_iter();
        let mut searches = |rules: Vec<(usize, &Rule)>| {
            let patterns = rules
                .into_iter()
                .flat_map(|(at, rule)| (0..rule.patterns.len()).map(move |own| (at, rule, own)));
            let all: Vec<_> = patterns
                .zip(needs.by_ref())
                .map(|((rule, own, pattern), needs)| Search {
                    rule,
                    pattern,
                    within: own.within,
                    needs,
                })
                .collect();
            Searches {
                keyed: Keyed::new(all.iter().map(|search| &search.needs)),
                all,
            }
        };
        let (roles, refused) = (searches(roles), searches(refused));
        Self {
            needed,
            roles,
            refused,
            statement: needs.next().unwrap_or_default(),
        }
    }
}

impl Searches {
    /// Those that may match where `met` is met and that look as `looks` says, rule by rule.
    fn each<'r>(
        &self,
        met: &Met,
        rules: &'r RuleSet,
        looks: impl Fn(Within) -> bool,
        mut of_rule: impl FnMut(&'r Rule, &mut dyn Iterator<Item = &'r Pattern>),
    ) {
        let mut found = Vec::new();
        self.keyed.with_key(met, &mut found);
        found.retain(|&at| {
            let search = &self.all[at];
            looks(search.within) && search.needs.within(met)
        });
        for own in found.chunk_by(|&one, &next| self.all[one].rule == self.all[next].rule) {
            let rule = &rules.all()[self.all[own[0]].rule];
            of_rule(
                rule,
                &mut own.iter().map(|&at| &rule.patterns[self.all[at].pattern]),
            );
        }
    }
}

/// Reads the assignments in `paragraphs`, the own words of one clause.
pub fn find<'r>(text: &str, paragraphs: &[Span], rules: &'r RuleSet) -> Assignments<'r> {
    let mut found = Assignments::default();
    let reader = Reader::new(text, rules);
    for &paragraph in paragraphs {
        reader.paragraph(paragraph, &mut found);
    }
    found.zones.sort_unstable();
    found
}

/// Reads the list in a table's cell, under the rule that knows its column.
pub fn cell<'r>(
    text: &str,
    cell: Span,
    rule: &'r Rule,
    rules: &'r RuleSet,
    found: &mut Assignments<'r>,
) {
    let mut start = cell.start;
    for part in cell.of(text).split_inclusive(['；', '\n']) {
        let part = Span::new(start, start + part.len());
        start = part.end;
        // 教务处牵头，年级组落实; 配合部门：德育处: the cell says more than its column.
        let says = ["role_verb", "statement"];
        if !says
            .iter()
            .any(|word| rules.word(word).is_match(part.of(text)))
            || !Reader::new(text, rules).read(part, Within::Statement, found)
        {
            names(text, part, rule, rules, found);
        }
    }
}

/// Reads parts of a text.
struct Reader<'t, 'r> {
    text: &'t str,
    rules: &'r RuleSet,
    finder: &'r Finder,
}

impl<'t, 'r> Reader<'t, 'r> {
    fn new(text: &'t str, rules: &'r RuleSet) -> Self {
        let finder = rules.assignments();
        Self {
            text,
            rules,
            finder,
        }
    }

    /// What rules need and the words of `zone` hold.
    fn met(&self, zone: Span) -> Met {
        self.finder.needed.met(zone.of(self.text))
    }

    fn paragraph(&self, paragraph: Span, found: &mut Assignments<'r>) {
        let text = self.text;
        self.for_all(paragraph, found);
        let mut at = paragraph.start;
        for group in parentheses(text, paragraph) {
            let inner = within_marks(text, group);
            if group.len() > ZONE || at > group.start {
                continue;
            }
            let said = group.start == paragraph.start
                || text[..group.start].trim_end().ends_with(['。', '；', '！']);
            let last = Span::new(group.end, paragraph.end)
                .of(text)
                .trim_matches(['。', ' '])
                .is_empty();
            let own = || !said && self.belongs(Span::new(paragraph.start, group.start));
            if !(self.read(inner, Within::Statement, found)
                || last && !own() && self.only_names(inner, said, found))
            {
                continue;
            }
            self.sentences(Span::new(at, group.start), found);
            found.zones.push(group);
            at = group.end;
        }
        self.sentences(Span::new(at, paragraph.end), found);
    }

    /// Reads what a paragraph says for many tasks: `以下任务均需各镇街、各区管委落实`.
    fn for_all(&self, paragraph: Span, found: &mut Assignments<'r>) {
        let words = paragraph.of(self.text);
        let for_all = self.rules.word("for_all");
        if !for_all.is_match(words) {
            return;
        }
        for said in for_all.captures_iter(words) {
            let Some(rest) = said.name("rest").or_else(|| said.name("label")) else {
                continue;
            };
            let mut own = Assignments::default();
            let place = Span::new(rest.start(), rest.end()).shift(paragraph.start);
            if self.read(place, Within::Statement, &mut own) {
                found.shared.push(Shared {
                    above: said.name("above").is_some(),
                    count: said
                        .name("count")
                        .and_then(|count| numeral::read(count.as_str()))
                        .and_then(|count| usize::try_from(count.value).ok()),
                    mentions: own.mentions,
                });
            }
        }
    }

    /// Whether a parenthesis behind these words belongs to the name that they end with: 市委宣传部（市文明办）.
    fn belongs(&self, before: Span) -> bool {
        let words = before.of(self.text);
        let marks = ['，', '。', '；', '：', '、', ' '];
        let name = words.rsplit(marks).next().unwrap_or(words);
        let listed = words[..words.len() - name.len()].ends_with(['、', '：']);
        let look = self.rules.look(name);
        look.scope.is_some() && (listed || look.is(Shape::OwnHead))
    }

    /// Reads parentheses that hold nothing but units: （市教育局、市财政局）. One piece that is none, and it is no assignment.
    /// After a full stop any unit's name will do; behind words, （张集村、刘庄村） may tell what they cover.
    fn only_names(&self, zone: Span, said: bool, found: &mut Assignments<'r>) -> bool {
        let known = |listed: &split::Listed| {
            let (name, look) = named(self.text, listed, listed.span, self.rules);
            let scope = scope(&name, look);
            scope.is_some_and(|scope| scope != Scope::Person)
                && (said || name.chars().nth(2).is_some() && !look.is(Shape::PlaceName))
        };
        split::units(self.text, zone, self.rules)
            .names
            .iter()
            .all(known)
            && self.read(zone, Within::Names, found)
    }

    /// Reads what stands outside of parentheses, a sentence at a time: `责任单位：A；配合单位：B。` states, the rest runs.
    fn sentences(&self, span: Span, found: &mut Assignments<'r>) {
        let words = span.of(self.text);
        let mut start = 0;
        let mut stated = false;
        let mut head: Option<Span> = None;
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
            // 市公安局。负责查处乱停乱放。: a heading of nothing but units is the subject of what follows.
            let headed = head
                .take()
                .map(|head: Span| Span::new(head.start, place.end));
            if headed.is_none() && from == span.start && self.is_list(place) {
                head = Some(place);
            }
            if let Some(duty) = headed.or_else(|| sentence.contains('：').then_some(place)) {
                self.read(duty, Within::Duty, found);
            }
            // After 牵头单位：A； what follows states on, up to the full stop.
            let met = self.met(place);
            let states = stated
                || self.finder.statement.within(&met)
                    && self.rules.word("statement").is_match(sentence);
            stated = states && mark == "；";
            if states && self.read_met(place, &met, Within::Statement, found) {
                found.zones.push(place);
            } else {
                self.read_met(place, &met, Within::Sentence, found);
            }
        }
    }

    /// Whether these words are nothing but the names of units.
    fn is_list(&self, place: Span) -> bool {
        let list = place.of(self.text).trim_end_matches('。');
        if list.len() > LONGEST * 3 || self.rules.units().scope(list).is_none() {
            return false;
        }
        let list = Span::new(place.start, place.start + list.len());
        let names = split::units(self.text, list, self.rules).names;
        // 改造村卫生室。 ends like a unit, too; 市公安局 begins like one.
        let unit = |name: &split::Listed| {
            matches!(name.look.scope, Some(Scope::Unit | Scope::Collective))
                && name.look.is(Shape::OwnHead)
        };
        !names.is_empty() && names.iter().all(unit)
    }

    /// Runs the rules for `within` on the words of `zone`; whether any found something.
    fn read(&self, zone: Span, within: Within, found: &mut Assignments<'r>) -> bool {
        self.read_met(zone, &self.met(zone), within, found)
    }

    /// The same where what is `met` in the zone is known.
    fn read_met(&self, zone: Span, met: &Met, within: Within, found: &mut Assignments<'r>) -> bool {
        let words = zone.of(self.text);
        let before = found.mentions.len();
        let mut look_alikes = None;
        let looks = |at: Within| at == within || at.runs() && within.runs();
        let roles = &self.finder.roles;
        roles.each(met, self.rules, looks, |rule, patterns| {
            // A list that holds another role's verb is two lists: A会同B、C负责.
            let sound = |place: Span| {
                let list = place.of(words);
                let look_alikes: &Vec<(&Rule, Span)> =
                    look_alikes.get_or_insert_with(|| self.look_alikes(words, met));
                !look_alikes
                    .iter()
                    .any(|(refusal, span)| span.overlaps(place) && rule.heeds(refusal))
                    && !self.rules.word("role_verb").is_match(list)
                    && !self.rules.word("no_list").is_match(list)
            };
            for place in places(patterns, words, sound) {
                names(self.text, place.shift(zone.start), rule, self.rules, found);
            }
        });
        found.mentions[before..].sort_by_key(|mention| mention.span);
        found.mentions.len() > before
    }

    /// The words that only look like an assignment, and by which rule.
    fn look_alikes(&self, words: &str, met: &Met) -> Vec<(&'r Rule, Span)> {
        let mut found = Vec::new();
        let refused = &self.finder.refused;
        refused.each(
            met,
            self.rules,
            |_| true,
            |rule, patterns| {
                let places = places(patterns, words, |_| true);
                found.extend(places.into_iter().map(|place| (rule, place)));
            },
        );
        found
    }
}

/// What stands between the marks of a group.
pub(super) fn within_marks(text: &str, group: Span) -> Span {
    let mut marks = group.of(text).chars();
    let open = marks.next().map_or(0, char::len_utf8);
    let close = marks.next_back().map_or(0, char::len_utf8);
    Span::new(group.start + open, group.end - close)
}

/// The parentheses and brackets of a paragraph that are not inside others, in order.
pub(super) fn parentheses(text: &str, paragraph: Span) -> Vec<Span> {
    let mut groups = Vec::new();
    let (mut depth, mut open) = (0usize, 0);
    for (at, c) in paragraph.of(text).char_indices() {
        match c {
            '（' | '【' | '[' | '〔' => {
                if depth == 0 {
                    open = at;
                }
                depth += 1;
            }
            '）' | '】' | ']' | '〕' if depth > 0 => {
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

/// The places that a rule's patterns find in `words`; each search goes on at the end of the value, so that one
/// label may end one list and begin the next. What is not `sound` keeps no other pattern from its place.
pub fn places<'p>(
    patterns: impl IntoIterator<Item = &'p Pattern>,
    words: &str,
    mut sound: impl FnMut(Span) -> bool,
) -> Vec<Span> {
    let mut places: Vec<Span> = Vec::new();
    for pattern in patterns {
        let mut at = 0;
        while let Some(place) = pattern.value_at(words, at) {
            let free = !place.is_empty() && !places.iter().any(|other| other.overlaps(place));
            let kept = free && sound(place);
            if kept {
                places.push(place);
            }
            // Of A牵头、B负责 the second list is sound, if the first is not; the verb before the mark is seen again.
            let first = place.of(words).find('、').filter(|_| free && !kept);
            let end = first.map_or(place.end, |mark| {
                (place.start + mark).saturating_sub("牵头".len())
            });
            at = words.ceil_char_boundary(end.max(place.start.max(at) + 1));
            if at >= words.len() {
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
    let mut kept_last = false;
    for listed in &list.names {
        kept_last = false;
        let span = if persons {
            person(text, listed.span, rules)
        } else if listed.look.is(Shape::NameTail) {
            without_tail(text, listed.span, rules)
        } else {
            listed.span
        };
        // 市教育局（牵头）、市财政局: the mark says more than the list.
        let marked = listed.look.is(Shape::RoleMark);
        let mark = marked
            .then(|| rules.word("role_mark").captures(span.of(text)))
            .flatten();
        let (field, span) = mark.map_or((rule.field, span), |mark| {
            let field = ROLES.into_iter().zip(["lead", "responsible", "support"]);
            let mut said = field.filter(|(_, group)| mark.name(group).is_some());
            let start = mark.get(0).map_or(span.len(), |mark| mark.start());
            (
                said.next().map_or(rule.field, |(field, _)| field),
                Span::new(span.start, span.start + start),
            )
        });
        let (name, look) = named(text, listed, span, rules);
        let reject = |code, message: String| Warning::new(code, message, span);
        // 区委常委、副区长岳清和: an office of the one who is named beside it.
        if persons && list.names.len() > 1 && look.scope == Some(Scope::Person) {
            continue;
        }
        if look.is(Shape::NoUnit) {
            // Figures alone, 2 of 2022年10月底前公布, are nobody's doubt.
            if name.contains(char::is_alphabetic) {
                let message = format!("“{name}”不是单位名称");
                found.warnings.push(reject(Code::UnitRejected, message));
            }
            continue;
        }
        let scope = if persons {
            Some(Scope::Person)
        } else {
            scope(&name, look)
        };
        let scope = match (scope, rule.within) {
            (Some(scope), within) if within.is_strict() && !stands(&name, scope, rules) => continue,
            (Some(scope), _) => scope,
            (None, within) if within.is_strict() => continue,
            // 各重点行业 stands for several, whatever it ends with.
            (None, _) if rules.units().begins_several(&name) && may_be_unit(&name) => {
                Scope::Collective
            }
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
            field,
            rule,
            span,
            name,
            scope,
        });
        kept_last = true;
    }
    // 县第八小学、实验学校二期8月20日前完成装修: what stands at the verb is none, nor are those that share it.
    if rule.within.is_strict() && !kept_last {
        kept.clear();
    }
    if list.open && !kept.is_empty() {
        found.warnings.push(Warning::new(
            Code::UnitsOpen,
            "名单以“等”结尾，未列全",
            place,
        ));
    }
    // The first rule to read a place keeps it: 牵头 before 负责 in 牵头负责. Who is named twice in a role has it once.
    let known = |new: &Mention<'_>| {
        found.mentions.iter().any(|old| {
            old.span.overlaps(new.span) || old.field == new.field && old.name == new.name
        })
    };
    kept.retain(|new| !known(new));
    found.mentions.extend(kept);
}

/// The whole name of what is written at `span` for one of a list, and what it looks like.
fn named(text: &str, listed: &split::Listed, span: Span, rules: &RuleSet) -> (String, Look) {
    let name = split::Listed { span, ..*listed }.name(text);
    let look = if name == listed.span.of(text) {
        listed.look
    } else {
        rules.look(&name)
    };
    (name, look)
}

/// Whether a name without an ending of units is short and plain enough to be one.
fn may_be_unit(name: &str) -> bool {
    name.chars().count() <= LONGEST_UNKNOWN
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || "（）、·".contains(c))
}

/// `州市场监管局分别` without its adverb; 普法与依法治理科 has none.
fn without_tail(text: &str, name: Span, rules: &RuleSet) -> Span {
    let tail = rules.word("name_tail").find(name.of(text));
    let short = tail.map(|tail| Span::new(name.start, name.start + tail.start()));
    short
        .filter(|short| rules.units().scope(short.of(text)).is_some())
        .unwrap_or(name)
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

/// Longest name in characters.
const LONGEST: usize = 48;

/// Longest name in characters without an ending that units have.
const LONGEST_UNKNOWN: usize = 16;

fn scope(name: &str, look: Look) -> Option<Scope> {
    look.scope.filter(|_| name.chars().count() <= LONGEST)
}

/// Whether a unit can be told without a label: 市教育局; of two characters only what is a word of its own: 工会. Whoever
/// leads a unit is none.
fn stands(name: &str, scope: Scope, rules: &RuleSet) -> bool {
    let long = || name.chars().nth(2).is_some() || rules.units().is_ending(name);
    match scope {
        Scope::Person => false,
        Scope::Unit => long() && !rules.word("not_in_name").is_match(name),
        Scope::Collective => !rules.word("not_in_name").is_match(name),
    }
}
