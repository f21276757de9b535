"use strict";
// The report's page: reads the data beside it, draws what the address after # asks for. No word of a notice is ever
// read as markup: everything goes into the page as text.

const data = JSON.parse(document.getElementById("data").textContent);
const { documents, tasks, report, kinds } = data;
const ROLES = { lead: "牵头", responsible: "责任", support: "配合", supervisor: "责任领导" };
const main = document.getElementById("main");
const search = document.getElementById("search");

const build = (make) => (name, attributes, ...children) => {
  const element = make(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
};
const h = build((name) => document.createElement(name));
const g = build((name) => document.createElementNS("http://www.w3.org/2000/svg", name));

const titleOf = (doc) => doc.title || doc.source;
const day = (limit) => [limit.start, limit.end].filter((d, i, all) => d && all.indexOf(d) === i).join(" – ") || limit.text;
const add = (map, key, by = 1) => map.set(key, (map.get(key) || 0) + by);
const top = (map, count) => [...map].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, count);
const short = (words, length) => (words.length > length ? words.slice(0, length - 1) + "…" : words);
const units = (task, role) => task.units[role] || [];

for (const task of tasks) {
  const doc = documents[task.d];
  const named = Object.values(task.units).flat();
  task.words = [task.title, task.text, titleOf(doc), doc.number, doc.issuer, doc.region, ...named.map((u) => u.name + " " + u.full), ...task.limits.map((l) => l.text)]
    .filter(Boolean).join("\n").toLowerCase();
}

/* ---------- charts ---------- */

const shade = (share) => `color-mix(in srgb, var(--link) ${Math.round(15 + 85 * share)}%, var(--paper))`;

function byRegionAndMonth() {
  const regions = new Map(), cells = new Map(), months = new Set();
  const dated = tasks.filter((task) => documents[task.d].date);
  const far = new Set(dated.map((task) => documents[task.d].date.slice(0, 7))).size > 30;
  for (const task of dated) {
    const doc = documents[task.d], region = doc.region || "—";
    const month = doc.date.slice(0, far ? 4 : 7);
    add(regions, region); add(cells, region + "|" + month); months.add(month);
  }
  const rows = top(regions, 16), columns = [...months].sort();
  const most = Math.max(1, ...cells.values());
  const left = 150, width = 22, svg = g("svg", { viewBox: `0 0 ${Math.max(560, left + columns.length * width + 50)} ${rows.length * 20 + 56}`, role: "img", "aria-label": "按地区和月份的任务数" });
  rows.forEach(([region, total], y) => {
    svg.append(g("text", { x: left - 6, y: y * 20 + 14, "text-anchor": "end" }, short(region, 12)));
    columns.forEach((month, x) => {
      const count = cells.get(region + "|" + month);
      if (count) svg.append(g("rect", { x: left + x * width, y: y * 20, width: width - 2, height: 18, rx: 2, style: `fill:${shade(count / most)}` }, g("title", {}, `${region} ${month}：${count}`)));
    });
    svg.append(g("text", { x: left + columns.length * width + 6, y: y * 20 + 14, class: "faint" }, String(total)));
  });
  columns.forEach((month, x) => {
    const at = left + x * width + 12, y = rows.length * 20 + 6;
    svg.append(g("text", { x: at, y, class: "faint", transform: `rotate(60 ${at} ${y})` }, month));
  });
  return svg;
}

function byRole() {
  const all = new Map();
  for (const task of tasks) for (const role of ["lead", "responsible", "support"])
    for (const unit of new Set(units(task, role).map((u) => u.full))) {
      if (!all.has(unit)) all.set(unit, { lead: 0, responsible: 0, support: 0 });
      all.get(unit)[role] += 1;
    }
  const sum = (c) => c.lead + c.responsible + c.support;
  const rows = [...all].sort((a, b) => sum(b[1]) - sum(a[1]) || (a[0] < b[0] ? -1 : 1)).slice(0, 18);
  const most = Math.max(1, ...rows.map(([, c]) => sum(c)));
  const svg = g("svg", { viewBox: `0 0 560 ${rows.length * 20 + 4}`, role: "img", "aria-label": "单位按角色的任务数" });
  rows.forEach(([unit, counts], y) => {
    svg.append(g("a", { href: "#tasks?q=" + encodeURIComponent(unit) }, g("text", { x: 214, y: y * 20 + 14, "text-anchor": "end" }, g("title", {}, unit), short(unit, 17))));
    let x = 222;
    for (const role of ["lead", "responsible", "support"]) {
      const width = counts[role] / most * 300;
      if (width) svg.append(g("rect", { x, y: y * 20 + 2, width, height: 16, style: `fill:var(--${role}-ink)` }, g("title", {}, `${unit} ${ROLES[role]} ${counts[role]}`)));
      x += width;
    }
    svg.append(g("text", { x: x + 5, y: y * 20 + 14, class: "faint" }, String(sum(counts))));
  });
  return svg;
}

function calendar() {
  const days = new Map();
  for (const task of tasks) for (const limit of task.limits) if (limit.end) add(days, limit.end.slice(0, 10));
  const years = [...new Set([...days.keys()].map((d) => d.slice(0, 4)))].sort();
  if (!years.length) return h("p", { class: "faint" }, "没有可定日期的期限");
  const busiest = top(years.reduce((map, year) => (add(map, year, [...days].filter(([d]) => d.startsWith(year)).length), map), new Map()), 1)[0][0];
  const box = h("div");
  const draw = (year) => {
    const svg = g("svg", { viewBox: "0 0 560 92", role: "img", "aria-label": `${year} 年期限` });
    const first = new Date(Date.UTC(+year, 0, 1)), lead = (first.getUTCDay() + 6) % 7;
    const most = Math.max(1, ...[...days].filter(([d]) => d.startsWith(year)).map(([, n]) => n));
    for (let n = 0; n < 366; n += 1) {
      const at = new Date(Date.UTC(+year, 0, 1 + n));
      if (at.getUTCFullYear() !== +year) break;
      const date = at.toISOString().slice(0, 10), count = days.get(date);
      const x = Math.floor((n + lead) / 7) * 10.3, y = ((n + lead) % 7) * 10.3 + 16;
      if (at.getUTCDate() === 1) svg.append(g("text", { x, y: 11, class: "faint" }, `${at.getUTCMonth() + 1}月`));
      const cell = g("rect", { x, y, width: 9, height: 9, rx: 2, style: `fill:${count ? shade(count / most) : "var(--ground)"}` }, g("title", {}, count ? `${date}：${count}` : date));
      svg.append(count ? g("a", { href: "#tasks?day=" + date }, cell) : cell);
    }
    box.replaceChildren(svg);
  };
  const choice = h("select", { "aria-label": "年份", onchange: (event) => draw(event.target.value) }, years.map((year) => h("option", { value: year, selected: year === busiest }, year)));
  draw(busiest);
  return h("div", {}, choice, box);
}

function network() {
  const edges = new Map();
  for (const task of tasks) {
    const chiefs = units(task, "lead").length ? units(task, "lead") : units(task, "responsible");
    for (const a of chiefs) for (const b of units(task, "support")) {
      if (a.full === b.full) continue;
      add(edges, a.full + "|" + b.full);
    }
  }
  const nodes = [], place = new Map();
  for (const [key] of top(edges, edges.size)) for (const name of key.split("|")) if (!nodes.includes(name) && nodes.length < 24) nodes.push(name);
  if (!nodes.length) return h("p", { class: "faint" }, "没有同时写明牵头和配合的任务");
  const svg = g("svg", { viewBox: "0 0 560 480", role: "img", "aria-label": "牵头与配合" });
  nodes.forEach((name, n) => {
    const angle = n / nodes.length * 2 * Math.PI - Math.PI / 2;
    place.set(name, [280 + 130 * Math.cos(angle), 240 + 130 * Math.sin(angle), angle]);
  });
  for (const [key, count] of edges) {
    const [a, b] = key.split("|").map((name) => place.get(name));
    if (!a || !b) continue;
    svg.append(g("path", { d: `M${a[0]} ${a[1]} Q280 240 ${b[0]} ${b[1]}`, fill: "none", style: "stroke:var(--faint);opacity:.5", "stroke-width": Math.min(6, 0.7 + count / 2) }, g("title", {}, key.replace("|", " → ") + `：${count}`)));
  }
  for (const [name, [x, y, angle]] of place) {
    const right = Math.cos(angle) >= -0.01, turn = angle * 180 / Math.PI + (right ? 0 : 180);
    const tx = 280 + 140 * Math.cos(angle), ty = 240 + 140 * Math.sin(angle);
    svg.append(g("circle", { cx: x, cy: y, r: 4, style: "fill:var(--lead-ink)" }));
    svg.append(g("a", { href: "#tasks?q=" + encodeURIComponent(name) }, g("text", { x: tx, y: ty + 4, "text-anchor": right ? "start" : "end", transform: `rotate(${turn} ${tx} ${ty})`, style: "font-size:10px" }, g("title", {}, name), short(name, 11))));
  }
  return svg;
}

/* ---------- pages ---------- */

function overview() {
  const figure = (count, name, href) => h("div", {}, h("b", {}, String(count)), href ? h("a", { href }, name) : name);
  const finding = Object.entries(report.counts).map(([kind, count]) => figure(count, kinds[kind], "#findings?kind=" + kind));
  main.replaceChildren(
    h("div", { class: "card figures" }, figure(documents.length, "文件", "#documents"), figure(tasks.length, "任务", "#tasks"), figure(report.rows.length, "单位", "#units"),
      figure(tasks.reduce((n, t) => n + t.limits.filter((l) => l.end).length, 0), "有日期的期限")),
    h("div", { class: "card figures" }, finding.length ? finding : "没有发现问题"),
    h("div", { class: "grid" },
      h("section", { class: "card" }, h("h2", {}, "各地区各月任务（成文日期）"), byRegionAndMonth()),
      h("section", { class: "card" }, h("h2", {}, "单位：", ...["lead", "responsible", "support"].map((r) => h("span", { class: "unit " + r }, ROLES[r]))), byRole()),
      h("section", { class: "card" }, h("h2", {}, "期限日历"), calendar()),
      h("section", { class: "card" }, h("h2", {}, "牵头 → 配合"), network())));
}

const STEP = 120;
/** Shows rows bit by bit as they come into sight, so that thousands cost no more than a screen. */
function growing(rows, make) {
  const box = h("div"), more = h("p", { class: "more faint" });
  let shown = 0;
  const grow = (count) => {
    box.append(...rows.slice(shown, shown + count).map(make));
    shown = Math.min(rows.length, shown + count);
    more.textContent = shown < rows.length ? `已显示 ${shown} / ${rows.length}` : "";
  };
  grow(STEP);
  const watch = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting) && shown < rows.length) grow(STEP);
  }, { rootMargin: "600px" });
  watch.observe(more);
  box.dataset.all = rows.length;
  box.addEventListener("all", () => grow(rows.length));
  return h("div", {}, box, more);
}
addEventListener("beforeprint", () => main.querySelectorAll("[data-all]").forEach((box) => box.dispatchEvent(new Event("all"))));

const chip = (role, words) => h("span", { class: "unit " + role }, words);
function taskRow(task) {
  const doc = documents[task.d];
  return h("a", { class: "task", href: "#task=" + task.id },
    h("div", {}, h("div", {}, [task.label, task.title].filter(Boolean).join(" ")), h("div", { class: "where" }, [titleOf(doc), doc.number].filter(Boolean).join(" · "))),
    h("div", {}, Object.keys(ROLES).flatMap((role) => units(task, role).map((unit) => chip(role, unit.name)))),
    h("div", {}, task.limits.map((limit) => chip("deadline", day(limit)))));
}

function taskList(asked) {
  const regions = [...new Set(documents.map((doc) => doc.region).filter(Boolean))].sort();
  const state = { q: asked.get("q") || "", region: asked.get("region") || "", what: asked.get("what") || "", day: asked.get("day") || "" };
  const count = h("span", { class: "faint" }), box = h("div");
  const whats = { "": "全部", lead: "有牵头", nolead: "无牵头", nobody: "无责任主体", dated: "有日期", undated: "无日期" };
  const fits = {
    lead: (t) => units(t, "lead").length, nolead: (t) => !units(t, "lead").length, nobody: (t) => !Object.keys(t.units).length,
    dated: (t) => t.due, undated: (t) => !t.due,
  };
  const draw = () => {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const found = tasks.filter((task) => words.every((word) => task.words.includes(word)) && (!state.region || documents[task.d].region === state.region)
      && (!state.what || fits[state.what](task)) && (!state.day || task.limits.some((l) => l.end && l.end.startsWith(state.day))));
    count.textContent = `${found.length} 项` + (state.day ? `（期限 ${state.day}）` : "");
    count.dataset.found = found.length;
    box.replaceChildren(growing(found, taskRow));
  };
  const pick = (key, options, label) => h("select", { "aria-label": label, onchange: (event) => { state[key] = event.target.value; draw(); } },
    options.map(([value, name]) => h("option", { value, selected: state[key] === value }, name)));
  search.value = state.q;
  taskList.search = (words) => { state.q = words; draw(); };
  main.replaceChildren(h("div", { class: "card" }, h("div", { class: "filters" }, pick("region", [["", "全部地区"], ...regions.map((r) => [r, r])], "地区"), pick("what", Object.entries(whats), "条件"), count), box));
  draw();
}

const cell = (words, n) => h("td", n ? { class: "n" } : {}, words);
function unitTable() {
  const head = [["名称"], ["牵头", 1], ["责任", 1], ["配合", 1], ["文件", 1], ["日期"], ["出现的名称", 2]];
  main.replaceChildren(h("div", { class: "card" }, h("p", { class: "faint" }, "未能识别全称的名称在前，以 ? 标出"), h("table", {},
    h("thead", {}, h("tr", {}, head.map(([name, n]) => h("th", { class: n === 1 ? "n" : n === 2 ? "wide" : null }, name)))),
    h("tbody", {}, report.rows.map((row) => h("tr", {},
      h("td", {}, h("a", { href: "#tasks?q=" + encodeURIComponent(row.aliases[0] && !row.resolved ? row.aliases[0] : row.name) }, row.name), row.resolved ? null : h("span", { class: "bad" }, " ?")),
      cell(String(row.lead), 1), cell(String(row.responsible), 1), cell(String(row.support), 1), cell(String(row.documents), 1),
      cell([row.first, row.last].filter((d, i, all) => d && all.indexOf(d) === i).join(" – ")), h("td", { class: "wide faint" }, row.aliases.join("、"))))))));
}

function findingList(asked) {
  const kind = asked.get("kind") || "";
  const choice = h("select", { "aria-label": "问题", onchange: (event) => { location.hash = "findings?kind=" + event.target.value; } },
    [["", "全部问题"], ...Object.entries(report.counts).map(([key, count]) => [key, `${kinds[key]}（${count}）`])].map(([value, name]) => h("option", { value, selected: value === kind }, name)));
  const rows = report.findings.filter((finding) => !kind || finding.kind === kind);
  main.replaceChildren(h("div", { class: "card" }, h("div", { class: "filters" }, choice, h("span", { class: "faint" }, `${rows.length} 条`)),
    growing(rows, (finding) => h("a", { class: "task", href: finding.task ? "#task=" + finding.task : "#doc=" + finding.document },
      h("div", {}, finding.message), h("div", { class: "where" }, finding.title), h("div", { class: "bad" }, kinds[finding.kind])))));
}

function documentList() {
  const rows = documents.filter((doc) => !search.value || (titleOf(doc) + (doc.number || "") + (doc.issuer || "")).includes(search.value));
  documentList.search = documentList;
  main.replaceChildren(h("div", { class: "card" }, growing(rows, (doc) => h("a", { class: "task", href: "#doc=" + doc.id },
    h("div", {}, titleOf(doc), h("div", { class: "where" }, doc.source)), h("div", { class: "where" }, [doc.number, doc.issuer, doc.region].filter(Boolean).join(" · ")),
    h("div", {}, doc.date || "", h("div", { class: "where" }, `${doc.tasks[1] - doc.tasks[0]} 项任务`))))));
}

/* ---------- review ---------- */

let chosen = null;
function review(doc, wanted) {
  const at = documents.indexOf(doc), own = tasks.slice(...doc.tasks);
  const mention = doc.marks.filter((mark) => mark.r !== "task"), area = doc.marks.filter((mark) => mark.r === "task");
  const notice = h("div", { class: "card notice", tabindex: 0, "aria-label": "原文" }), records = h("div", { class: "card records", "aria-label": "记录" });
  const pieces = [];
  if (doc.text === null) notice.append(h("p", { class: "faint" }, "没有原文：请在原文所在的文件夹里运行"));
  else {
    const cuts = [...new Set([0, doc.text.length, ...doc.marks.flatMap((mark) => [mark.s, mark.e])])].sort((a, b) => a - b);
    for (let n = 0; n + 1 < cuts.length; n += 1) {
      const [s, e] = [cuts[n], cuts[n + 1]], inside = (mark) => mark.s <= s && e <= mark.e;
      const marks = mention.filter(inside), of = area.filter(inside).map((mark) => mark.t), words = doc.text.slice(s, e);
      const own = marks.map((mark) => mark.t);
      const piece = marks.length
        ? h("mark", { class: marks[0].r, title: marks.map((m) => ROLES[m.r] || "期限").join("、"), onclick: () => choose(own.includes(chosen) ? chosen : own[0], "record") }, words)
        : h("span", { onclick: () => of.length && choose(of[of.length - 1], "record") }, words);
      pieces.push({ piece, marks, tasks: new Set([...of, ...own]) });
      notice.append(piece);
    }
  }
  const placed = (t, r, n) => mention.some((mark) => mark.t === t && mark.r === r && mark.n === n);
  const jump = (t, r, n, words, rule) => h("button", { class: `unit ${r}` + (doc.text === null || placed(t, r, n) ? "" : " lost"), title: rule + (doc.text === null || placed(t, r, n) ? "" : "（原文中未定位）"),
    onclick: (event) => { event.stopPropagation(); choose(t, "mark", r, n); } }, words);
  const boxes = own.map((task, n) => {
    const t = doc.tasks[0] + n;
    const line = (name, parts) => (parts.length ? h("p", {}, h("span", { class: "faint" }, name + " "), parts) : null);
    return h("div", { class: "record", id: "r" + t, tabindex: 0, onclick: () => choose(t, "mark"), onkeydown: (event) => { if (event.key === "Enter" && event.target === event.currentTarget) choose(t, "mark"); } },
      h("p", {}, h("b", {}, [task.label, task.title].filter(Boolean).join(" "))), task.text ? h("p", { class: "faint" }, short(task.text, 160)) : null,
      Object.entries(ROLES).map(([role, name]) => line(name, units(task, role).map((unit, k) => jump(t, role, k, unit.name, `${unit.full} · ${unit.rule}`)))),
      line("期限", task.limits.map((limit, k) => jump(t, "deadline", k, day(limit) === limit.text ? limit.text : `${limit.text}（${day(limit)}）`, limit.rule))),
      task.warnings.map((words) => h("p", { class: "bad" }, words)));
  });
  records.append(...(boxes.length ? boxes : [h("p", { class: "faint" }, "未布置任务")]));
  function choose(t, show, role, nth) {
    chosen = t;
    for (const box of boxes) box.classList.toggle("on", box.id === "r" + t);
    let target = null;
    for (const { piece, marks, tasks: of } of pieces) {
      piece.classList.toggle("on", of.has(t));
      const here = role ? marks.some((m) => m.t === t && m.r === role && m.n === nth) : of.has(t);
      if (here && !target) target = piece;
    }
    // Where a column scrolls by itself the window stays as it is.
    const reveal = (box, element) => {
      if (!element) return;
      if (box.scrollHeight <= box.clientHeight + 4 || getComputedStyle(box).overflowY === "visible") { element.scrollIntoView({ block: "center" }); return; }
      const [inner, outer] = [element.getBoundingClientRect(), box.getBoundingClientRect()];
      box.scrollBy({ top: inner.top - outer.top - (outer.height - Math.min(inner.height, outer.height)) / 2 });
    };
    const stacked = matchMedia("(max-width: 50rem)").matches;
    if (show === "mark") reveal(notice, target);
    if (show === "record" || !stacked) reveal(records, document.getElementById("r" + t));
    history.replaceState(null, "", "#task=" + tasks[t].id);
  }
  const near = (step) => documents[(at + step + documents.length) % documents.length].id;
  main.replaceChildren(
    h("div", { class: "bar" }, h("h2", {}, titleOf(doc)), h("span", { class: "faint" }, [doc.number, doc.issuer, doc.date, doc.source].filter(Boolean).join(" · ")),
      h("a", { href: "#doc=" + near(-1) }, "上一件（p）"), h("a", { href: "#doc=" + near(1) }, "下一件（n）")),
    h("div", { class: "bar" }, Object.entries(ROLES).map(([role, name]) => chip(role, name)), chip("deadline", "期限"), h("span", { class: "faint" }, "j、k 换记录")),
    h("div", { class: "review" }, notice, records));
  review.step = (step) => {
    if (!own.length) return;
    const now = chosen === null ? (step > 0 ? -1 : 0) : chosen - doc.tasks[0];
    choose(doc.tasks[0] + (now + step + own.length) % own.length, "mark");
  };
  review.go = (step) => { location.hash = "doc=" + near(step); };
  chosen = null;
  if (wanted !== undefined) choose(wanted, "mark");
}

/* ---------- addresses and keys ---------- */

const pages = { overview, tasks: taskList, units: unitTable, findings: findingList, documents: documentList };
let page = "";
function here() {
  for (const a of document.querySelectorAll("nav a")) {
    if (a.hash === "#" + page) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  }
}
function route() {
  const address = decodeURIComponent(location.hash.slice(1)) || "overview";
  const raw = location.hash.slice(1) || "overview";
  if (address.startsWith("task=")) {
    const t = tasks.findIndex((task) => task.id === address.slice(5));
    page = "review"; here();
    if (t >= 0) return review(documents[tasks[t].d], t);
  }
  if (address.startsWith("doc=")) {
    const doc = documents.find((one) => one.id === address.slice(4));
    page = "review"; here();
    if (doc) return review(doc);
  }
  const [name, query] = raw.split("?");
  page = pages[name] ? name : "overview";
  here();
  scrollTo(0, 0);
  return pages[page](new URLSearchParams(query || ""));
}
addEventListener("hashchange", route);
let typing = 0;
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    if (page === "documents") return documentList();
    if (page !== "tasks") { history.pushState(null, "", "#tasks"); page = "tasks"; taskList(new URLSearchParams({ q: search.value })); here(); return undefined; }
    return taskList.search(search.value);
  }, 120);
});
addEventListener("keydown", (event) => {
  if (event.target.matches?.("input, select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); search.focus(); search.select(); }
  if (page !== "review") return;
  const steps = { j: () => review.step(1), ArrowDown: () => review.step(1), k: () => review.step(-1), ArrowUp: () => review.step(-1), n: () => review.go(1), p: () => review.go(-1) };
  if (steps[event.key]) { event.preventDefault(); steps[event.key](); }
});
route();
