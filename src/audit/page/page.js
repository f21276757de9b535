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
