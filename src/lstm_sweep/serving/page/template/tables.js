"use strict";
/* Everything of a view that is words and numbers. */
const Tables = (() => {
  const { byId, set, once, make, fact, time, zone, fixed, price, percent, pValue, between, MISSING } = Words;
  const coverage = Number(document.querySelector("main").dataset.coverage);
  const judged = new Map();
  const TONES = { live: "good", starting: "plain", stale: "bad", expired: "warn", ended: "warn" };

  const tone = (node, name) => { node.classList.remove("good", "warn", "bad", "plain"); node.classList.add(name); };

  const cells = (texts, words) =>
    make("tr", "", ...texts.map((text, number) => {
      const cell = make(number ? "td" : "th", words.includes(number) ? "" : "number", text);
      if (!number) cell.scope = "row";
      return cell;
    }));

  const list = (id, items, kind) => once(byId(id), items, () => items.map((item) => make("li", kind, item)));

  const next = (view) => {
    const forecast = view.state === "expired" ? null : view.forecast;
    const [step] = forecast?.steps ?? [];
    set(byId("next-time"), step ? `Forecast for ${time(step.time)} ${zone()}` : "No forecast");
    set(byId("next"), step ? price(step.price) : MISSING);
    once(byId("next-facts"), [forecast, view.said, step], () =>
      step
        ? [
            fact(`interval meant to hold ${percent(coverage, 0)}`, Number.isFinite(step.low) ? `${price(step.low)} to ${price(step.high)}` : "too few errors are known yet"),
            fact("such intervals have held", step.judged ? `${percent(step.held / step.judged, 1)} of ${fixed(step.judged, 0)}` : MISSING),
            fact("naive: the last price", price(forecast.naive)),
            fact("forecast less naive", forecast.naive > 0 ? percent(step.price / forecast.naive - 1, 3, true) : price(step.price - forecast.naive)),
            fact("made", `after ${time(forecast.origin)}, by version ${forecast.version}${forecast.late ? ", late: not scored" : ""}`),
          ]
        : [fact("why", view.said)]);
    const [first] = view.judgements;
    set(byId("judged"), first ? first.sentence : "Nothing has been judged yet.");
    set(byId("needed"), first ? first.needed : "");
    tone(byId("head"), first?.claimed ? "good" : "plain");
    set(byId("state"), view.state);
    tone(byId("state"), TONES[view.state] ?? "plain");
    set(byId("said"), view.said);
  };

  /** A judgement's part of the page, made once. */
  const partOf = (title) => {
    if (!judged.has(title)) {
      const svg = (name) => {
        const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        picture.setAttribute("class", "picture small");
        picture.setAttribute("role", "img");
        picture.setAttribute("aria-label", `${title}: ${name}; the numbers stand above`);
        return picture;
      };
      const part = { sentence: make("p"), needed: make("p", "needed"), facts: make("dl", "facts"), mean: svg("mean difference of losses with its confidence sequence"), wealth: svg("wealth with the claim level") };
      part.whole = make("div", "judgement", make("h3", "", title), part.sentence, part.needed, part.facts,
        make("div", "blocks",
          make("figure", "narrow", make("figcaption", "", "Mean difference of losses, in percent of the other’s; above 0 the first is better. The band holds at every bar at once."), part.mean),
          make("figure", "narrow", make("figcaption", "", "Wealth, on a logarithmic scale."), part.wealth)));
      judged.set(title, part);
    }
    return judged.get(title);
  };

  const judgements = (view) => {
    const parts = view.judgements.map((each) => [each, partOf(each.title)]);
    once(byId("judged-all"), view.judgements.map((each) => each.title), () => parts.map(([, part]) => part.whole));
    for (const title of judged.keys()) if (!view.judgements.some((each) => each.title === title)) judged.delete(title);
    for (const [each, part] of parts) {
      set(part.sentence, each.sentence);
      set(part.needed, each.needed);
      const facts = [each.scored, each.p, each.alpha, each.skill, each.clipped, each.wealth.at(-1)];
      once(part.facts, facts, () => [
        fact("origins scored", fixed(each.scored, 0)),
        fact("smallest p so far", `${pValue(each.p)}, claims at ${each.alpha.toPrecision(2)}`),
        fact("wealth now", each.wealth.length ? `${Number(each.wealth.at(-1).toPrecision(3))}; a claim takes ${Number((1 / each.alpha).toPrecision(3))}` : MISSING),
        fact("skill: 1 − RMSE / RMSE of the other", percent(each.skill, 2, true)),
        fact("differences clipped", percent(each.clipped, 1)),
      ]);
      if (!each.times.length) continue;
      Pictures.show(part.mean, { times: each.times, middle: each.mean, low: each.low, high: each.high, level: 0, name: "no difference" });
      Pictures.show(part.wealth, { times: each.times, middle: each.wealth, level: 1 / each.alpha, name: `claim level ${Number((1 / each.alpha).toPrecision(3))}`, isLog: true });
    }
  };

  const versions = (view) => once(byId("at-work"), [view.versions, view.points.at(-1)?.time], () =>
    view.versions.map((each) => {
      const now = view.points.at(-1)?.time;
      const settings = Object.entries(each.settings).map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : value}`);
      return make("div", "narrow version", make("h3", "", `${each.role}: ${each.label}`), make("dl", "facts",
        fact("verdict of its sweep", each.verdict), fact("trained until", `${time(each.trained_until)} ${zone()}${now ? `, ${between(each.trained_until, now)} before the newest bar` : ""}`),
        fact("at work since", `${time(each.since)} ${zone()}`), fact("swept settings", settings.join(", ") || "none")));
    }));

  const steps = (view) => once(byId("steps"), view.forecast, () =>
    (view.forecast?.steps ?? []).map((step, number) =>
      cells([String(number + 1), time(step.time), price(step.price), price(step.low), price(step.high), percent(coverage, 0), step.judged ? percent(step.held / step.judged, 1) : MISSING, fixed(step.judged, 0)], [0, 1])));

  const feed = (view) => {
    once(byId("counts"), [view.bars, view.forecasts, view.late, view.filled], () => [
      fact("bars", fixed(view.bars, 0)), fact("forecasts", fixed(view.forecasts, 0)),
      fact("late: made after their bar had closed, not scored", fixed(view.late, 0)), fact("bars that never came, filled", fixed(view.filled, 0)),
    ]);
    list("holes", view.holes.length ? view.holes : ["none"], "");
    list("events", view.events.length ? view.events : ["none"], "");
    list("warnings", view.warnings, "warn");
  };

  /** The bars of the chart as a table, where that is open. */
  const numbers = () => {
    const details = byId("numbers");
    if (!details.open) return;
    const seen = [...Chart.visible()].reverse();
    once(details.querySelector("tbody"), seen, () =>
      seen.map((row) => cells([time(row.time), row.isAhead ? "ahead" : price(row.actual), price(row.forecast), price(row.low), price(row.high), price(row.naive), price(row.challenger), row.late ? "late" : ""], [0, 7])));
  };

  const show = (view) => { next(view); judgements(view); versions(view); steps(view); feed(view); };

  return { show, numbers, tone };
})();
