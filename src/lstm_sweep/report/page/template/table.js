"use strict";
/* Tables of trials: a click on a title sorts, conditions filter, the first rows are shown until all are asked for. */
(() => {
  const squeezed = (text) => text.toLowerCase().replace(/[^a-z0-9.]/g, "");
  const shownText = (cell) => cell.firstChild?.nodeType === Node.TEXT_NODE ? cell.firstChild.data.trim() : "";
  const numberOf = (text) => (text.trim() === "" ? NaN : Number(text));

  /** What a cell is taken for: its value in the unit of the column with all digits, else what it shows. */
  const valueOf = (cell) => cell.dataset.value ?? (cell.title || shownText(cell) || cell.textContent.trim());

  /** Numbers by size, then words; what is missing comes last, whichever way is up. */
  const compare = (one, other, sign) => {
    const rank = (value) => (value === "–" || value === "" ? 2 : Number.isNaN(numberOf(value)) ? 1 : 0);
    if (rank(one) !== rank(other)) return rank(one) - rank(other);
    return sign * (rank(one) === 0 ? numberOf(one) - numberOf(other) : one.localeCompare(other));
  };

  const TESTS = {
    "=": (value, wanted) => value === wanted, "!=": (value, wanted) => value !== wanted,
    "<": (value, wanted) => value < wanted, "<=": (value, wanted) => value <= wanted,
    ">": (value, wanted) => value > wanted, ">=": (value, wanted) => value >= wanted,
  };

  /** Whether a cell meets `sign wanted`: 'a..b' is a range, numbers are compared as numbers. */
  const meets = (cell, sign, wanted) => {
    const value = valueOf(cell), number = numberOf(value), ends = wanted.split("..").map(numberOf);
    if (ends.length === 2 && sign === "=") return number >= ends[0] && number <= ends[1];
    if (sign.endsWith("=") && shownText(cell).toLowerCase() === wanted) return sign !== "!=";
    if (!Number.isNaN(number) && !Number.isNaN(ends[0])) return TESTS[sign](number, ends[0]);
    return sign === "=" || sign === "!=" ? TESTS[sign](value.toLowerCase(), wanted) : false;
  };

  /** The place of a column that is named as in its title or on the command line ('model.dropout'), or -1. */
  const columnOf = (titles, name) => {
    const wanted = squeezed(name), same = titles.findIndex((title) => squeezed(title) === wanted);
    return same >= 0 ? same : titles.findIndex((title) => wanted.endsWith(`.${squeezed(title)}`) || squeezed(title).endsWith(`.${wanted}`));
  };

  /** What was typed as tests of a row, and a sentence about what is no column. */
  const conditions = (typed, titles) => {
    const tests = [];
    for (const part of typed.toLowerCase().match(/(?:"[^"]*"|\[[^\]]*\]|[^\s,])+/g) ?? []) {
      const [, name, sign, wanted] = part.match(/^([^<>=!]+)(<=|>=|!=|=|<|>)(.*)$/) ?? [];
      if (name === undefined) {
        tests.push((row) => row.textContent.replace(/\s+/g, " ").toLowerCase().includes(part.replaceAll('"', "")));
        continue;
      }
      const place = columnOf(titles, name);
      if (place < 0) return { tests, problem: `There is no column ${name}: the columns are ${titles.filter(Boolean).join(", ")}.` };
      if (wanted) tests.push((row) => meets(row.cells[place], sign, wanted.replaceAll('"', "")));
    }
    return { tests, problem: "" };
  };

  const made = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  /** A condition on the first column of different numbers, as an example of a range; null where there is none. */
  const exampleOfRange = (titles, rows) => {
    for (let place = 1; place < titles.length; place++) {
      const cells = rows.map((row) => row.cells[place]).filter((cell) => !Number.isNaN(numberOf(valueOf(cell))));
      cells.sort((one, other) => valueOf(one) - valueOf(other));
      const [low, high] = [cells[0], cells[cells.length >> 1]].map((cell) => cell && shownText(cell));
      if (low !== high) return `${titles[place].includes(" ") ? squeezed(titles[place]) : titles[place]}=${low}..${high}`;
    }
    return null;
  };

  const enhance = (table) => {
    const body = table.tBodies[table.tBodies.length - 1], heads = [...table.tHead.rows[0].cells];
    const titles = heads.map((head) => head.textContent), ranked = [...body.rows], most = Number(table.dataset.first) || Infinity;
    let rows = ranked, all = false;

    const input = made("input", { type: "search", autocomplete: "off", spellcheck: false, placeholder: table.dataset.example });
    const status = made("p", { className: "status" });
    status.setAttribute("role", "status");
    const more = made("button", { type: "button", className: "more", textContent: `Show all ${ranked.length.toLocaleString("en")} trials` });
    const examples = [table.dataset.example, exampleOfRange(titles, ranked), titles.includes("score") && "score<0"].filter(Boolean);
    const hint = made("span", { className: "hint", textContent: "A word, or conditions such as " });
    examples.forEach((each, place) => hint.append(place ? ", " : "", made("code", { textContent: each })));
    hint.append("; several mean all of them.");
    table.parentElement.before(made("div", { className: "filter" }, made("label", {}, "Show only ", input), hint, status));
    table.parentElement.after(more);

    const show = () => {
      const { tests, problem } = conditions(input.value, titles);
      let met = 0, shown = 0;
      for (const row of rows) {
        const isMet = tests.every((test) => test(row));
        row.hidden = !isMet || (!all && shown >= most);
        met += isMet;
        shown += !row.hidden;
      }
      // Where rows can be reached by the keyboard, the first that is shown is its way in.
      if (rows.some((row) => row.tabIndex === 0)) {
        rows.forEach((row) => { if (row.tabIndex === 0) row.tabIndex = -1; });
        (rows.find((row) => !row.hidden) ?? rows[0]).tabIndex = 0;
      }
      more.hidden = shown >= met;
      const count = `${shown.toLocaleString("en")} of ${ranked.length.toLocaleString("en")} trials`;
      status.textContent = problem || (tests.length && met === 0 ? `No trial has ${input.value.trim()}.` : shown < met && tests.length ? `${count}; ${met.toLocaleString("en")} have ${input.value.trim()}.` : shown < ranked.length ? `${count}.` : "");
    };

    const sort = (head, place) => {
      const next = { none: "ascending", ascending: "descending", descending: "none" }[head.getAttribute("aria-sort") ?? "none"];
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      if (next !== "none") head.setAttribute("aria-sort", next);
      const values = new Map(ranked.map((row) => [row, place === 0 ? row.dataset.trial : valueOf(row.cells[place])]));
      const sign = next === "descending" ? -1 : 1;
      rows = next === "none" ? ranked : [...ranked].sort((one, other) => compare(values.get(one), values.get(other), sign));
      body.append(...rows);
      show();
    };

    heads.forEach((head, place) => {
      const button = made("button", { type: "button", textContent: titles[place] });
      button.addEventListener("click", () => sort(head, place));
      head.replaceChildren(button);
    });
    input.addEventListener("input", show);
    more.addEventListener("click", () => { all = true; show(); });
    // Naive stays in sight right below the titles, however high these are.
    new ResizeObserver(() => table.style.setProperty("--head", `${table.tHead.offsetHeight - 1}px`)).observe(table.tHead);
    show();
  };

  document.querySelectorAll("table[data-example]").forEach(enhance);

  // What the list of terms says is under the pointer too, at every title and mark of its part.
  document.querySelectorAll(".terms").forEach((list) => {
    const meanings = new Map([...list.querySelectorAll("dt")].map((term) => [term.textContent, term.nextElementSibling.textContent]));
    list.closest("section").querySelectorAll("thead th, .mark").forEach((each) => { each.title ||= meanings.get(each.textContent) ?? ""; });
  });
})();
