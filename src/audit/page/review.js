// A notice with its marks, its records beside it. Uses the helpers of page.js.

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
  const lost = doc.text === null ? 0 : boxes.reduce((n, box) => n + box.querySelectorAll(".lost").length, 0);
  if (lost) records.append(h("p", { class: "bad" }, `${lost} 处未能在原文中定位，以虚线标出`));
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
