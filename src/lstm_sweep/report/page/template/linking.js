"use strict";
/* A trial that is looked at anywhere (a dot, a line, a row) lights up in every picture and in the table.

Traces say which trial they are of: `meta` a whole line, `customdata` each of its points; rows say it in `data-trial`.
What lights up is drawn over a picture, which itself only fades: that takes as long with thousands of trials as with one. */
(() => {
  const NS = "http://www.w3.org/2000/svg";
  const places = new Map(); // by plot: where each trial is drawn, as [trace, point] with point null for a whole line
  let pinned = null, shown = null, wanted = null, isDue = false;

  const placesIn = (plot) => {
    const found = new Map();
    const add = (trial, place) => found.set(trial, [...(found.get(trial) ?? []), place]);
    plot.data.forEach((trace, number) => {
      if (Array.isArray(trace.customdata)) trace.customdata.forEach((trial, point) => add(trial, [number, point]));
      else if (typeof trace.meta === "string") add(trace.meta, [number, null]);
    });
    return found;
  };

  const element = (name, attributes, parent) => {
    const made = document.createElementNS(NS, name);
    Object.entries(attributes).forEach(([each, value]) => made.setAttribute(each, value));
    parent.append(made);
    return made;
  };

  const box = (plot, x, y, width, height) => {
    const layer = element("svg", { class: "lit", "aria-hidden": "true", width, height }, plot.querySelector(".svg-container"));
    Object.assign(layer.style, { left: `${x}px`, top: `${y}px` });
    return layer;
  };

  /** The trial's curves and dots over a plot with two axes. */
  const lightAxes = (plot, found) => {
    const { xaxis, yaxis } = plot._fullLayout;
    const layer = box(plot, xaxis._offset, yaxis._offset, xaxis._length, yaxis._length);
    for (const [number, point] of found) {
      const { x, y, mode } = plot.data[number];
      const at = (place) => [xaxis.d2p(x[place]), yaxis.d2p(y[place])];
      if (point === null && mode === "lines") {
        const known = y.map((each, place) => (each === null ? null : at(place).join(","))).filter((each) => each !== null);
        element("polyline", { points: known.join(" ") }, layer);
      } else {
        const [cx, cy] = at(point ?? 0);
        element("circle", { cx, cy, r: 6.5 }, layer);
      }
    }
  };

  /** The trial's line over parallel coordinates, whose axes know their own places. */
  const lightParallel = (plot, [[number, point]]) => {
    const { clientWidth, clientHeight } = plot.querySelector(".main-svg");
    const layer = box(plot, 0, 0, clientWidth, clientHeight);
    const home = layer.getBoundingClientRect();
    const dimensions = plot.data[number].dimensions;
    const corners = [...plot.querySelectorAll(".parcoords .y-axis")].map((group) => {
      const axis = group.__data__, { values, range: [low, high] } = dimensions[axis.crossfilterDimensionIndex];
      const { e, f } = group.querySelector(".axis").getScreenCTM();
      return [e - home.left, f - home.top + axis.unitToPaddedPx((high - values[point]) / (high - low))];
    });
    corners.sort((one, other) => one[0] - other[0]);
    element("polyline", { points: corners.map((corner) => corner.join(",")).join(" ") }, layer);
  };

  const light = (plot) => {
    plot.querySelectorAll(".lit").forEach((each) => each.remove());
    const found = shown === null ? undefined : places.get(plot)?.get(shown);
    plot.classList.toggle("looking", found !== undefined);
    if (found === undefined) return;
    (plot.data[found[0][0]].type === "parcoords" ? lightParallel : lightAxes)(plot, found);
  };

  const rowsOf = (trial) => document.querySelectorAll(`[data-trial="${CSS.escape(trial)}"]`);

  const update = () => {
    isDue = false;
    if (wanted === shown) return;
    document.querySelectorAll(".looked").forEach((each) => each.classList.remove("looked"));
    document.querySelectorAll("table.looking").forEach((each) => each.classList.remove("looking"));
    shown = wanted;
    if (shown !== null) {
      rowsOf(shown).forEach((row) => { row.classList.add("looked"); row.closest("table").classList.add("looking"); });
    }
    [...places.keys()].forEach(light);
  };

  /** Look at a trial, or with null at the one that was pinned, if any: once a frame, however fast a pointer moves. */
  const look = (trial) => {
    wanted = trial ?? pinned;
    if (!isDue) requestAnimationFrame(update);
    isDue = true;
  };

  const pin = (trial) => {
    document.querySelectorAll("[data-trial][aria-current]").forEach((row) => row.removeAttribute("aria-current"));
    pinned = trial === pinned ? null : trial;
    if (pinned !== null) rowsOf(pinned).forEach((row) => row.setAttribute("aria-current", "true"));
    look(pinned);
  };

  const trialAt = (plot, event) => {
    const point = event.points?.[0];
    if (point === undefined) return plot.data[0].customdata?.[event.curveNumber] ?? null; // parallel coordinates
    const trace = plot.data[point.curveNumber];
    return trace.customdata?.[point.pointNumber] ?? (typeof trace.meta === "string" ? trace.meta : null);
  };

  addEventListener("drawn", ({ target }) => {
    const plot = target.querySelector(".js-plotly-plot");
    if (plot === null) return;
    const found = placesIn(plot);
    const isNew = !places.has(plot);
    if (found.size === 0) { places.delete(plot); return; }
    places.set(plot, found);
    light(plot);
    if (!isNew || plot.dataset.linked) return;
    plot.dataset.linked = "true";
    plot.on("plotly_hover", (event) => look(trialAt(plot, event)));
    plot.on("plotly_unhover", () => look(null));
    plot.on("plotly_click", (event) => pin(trialAt(plot, event)));
    for (const change of ["plotly_afterplot", "plotly_restyle"]) plot.on(change, () => light(plot));
  });

  const rowAt = (event) => event.target.closest?.("[data-trial]") ?? null;
  const trialIn = (event) => rowAt(event)?.dataset.trial ?? null;
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "touch" && event.target.closest?.("table")) look(trialIn(event));
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType !== "touch" && rowAt(event) !== null) look(null);
  });
  document.addEventListener("focusin", (event) => { if (rowAt(event) !== null) look(trialIn(event)); });
  document.addEventListener("focusout", (event) => { if (rowAt(event) !== null) look(null); });
  document.addEventListener("click", (event) => {
    if (rowAt(event) !== null && event.target.closest("a, button, input, select, summary, label") === null) pin(trialIn(event));
  });

  /** Rows are one stop of the keyboard's; arrows lead from row to row. */
  const first = document.querySelector("[data-trial]");
  if (first !== null) first.tabIndex = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { pinned = null; pin(null); return; }
    const row = rowAt(event);
    if (row === null || event.target !== row) return;
    if (event.key === "Enter") { pin(row.dataset.trial); return; }
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (step === undefined) return;
    let next = row[step];
    while (next !== null && (next.dataset.trial === undefined || next.hidden)) next = next[step];
    if (next === null) return;
    event.preventDefault();
    row.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
})();
