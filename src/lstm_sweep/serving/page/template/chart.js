"use strict";
/* Prices over time: bars side by side, a window of them, and a cursor that mouse, finger and keys move. */
const Chart = (() => {
  const { byId, set, draw, place, time, zone, price, ticks, fixed } = Words;
  const LINES = ["naive", "challenger", "forecast", "actual"];
  const FEWEST = 10;
  const root = byId("chart");
  const ahead = draw("rect", "ahead", root);
  const grid = draw("g", "", root);
  const band = draw("path", "band", root);
  const lines = Object.fromEntries(LINES.map((name) => [name, draw("path", name, root)]));
  const cursor = draw("line", "cursor", root);
  const dots = Object.fromEntries(LINES.map((name) => [name, draw("circle", name, root)]));
  let rows = [];
  let span = 0;
  let back = 0;
  let at = null;
  let box = null;

  /** The bars that came, and after them the steps ahead. */
  const rowsOf = (view) => {
    const coming = view.state === "expired" || !view.forecast ? [] : view.forecast.steps;
    const steps = coming.map((step) => ({
      time: step.time, actual: null, naive: view.forecast.naive, forecast: step.price, low: step.low, high: step.high, isAhead: true,
    }));
    return [...view.points, ...steps];
  };

  const range = () => {
    const to = Math.max(rows.length - back, Math.min(FEWEST, rows.length));
    return [Math.max(to - span, 0), to];
  };

  const measure = () => {
    const [from, to] = range();
    const seen = rows.slice(from, to);
    const values = seen.flatMap((row) => [row.actual, row.naive, row.forecast, row.low, row.high, row.challenger]).filter(Number.isFinite);
    const lowest = Math.min(...values);
    const highest = Math.max(...values);
    const pad = (highest - lowest) * 0.06 || Math.abs(highest) * 0.01 || 1;
    const width = root.clientWidth;
    const height = root.clientHeight;
    const marks = ticks(lowest - pad, highest + pad, 5);
    const left = 12 + 7.2 * Math.max(...marks.values.map((value) => fixed(value, marks.decimals).length), 1);
    const bottom = height - 24;
    const bar = (width - left - 4) / Math.max(to - from, 1);
    const x = (number) => left + (number - from + 0.5) * bar;
    const y = (value) => 8 + ((highest + pad - value) / (highest - lowest + 2 * pad)) * (bottom - 8);
    return { from, to, width, height, left, bottom, bar, x, y, marks };
  };

  const pathOf = (name) => {
    let path = "";
    let isOpen = false;
    for (let number = box.from; number < box.to; number += 1) {
      const value = name === "forecast" && rows[number].late ? null : rows[number][name];
      if (!Number.isFinite(value)) { isOpen = false; continue; }
      path += `${isOpen ? "L" : "M"}${box.x(number).toFixed(1)} ${box.y(value).toFixed(1)}${isOpen ? "" : "h0"}`;
      isOpen = true;
    }
    return path;
  };

  const bandPath = () => {
    let path = "";
    let run = [];
    const close = () => {
      const half = run.length === 1 ? box.bar / 2 : 0;
      const point = (number, name, shift) => `${(box.x(number) + shift).toFixed(1)} ${box.y(rows[number][name]).toFixed(1)}`;
      const highs = run.flatMap((number) => (half ? [point(number, "high", -half), point(number, "high", half)] : [point(number, "high", 0)]));
      const lows = run.flatMap((number) => (half ? [point(number, "low", -half), point(number, "low", half)] : [point(number, "low", 0)]));
      if (run.length) path += `M${highs.join("L")}L${lows.reverse().join("L")}Z`;
      run = [];
    };
    for (let number = box.from; number < box.to; number += 1) {
      if (!rows[number].late && Number.isFinite(rows[number].low) && Number.isFinite(rows[number].high)) run.push(number);
      else close();
    }
    close();
    return path;
  };

  /** Lines and numbers of the axes; nodes are used again. */
  const axes = () => {
    const count = Math.max(Math.floor((box.width - box.left) / 150), 1);
    const every = Math.max(Math.ceil((box.to - box.from) / count), 1);
    const along = [];
    for (let number = box.to - 1 - Math.floor(every / 2); number >= box.from; number -= every) along.push(number);
    const texts = [
      ...box.marks.values.map((value) => ({ x: box.left - 8, y: box.y(value) + 4, "text-anchor": "end", text: fixed(value, box.marks.decimals), level: box.y(value) })),
      ...along.filter((number) => box.x(number) > box.left + 40).map((number) => ({ x: Math.min(box.x(number), box.width - 56), y: box.height - 5, "text-anchor": "middle", text: time(rows[number].time) })),
    ];
    while (grid.childNodes.length < 2 * texts.length) { draw("line", "grid", grid); draw("text", "", grid); }
    while (grid.childNodes.length > 2 * texts.length) grid.lastChild.remove();
    texts.forEach(({ text, level, ...where }, number) => {
      const [line, label] = [grid.childNodes[2 * number], grid.childNodes[2 * number + 1]];
      place(label, where);
      set(label, text);
      place(line, level === undefined ? { x1: 0, x2: 0, y1: 0, y2: 0 } : { x1: box.left, x2: box.width, y1: level, y2: level });
    });
  };

  const saidOf = (row) => {
    const interval = Number.isFinite(row.low) ? ` (${price(row.low)} to ${price(row.high)}${Number.isFinite(row.actual) ? row.actual >= row.low && row.actual <= row.high ? ", held" : ", did not hold" : ""})` : "";
    const parts = [
      row.isAhead ? "ahead" : `actual ${Number.isFinite(row.actual) ? price(row.actual) : "never came"}`,
      Number.isFinite(row.forecast) ? `forecast ${price(row.forecast)}${interval}${row.late ? ", late" : ""}` : "no forecast",
      `naive ${price(row.naive)}`,
      ...(Number.isFinite(row.challenger) ? [`challenger ${price(row.challenger)}`] : []),
    ];
    return `${time(row.time)} ${zone()}: ${parts.join(" · ")}`;
  };

  const showCursor = () => {
    const number = at === null ? -1 : rows.findIndex((row) => row.time === at);
    const isSeen = number >= box.from && number < box.to;
    cursor.style.display = isSeen ? "" : "none";
    if (isSeen) place(cursor, { x1: box.x(number), x2: box.x(number), y1: 8, y2: box.bottom });
    for (const name of LINES) {
      const value = isSeen ? rows[number][name] : null;
      dots[name].style.display = Number.isFinite(value) ? "" : "none";
      if (Number.isFinite(value)) place(dots[name], { cx: box.x(number), cy: box.y(value), r: 3.5 });
    }
    set(byId("readout"), isSeen ? saidOf(rows[number]) : "Point at a bar, or go to the picture by the Tab key and move by arrow keys, to read its numbers.");
  };

  const redraw = () => {
    if (!rows.length) return;
    box = measure();
    axes();
    place(band, { d: bandPath() });
    for (const name of LINES) place(lines[name], { d: pathOf(name) });
    const first = rows.findIndex((row) => row.isAhead);
    const left = first < 0 ? box.width : Math.max(box.x(first) - box.bar / 2, box.left);
    place(ahead, { x: left, y: 8, width: Math.max(box.width - left, 0), height: box.bottom - 8 });
    showCursor();
  };

  /** Show a view; a window that was moved stays on its bars. */
  const show = (view) => {
    const last = rows.findLastIndex((row) => !row.isAhead);
    const newer = rowsOf(view);
    if (!span) span = root.clientWidth < 600 ? 50 : 120;
    if (back && last >= 0) {
      const now = newer.findLastIndex((row) => row.time === rows[last].time);
      const moved = newer.length - now - (rows.length - last);
      if (now >= 0) back = Math.min(Math.max(back + moved, 0), Math.max(newer.length - FEWEST, 0));
    }
    rows = newer;
    byId("prices").querySelector(".second").hidden = !rows.some((row) => Number.isFinite(row.challenger));
    redraw();
  };

  const zoom = (factor) => { span = Math.min(Math.max(Math.round(Math.min(span, rows.length) * factor), FEWEST), Math.max(rows.length, FEWEST)); redraw(); };
  const pan = (bars) => { back = Math.min(Math.max(back + bars, 0), Math.max(rows.length - Math.min(span, rows.length), 0)); redraw(); };
  const visible = () => { const [from, to] = range(); return rows.slice(from, to); };

  return { show, redraw, zoom, pan, visible, root, rows: () => rows, box: () => box, cursor: () => at, moveTo: (when) => { at = when; showCursor(); }, all: () => { span = rows.length; back = 0; redraw(); }, newest: () => { back = 0; redraw(); }, span: () => span };
})();
