"use strict";
/* Listens to the server, and shows the newest view once per frame. */
(() => {
  const { byId, set, learn, toggleZone } = Words;
  const SILENCE = 40000; // the server sends a heartbeat every 15 seconds
  let view = null;
  let isAsked = false;
  let heard = Date.now();
  let source = null;

  const link = (text, tone) => { set(byId("link"), text); Tables.tone(byId("link"), tone); };

  const render = () => {
    isAsked = false;
    if (!view) return;
    learn(view);
    Chart.show(view);
    Tables.show(view);
    document.documentElement.dataset.number = view.number;
    document.documentElement.dataset.ready = "true";
  };

  const ask = () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(render);
  };

  /** Put what an event brings to what is known: bars by their time, without those that are older than the first. */
  const take = (event) => {
    const came = JSON.parse(event.data);
    const points = new Map(came.whole || !view ? [] : view.points.map((point) => [point.time, point]));
    for (const point of came.points) points.set(point.time, point);
    const whole = [...points.values()];
    const first = whole.findIndex((point) => point.time === came.first);
    view = { ...came, points: first < 0 ? [] : whole.slice(first) };
    ask();
  };

  const hear = () => { heard = Date.now(); link("connected", "good"); };

  const connect = () => {
    source?.close();
    if (document.hidden) return; // a browser has few connections to one server, which hidden pages would use up
    source = new EventSource("live");
    source.addEventListener("open", hear);
    source.addEventListener("view", (event) => { hear(); take(event); });
    source.addEventListener("heartbeat", hear);
    source.addEventListener("error", () => {
      link("not connected, trying again: what stands here may be old", "bad");
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000); // where the server refused
    });
  };

  setInterval(() => {
    if (Date.now() - heard > SILENCE && source?.readyState === EventSource.OPEN) {
      link("the server is silent, trying again: what stands here may be old", "bad");
      heard = Date.now();
      connect();
    }
    Tables.numbers();
  }, 1000);

  byId("zone").addEventListener("click", () => { byId("zone").setAttribute("aria-pressed", String(toggleZone())); ask(); });
  byId("numbers").addEventListener("toggle", Tables.numbers);
  addEventListener("resize", ask);
  const paper = (isPaper) => { document.documentElement.classList.toggle("paper", isPaper); render(); };
  addEventListener("beforeprint", () => paper(true));
  addEventListener("afterprint", () => paper(false));
  document.addEventListener("visibilitychange", connect);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
  connect();
})();
