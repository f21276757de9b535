// The overview's charts, drawn as SVG. Uses the helpers of page.js.

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
