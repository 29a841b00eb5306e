"use strict";
/* The two pictures of a judgement: the mean difference with its confidence sequence, and the wealth of the bets. */
const Pictures = (() => {
  const { draw, place, set, ticks, fixed, time } = Words;

  const blank = (svg) => {
    const parts = { band: draw("path", "band", svg), grid: draw("g", "", svg), level: draw("line", "level", svg), line: draw("path", "forecast", svg), named: draw("text", "named", svg), begin: draw("text", "", svg), end: draw("text", "", svg) };
    svg.parts = parts;
    return parts;
  };

  const marksOf = (low, high, isLog) => {
    if (!isLog) return ticks(low, high, 4);
    const found = [];
    const every = Math.max(Math.ceil((high - low) / 4), 1);
    for (let power = Math.ceil(low / every) * every; power <= high; power += every) found.push(power);
    return { values: found.length > 1 ? found : [low, high], decimals: 0 };
  };

  const written = (value, marks, isLog) => {
    if (!isLog) return `${fixed(value, marks.decimals)} %`;
    const number = 10 ** value;
    return number >= 1e6 || number < 1e-3 ? `1e${Math.round(value)}` : String(Number(number.toPrecision(2)));
  };

  /** Where everything lies; values are logarithms where `isLog`. */
  const scale = (svg, values, count, isLog) => {
    const pad = (Math.max(...values) - Math.min(...values)) * 0.08 || 0.5;
    const low = Math.min(...values) - pad;
    const high = Math.max(...values) + pad;
    const marks = marksOf(low, high, isLog);
    const texts = marks.values.map((value) => written(value, marks, isLog));
    const left = 12 + 7 * Math.max(...texts.map((text) => text.length), 1);
    const [width, height] = [svg.clientWidth, svg.clientHeight];
    const bottom = height - 24;
    return {
      left, width, height, marks, texts,
      x: (number) => left + 4 + (number / Math.max(count - 1, 1)) * (width - left - 12),
      y: (value) => 8 + ((high - value) / (high - low)) * (bottom - 8),
    };
  };

  const drawGrid = (grid, box) => {
    while (grid.childNodes.length < 2 * box.texts.length) { draw("line", "grid", grid); draw("text", "", grid); }
    while (grid.childNodes.length > 2 * box.texts.length) grid.lastChild.remove();
    box.marks.values.forEach((value, number) => {
      const level = box.y(value);
      place(grid.childNodes[2 * number], { x1: box.left, x2: box.width, y1: level, y2: level });
      place(grid.childNodes[2 * number + 1], { x: box.left - 8, y: level + 4, "text-anchor": "end" });
      set(grid.childNodes[2 * number + 1], box.texts[number]);
    });
  };

  const line = (values, box) => {
    const points = values.map((value, number) => (Number.isFinite(value) ? `${box.x(number).toFixed(1)} ${box.y(value).toFixed(1)}` : null)).filter(Boolean);
    return points.length ? `M${points[0]}h0L${points.join("L")}` : "";
  };

  const area = (lows, highs, box) => {
    const there = lows.map((_, number) => number).filter((number) => Number.isFinite(lows[number]) && Number.isFinite(highs[number]));
    const along = (values, numbers) => numbers.map((number) => `${box.x(number).toFixed(1)} ${box.y(values[number]).toFixed(1)}`).join("L");
    return there.length ? `M${along(highs, there)}L${along(lows, [...there].reverse())}Z` : "";
  };

  /**
   * Draw into `svg`.
   * what: times, middle, low, high (may be empty), level with its name and class, and whether the scale is logarithmic.
   */
  const show = (svg, { times, middle, low = [], high = [], level, name, isLog = false }) => {
    const parts = svg.parts ?? blank(svg);
    const log = (value) => (Number.isFinite(value) ? Math.log10(Math.max(value, 1e-12)) : value);
    const [center, from, to, at] = isLog ? [middle.map(log), low, high, log(level)] : [middle, low, high, level];
    const box = scale(svg, [...center, ...from, ...to, at].filter(Number.isFinite), times.length, isLog);
    drawGrid(parts.grid, box);
    place(parts.band, { d: area(from, to, box) });
    place(parts.line, { d: line(center, box) });
    place(parts.level, { class: isLog ? "level" : "zero", x1: box.left, x2: box.width, y1: box.y(at), y2: box.y(at) });
    place(parts.named, { x: box.left + 8, y: box.y(at) < 24 ? box.y(at) + 15 : box.y(at) - 5 });
    set(parts.named, name);
    place(parts.begin, { x: box.left, y: box.height - 5 });
    place(parts.end, { x: box.width - 2, y: box.height - 5, "text-anchor": "end" });
    set(parts.begin, times.length > 1 ? time(times[0]) : "");
    set(parts.end, time(times.at(-1)));
  };

  return { show };
})();
