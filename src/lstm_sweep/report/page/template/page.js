"use strict";
(() => {
  const root = document.documentElement;
  const figures = [...document.querySelectorAll("figure[data-plot]")];
  // The tool bar would lie over the legend of a narrow plot; a finger needs none of it.
  const hasTools = matchMedia("(min-width: 600px) and (hover: hover)").matches;
  const config = { responsive: true, displaylogo: false, displayModeBar: hasTools ? "hover" : false, modeBarButtonsToRemove: ["lasso2d", "select2d"] };

  /** Plotly's program, as text. */
  const unpacked = async () => {
    const text = atob(document.getElementById("plotly").textContent);
    const packed = new Uint8Array(text.length);
    for (let place = 0; place < text.length; place++) packed[place] = text.charCodeAt(place);
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };

  /** A copy in which names of colours have become the colours that the style sheet has at this moment. */
  const coloured = (value, style) => {
    if (typeof value === "string") {
      return value.startsWith("var(--") ? style.getPropertyValue(value.slice(4, -1)).trim() || value : value;
    }
    if (Array.isArray(value)) return value.map((each) => coloured(each, style));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, coloured(each, style)]));
  };

  const hasWebgl = () => document.createElement("canvas").getContext("webgl") !== null;

  /** Of a narrow plot, the legend beneath the titles of its axes, with room for it; nothing of a wide one. */
  const below = (plot, data, layout) => {
    if (!layout.showlegend || plot.clientWidth >= 500) return {};
    const count = data.filter((trace) => trace.showlegend !== false).length;
    const legend = { ...layout.legend, y: 0, yref: "container", yanchor: "bottom" };
    return { legend, margin: { ...layout.margin, b: 14 + 20 * Math.ceil(count / 2) } };
  };

  /** Draw a figure, and send its event "drawn". */
  const draw = (figure) => {
    const plot = figure.querySelector(".plot");
    const views = JSON.parse(figure.querySelector("script").textContent);
    const { data, layout } = coloured(views[figure.querySelector("select")?.value ?? ""] ?? Object.values(views)[0], getComputedStyle(root));
    if (data.some((trace) => trace.type === "parcoords") && !hasWebgl()) {
      plot.textContent = "This plot needs WebGL, which this browser does not offer.";
      return null;
    }
    // A finger that scrolls the page must not zoom a plot on its way.
    const dragmode = matchMedia("(pointer: coarse)").matches ? false : "zoom";
    const font = { ...layout.font, family: getComputedStyle(document.body).fontFamily };
    const size = { height: Number(figure.dataset.height) };
    if (root.classList.contains("paper")) size.width = plot.clientWidth;
    return Plotly.react(plot, data, { dragmode, ...layout, ...below(plot, data, layout), font, ...size }, config)
      .then(() => figure.dispatchEvent(new Event("drawn", { bubbles: true })));
  };

  const start = async () => {
    const program = document.createElement("script");
    program.textContent = await unpacked();
    document.head.append(program);
    // Parallel coordinates start WebGL up, which can take longer than all other plots together: they come last.
    const isSlow = (figure) => figure.dataset.plot === "parallel";
    for (const figure of [...figures].sort((one, other) => isSlow(one) - isSlow(other))) {
      figure.querySelector("select")?.addEventListener("change", () => draw(figure));
      await draw(figure);
      await new Promise((resume) => setTimeout(resume)); // a click or a scroll comes first
    }
    const redraw = () => figures.forEach(draw);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    addEventListener("beforeprint", () => { root.classList.add("paper"); redraw(); });
    addEventListener("afterprint", () => {
      root.classList.remove("paper");
      redraw();
      document.querySelectorAll(".js-plotly-plot").forEach((plot) => Plotly.Plots.resize(plot));
    });
  };

  const fail = (error) => {
    console.error(error);
    figures.forEach((figure) => { figure.querySelector(".plot").textContent = "This browser is too old for the plots: any of 2023 or later shows them."; });
  };

  (figures.length ? start() : Promise.resolve()).catch(fail).finally(() => { root.dataset.ready = "true"; });
})();
