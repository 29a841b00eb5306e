"use strict";
/* How people move the chart: keys, mouse, finger, buttons. */
(() => {
  const { byId } = Words;
  const { root } = Chart;
  let held = null;

  const nearest = (event) => {
    const { left, bar, from, to } = Chart.box();
    const number = from + Math.floor((event.clientX - root.getBoundingClientRect().left - left) / bar);
    return Math.min(Math.max(number, from), to - 1);
  };

  /** Move the cursor to a bar, and the window with it. */
  const go = (number) => {
    const rows = Chart.rows();
    const wanted = Math.min(Math.max(number, 0), rows.length - 1);
    const { from, to } = Chart.box();
    if (wanted < from) Chart.pan(from - wanted);
    if (wanted >= to) Chart.pan(to - 1 - wanted);
    Chart.moveTo(rows[wanted].time);
  };

  const current = () => {
    const number = Chart.rows().findIndex((row) => row.time === Chart.cursor());
    return number < 0 ? Chart.box().to : number;
  };

  const jump = () => Math.max(Math.round(Chart.span() / 4), 1);

  const KEYS = {
    ArrowLeft: (event) => (event.shiftKey ? Chart.pan(jump()) : go(current() - 1)),
    ArrowRight: (event) => (event.shiftKey ? Chart.pan(-jump()) : go(current() + 1)),
    Home: () => go(Chart.box().from),
    End: () => go(Chart.box().to - 1),
    "+": () => Chart.zoom(0.7),
    "-": () => Chart.zoom(1.4),
    Escape: () => Chart.moveTo(null),
  };

  root.addEventListener("keydown", (event) => {
    const key = event.key === "=" ? "+" : event.key;
    if (!KEYS[key] || !Chart.box() || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    KEYS[key](event);
  });
  root.addEventListener("pointerdown", (event) => {
    if (!Chart.box()) return;
    held = { x: event.clientX, moved: 0 };
    root.setPointerCapture(event.pointerId);
  });
  root.addEventListener("pointermove", (event) => {
    if (!Chart.box()) return;
    if (held) {
      const bars = Math.trunc((event.clientX - held.x) / Chart.box().bar) - held.moved;
      held.moved += bars;
      if (bars) Chart.pan(bars);
    }
    Chart.moveTo(Chart.rows()[nearest(event)].time);
  });
  for (const kind of ["pointerup", "pointercancel"]) root.addEventListener(kind, () => { held = null; });
  root.addEventListener("pointerleave", () => { if (document.activeElement !== root) Chart.moveTo(null); });
  root.addEventListener("wheel", (event) => {
    if (!event.ctrlKey || !Chart.box()) return; // the wheel alone scrolls the page
    event.preventDefault();
    Chart.zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2);
  }, { passive: false });

  const BUTTONS = {
    closer: () => Chart.zoom(0.7), wider: () => Chart.zoom(1.4), all: Chart.all, newest: Chart.newest,
    earlier: () => Chart.pan(jump()), later: () => Chart.pan(-jump()),
  };
  for (const id in BUTTONS) byId(id).addEventListener("click", () => { if (Chart.box()) BUTTONS[id](); });
})();
