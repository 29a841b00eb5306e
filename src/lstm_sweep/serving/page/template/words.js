"use strict";
/* Numbers and times as words, and the few things that all parts do to the page. */
const Words = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const MISSING = "–";
  const shown = new WeakMap();
  let isLocal = false;
  let step = 60;
  let decimals = 2;

  const byId = (id) => document.getElementById(id);

  /** Write a text, unless it stands there. */
  const set = (node, text) => { if (node.textContent !== text) node.textContent = text; };

  /** Give a node new children, unless what they are made of is what it was. */
  const once = (node, material, build) => {
    const key = JSON.stringify([material, isLocal]);
    if (shown.get(node) === key) return;
    shown.set(node, key);
    node.replaceChildren(...build());
  };

  const make = (tag, classes = "", ...children) => {
    const node = document.createElement(tag);
    if (classes) node.className = classes;
    node.append(...children);
    return node;
  };

  const draw = (tag, classes, parent) => {
    const node = document.createElementNS(SVG, tag);
    node.setAttribute("class", classes);
    parent.append(node);
    return node;
  };

  const place = (node, values) => { for (const name in values) node.setAttribute(name, values[name]); };

  const fact = (name, text) => make("div", "", make("dt", "", name), make("dd", "", text));

  const millis = (text) => Date.parse(/T/.test(text) && !/(Z|[+-]\d\d:?\d\d)$/.test(text) ? `${text}Z` : text);

  const two = (number) => String(number).padStart(2, "0");

  /** '2024-05-30 14:00', or the day alone where bars are days; in the zone that is chosen. */
  const time = (text) => {
    if (!text) return MISSING;
    const date = new Date(millis(text));
    const parts = isLocal
      ? [date.getFullYear(), date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes(), date.getSeconds()]
      : [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
    const [hours, minutes, seconds] = parts.slice(3);
    const day = `${parts[0]}-${two(parts[1])}-${two(parts[2])}`;
    if (step >= 86400 && !(isLocal || hours || minutes || seconds)) return day;
    return `${day} ${two(hours)}:${two(minutes)}${step < 60 || seconds ? `:${two(seconds)}` : ""}`;
  };

  const zone = () => (isLocal ? Intl.DateTimeFormat().resolvedOptions().timeZone : "UTC");

  const fixed = (value, digits) =>
    value === null || value === undefined
      ? MISSING
      : value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }).replace("-", "−");

  const price = (value) => fixed(value, decimals);

  const percent = (share, digits, sign = false) =>
    share === null || share === undefined ? MISSING : `${sign && share > 0 ? "+" : ""}${fixed(100 * share, digits)} %`;

  const pValue = (p) => (p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`);

  /** Learn how far bars are apart and how large prices are; about six digits are shown. */
  const learn = (view) => {
    step = view.step_seconds;
    const naive = view.forecast?.naive ?? view.points.at(-1)?.naive;
    if (naive) decimals = Math.min(Math.max(5 - Math.floor(Math.log10(Math.abs(naive))), 0), 12);
  };

  /** How long from one time to another: '12 days', '3.5 hours'. */
  const between = (from, to) => {
    const seconds = Math.max((millis(to) - millis(from)) / 1000, 0);
    const [unit, size] = [["days", 86400], ["hours", 3600], ["minutes", 60]].find(([, each]) => seconds >= 2 * each) ?? ["seconds", 1];
    return `${Number((seconds / size).toPrecision(2)).toLocaleString("en-US")} ${unit}`;
  };

  const toggleZone = () => { isLocal = !isLocal; return isLocal; };

  /** Round numbers between two ends, about `count` of them. */
  const ticks = (low, high, count) => {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const size = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
    const found = [];
    for (let number = Math.ceil(low / size); number * size <= high; number += 1) found.push(number * size + 0); // never -0
    return { values: found, decimals: Math.max(-Math.floor(Math.log10(size) + 1e-9), 0) };
  };

  return { byId, set, once, make, draw, place, fact, time, zone, fixed, price, percent, pValue, between, learn, toggleZone, ticks, MISSING };
})();
