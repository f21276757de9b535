//! Whom to ask: 联系人, telephone, mail address.
//!
//! In: `联系人：水保处 闵某，电话：0572-2390882`. Out: one contact for each person, or for each office where nobody is named.
//! A number or address that is given once for several people is that of each; the telephone of a hotel or of a duty
//! roster is nobody's where people are named.

use super::closing::SHORT;
use super::element::{Elements, solid};
use super::label;
use super::line::{Line, Role};
use crate::record::Contact;
use crate::rule::RuleSet;
use crate::text::Span;
use std::collections::BTreeSet;

/// People named together, with what is said of them.
#[derive(Default)]
struct Group {
    names: Vec<String>,
    phones: Vec<String>,
    mails: Vec<String>,
}

impl Group {
    /// One for each name; without names, one for each number.
    fn contacts(self) -> impl Iterator<Item = Contact> {
        let people = match self.names.len() {
            0 => self.phones.len().max(self.mails.len()),
            named => named,
        };
        let of = |list: &[String], at: usize| {
            list.get(at)
                .or_else(|| list.first().filter(|_| list.len() == 1))
                .cloned()
        };
        (0..people).map(move |at| Contact {
            name: self.names.get(at).cloned(),
            phone: of(&self.phones, at),
            email: of(&self.mails, at),
        })
    }
}

/// What a line says, in order.
enum Said {
    People(Vec<String>),
    Phone(String),
    Mail(String),
}

/// How many lines below a name its telephone and address may stand.
const NEAR: usize = 4;

pub(super) fn read(text: &str, lines: &mut [Line], rules: &RuleSet, elements: &mut Elements) {
    let last_label = lines
        .iter()
        .rposition(|l| l.role == Role::Body && label::read(l.of(text)).is_some());
    let mut groups: Vec<Group> = Vec::new();
    let mut loose = Group::default();
    // Where the last group stands, and whether the lines here are a list that 联系方式： announced.
    let mut last_named = None;
    let mut first_named = 0;
    let mut announced = false;
    for (at, line) in lines.iter_mut().enumerate() {
        if !matches!(line.role, Role::Body | Role::Note) {
            continue;
        }
        let words = line.of(text);
        // 联系人：才让多杰　0970-8642317 goes on below: 马晓燕　0970-8642305.
        let more = last_named.is_some_and(|named| at == named + 1)
            && rules.word("contact_more").is_match(words)
            && !rules.word("contact_line").is_match(words);
        if !announced
            && !more
            && !words.contains(['电', '联', '@', '咨', '手', '热', '承', '邮', '话', '址'])
        {
            continue;
        }
        let is = |word| rules.word(word).is_match(words);
        let contact_line = more || words.len() <= 2 * SHORT && is("contact_line");
        let above = last_named.is_some_and(|named| at - named <= NEAR) && contact_line && !more;
        let said = said(words, announced || more, above, rules);
        let phones = said.iter().any(|(_, said)| matches!(said, Said::Phone(_)));
        announced = announced && phones || is("contacts_follow");
        let mut here = false;
        let first = if said.iter().any(|(_, said)| matches!(said, Said::People(_))) {
            groups.len()
        } else {
            first_named
        };
        for (start, said) in said {
            let group = groups.last_mut().filter(|_| here || above);
            match (said, group) {
                (Said::People(names), _) => {
                    groups.push(Group {
                        names,
                        ..Group::default()
                    });
                    (here, last_named, first_named) = (true, Some(at), first);
                }
                (Said::Phone(phone), Some(group)) => group.phones.push(phone),
                (Said::Phone(phone), None) => loose.phones.push(phone),
                (Said::Mail(mail), Some(_)) if is_apart(&words[..start]) => {
                    let all = groups[first..].iter_mut();
                    all.for_each(|group| group.mails.push(mail.clone()));
                }
                (Said::Mail(mail), Some(group)) => group.mails.push(mail),
                (Said::Mail(mail), None) => loose.mails.push(mail),
            }
        }
        // 咨询电话：…，联系人：…: the number stands before the name.
        if let Some(group) = groups
            .last_mut()
            .filter(|group| here && group.phones.is_empty())
        {
            group.phones.append(&mut loose.phones);
        }
        if let Some(found) = rules.word("contact_address").captures(words) {
            elements
                .address
                .get_or_insert_with(|| solid(&found["address"]));
        }
        if line.role == Role::Body && contact_line && last_label.is_none_or(|last| at > last) {
            line.role = Role::Contact;
        }
    }
    if let Some(group) = groups.last_mut() {
        if group.mails.is_empty() {
            group.mails.append(&mut loose.mails);
        }
    } else {
        groups.push(loose);
    }
    elements.contacts = groups.into_iter().flat_map(Group::contacts).collect();
}

/// Whether what follows these words belongs to all who are named: 程某，0818-2390146；冯某，0818-2390152；邮箱：. So does
/// what begins a line below.
fn is_apart(words: &str) -> bool {
    let number = words.rfind(|c: char| c.is_ascii_digit());
    number.is_none() || words.rfind('；') > number
}

/// The names, numbers and addresses of a line. A bare number counts only beside or right below a name, or in a list.
fn said(words: &str, announced: bool, below: bool, rules: &RuleSet) -> Vec<(usize, Said)> {
    let mut said = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for found in rules.word("contact_name").captures_iter(words) {
        if let Some(names) = found.name("names").or_else(|| found.name("plain")) {
            let people = people(names.as_str(), rules);
            if !people.is_empty() {
                known.extend(people.iter().cloned());
                said.push((names.start(), Said::People(people)));
            }
        }
    }
    let named = !said.is_empty();
    let mails: Vec<Span> = rules
        .word("contact_mail")
        .find_iter(words)
        .map(|found| Span::new(found.start(), found.end()))
        .collect();
    for mail in &mails {
        said.push((mail.start, Said::Mail(mail.of(words).to_owned())));
    }
    let bare = named || announced || below;
    let numbers: Vec<Span> = if bare {
        let found = rules.word("bare_phone").find_iter(words);
        found
            .map(|found| Span::new(found.start(), found.end()))
            .collect()
    } else {
        let found = rules.word("contact_phone").captures_iter(words);
        found
            .filter_map(|found| found.name("phone"))
            .map(|phone| Span::new(phone.start(), phone.end()))
            .collect()
    };
    for number in numbers {
        let mail = mails.partition_point(|mail| mail.end < number.end);
        let inside_mail = mails
            .get(mail)
            .is_some_and(|mail| mail.start <= number.start);
        let before =
            &words[words.floor_char_boundary(number.start.saturating_sub(SHORT))..number.start];
        if inside_mail || rules.word("no_contact_phone").is_match(before) {
            continue;
        }
        if (named || announced)
            && let Some(name) = before_number(before, announced, rules)
            && known.insert(name.clone())
        {
            said.push((number.start - 1, Said::People(vec![name])));
        }
        said.push((number.start, Said::Phone(solid(number.of(words)))));
    }
    said.sort_by_key(|(at, _)| *at);
    said
}

/// Who stands right before a number: 鲍老师（022-…, 市水务局 邬某，0660-…; in a list of contacts also an office.
fn before_number(before: &str, announced: bool, rules: &RuleSet) -> Option<String> {
    let name = rules.word("before_number").captures(before)?;
    let name = people(name.name("name")?.as_str(), rules).pop()?;
    let person = (2..=4).contains(&name.chars().count()) && !is_office(&name, rules);
    (person || announced).then_some(name)
}

fn is_office(name: &str, rules: &RuleSet) -> bool {
    rules.word("office_tail").is_match(name)
}

/// `市水保处 闵某 电话` is one person; an office stands for itself only where nobody is named.
fn people(words: &str, rules: &RuleSet) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in words
        .split(['、', '，', ',', '；', ';', ' ', '\t', '\u{3000}'])
        .filter(|name| !name.is_empty())
        .take_while(|name| !rules.word("contact_word").is_match(name))
    {
        let single = |name: &str| name.chars().count() == 1;
        // 王  璐: a name of two characters set wide.
        if let Some(last) = names.last_mut().filter(|last| single(last) && single(name)) {
            last.push_str(name);
            continue;
        }
        let person = rules
            .word("office_before_name")
            .captures(name)
            .and_then(|found| found.name("name"))
            .filter(|person| !is_office(person.as_str(), rules));
        names.push(person.map_or(name, |person| person.as_str()).to_owned());
    }
    names.retain(|name| name.chars().count() > 1);
    if names.iter().any(|name| !is_office(name, rules)) {
        names.retain(|name| !is_office(name, rules));
    }
    names
}

#[cfg(test)]
mod tests {
    use crate::notice::segment;
    use crate::rule::RuleSet;
    use crate::text::Text;

    fn contacts(text: &str) -> Vec<(String, String, String)> {
        let rules = RuleSet::embedded().expect("the program's own rules are sound");
        let notice = segment(Text::from_utf8(text), &rules);
        let or_none = |words: Option<String>| words.unwrap_or_default();
        notice
            .elements
            .contacts
            .into_iter()
            .map(|c| (or_none(c.name), or_none(c.phone), or_none(c.email)))
            .collect()
    }

    fn contact(name: &str, phone: &str, mail: &str) -> (String, String, String) {
        (name.to_owned(), phone.to_owned(), mail.to_owned())
    }

    #[test]
    fn one_for_each_person() {
        for (text, expected) in [
            (
                "联系人：办公室  王  璐，联系电话：0796-7620018，电子邮箱：a@b.cn",
                vec![contact("王璐", "0796-7620018", "a@b.cn")],
            ),
            (
                "联系人：何某舟、雍某；电话：0816-2231107。",
                vec![
                    contact("何某舟", "0816-2231107", ""),
                    contact("雍某", "0816-2231107", ""),
                ],
            ),
            (
                "联系人：尹某、瞿某\n电话：0875-2213098、0875-2213077\n邮箱：a@b.cn",
                vec![
                    contact("尹某", "0875-2213098", "a@b.cn"),
                    contact("瞿某", "0875-2213077", "a@b.cn"),
                ],
            ),
            (
                "联系人：谷老师（022-29142255，邮箱 a@b.cn）、鲍老师（022-29142256）",
                vec![
                    contact("谷老师", "022-29142255", "a@b.cn"),
                    contact("鲍老师", "022-29142256", ""),
                ],
            ),
            (
                "联系人：程某渊，0818-2390146；冯某娟，0818-2390152；邮箱：a@b.cn",
                vec![
                    contact("程某渊", "0818-2390146", "a@b.cn"),
                    contact("冯某娟", "0818-2390152", "a@b.cn"),
                ],
            ),
            (
                "联系人：宋某桐，0833-2440957；何某，0833-2440963\n邮箱：a@b.cn",
                vec![
                    contact("宋某桐", "0833-2440957", "a@b.cn"),
                    contact("何某", "0833-2440963", "a@b.cn"),
                ],
            ),
            (
                "酒店电话：0599-5231888。\n报名联系人：林某如，0591-87553301；论坛联系人：黄某杰，0591-87553306",
                vec![
                    contact("林某如", "0591-87553301", ""),
                    contact("黄某杰", "0591-87553306", ""),
                ],
            ),
            (
                "联系方式：\n市总工会经济部　毛某岚　电话：0570-3081922　邮箱：a@b.cn\n市人社局　吾某新　电话：0570-3082711",
                vec![
                    contact("毛某岚", "0570-3081922", "a@b.cn"),
                    contact("吾某新", "0570-3082711", ""),
                ],
            ),
            (
                "各部门联系电话公布如下：\n办公室      0756-2120331\n康复部      0756-2120336",
                vec![
                    contact("办公室", "0756-2120331", ""),
                    contact("康复部", "0756-2120336", ""),
                ],
            ),
            (
                "请于5日前报送，联系人方某东，电话5101862，邮箱a1234567@163.com。",
                vec![contact("方某东", "5101862", "a1234567@163.com")],
            ),
            (
                "联系人：才让多杰　0970-8642317\n马晓燕　　0970-8642305",
                vec![
                    contact("才让多杰", "0970-8642317", ""),
                    contact("马晓燕", "0970-8642305", ""),
                ],
            ),
            (
                "咨询方式\n学位办公室：罗文倩，0631-5680274，a@b.cn\n保密办公室：贺岩，0631-5680119",
                vec![
                    contact("罗文倩", "0631-5680274", "a@b.cn"),
                    contact("贺岩", "0631-5680119", ""),
                ],
            ),
            (
                "咨询电话：局职业能力建设科　0468-3345127",
                vec![contact("局职业能力建设科", "0468-3345127", "")],
            ),
            (
                "联系人：局办公室赵金凤；计算中心杨锐\n电话：0872-2319866（赵金凤），0872-2319870（杨锐）",
                vec![
                    contact("赵金凤", "0872-2319866", ""),
                    contact("杨锐", "0872-2319870", ""),
                ],
            ),
            (
                "咨询电话：0774-3856120，联系人：覃老师。",
                vec![contact("覃老师", "0774-3856120", "")],
            ),
        ] {
            assert_eq!(contacts(text), expected, "{text}");
        }
    }
}
