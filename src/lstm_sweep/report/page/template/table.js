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

  const ORDERS = {
    "<": (value, wanted) => value < wanted, "<=": (value, wanted) => value <= wanted,
    ">": (value, wanted) => value > wanted, ">=": (value, wanted) => value >= wanted,
  };

  /** Whether a cell is `wanted`: 'a..b' is a range, open where an end is missing; numbers are compared as numbers. */
  const isOne = (cell, wanted) => {
    const value = valueOf(cell), number = numberOf(value), other = numberOf(wanted.replace(/%$/, ""));
    const [low, high, ...more] = wanted.split("..");
    const ends = [low === "" ? -Infinity : numberOf(low), high === "" ? Infinity : numberOf(high ?? "x")];
    if (more.length === 0 && !ends.some(Number.isNaN)) return number >= ends[0] && number <= ends[1];
    if (shownText(cell).toLowerCase() === wanted) return true;
    return Number.isNaN(number) || Number.isNaN(other) ? value.toLowerCase() === wanted : number === other;
  };

  /** Whether a cell meets `sign choices`, of which any one will do. */
  const meets = (cell, sign, choices) => {
    if (sign === "=") return choices.some((wanted) => isOne(cell, wanted));
    if (sign === "!=") return !choices.some((wanted) => isOne(cell, wanted));
    return ORDERS[sign](numberOf(valueOf(cell)), numberOf(choices[0].replace(/%$/, "")));
  };

  /** The place of a column that is named as in its title or on the command line ('model.dropout'), or -1. */
  const columnOf = (titles, name) => {
    const wanted = squeezed(name), same = titles.findIndex((title) => squeezed(title) === wanted);
    return same >= 0 ? same : titles.findIndex((title) => wanted.endsWith(`.${squeezed(title)}`) || squeezed(title).endsWith(`.${wanted}`));
  };

  const escaped = (text) => text.replace(/[^\w\s]/g, "\\$&");
  const KEPT = String.raw`"[^"]*"|\[[^\]]*\]`; // what is quoted or in brackets stays as it is

  /** What was typed, with a title before a sign in one word ('test skill % > 9' is 'testskill>9'), as 'a=1', 'b=2,3'. */
  const partsOf = (typed, titles) => {
    const outside = (pattern, change) => (text) => text.replace(new RegExp(`${KEPT}|${pattern}`, "g"), change);
    const titled = titles.filter((title) => /[^\w.]/.test(title)).sort((one, other) => other.length - one.length)
      .map((title) => title.toLowerCase().replace(/\s*%$/, "").split(/\s+/).map(escaped).join("\\s+"));
    const changes = [
      outside(String.raw`\s*(<=|>=|!=|=|<|>)\s*`, (all, sign) => sign ?? all),
      outside(String.raw`\s*,\s*|\s+%`, (all) => ([",", "%"].includes(all.trim()) ? all.trim() : all)),
      titled.length ? outside(`(?<![\\w.])(?:${titled.join("|")})\\s*%?(?=[<>=!])`, (all) => (/^["[]/.test(all) ? all : squeezed(all))) : (text) => text,
    ];
    const plain = changes.reduce((text, change) => change(text), typed.toLowerCase().trim());
    return plain.match(new RegExp(`(?:${KEPT}|[^\\s])+`, "g")) ?? [];
  };

  /** What was typed as tests of a row, and a sentence about what is no column. */
  const conditions = (typed, titles, named) => {
    const tests = [], found = [];
    for (const part of partsOf(typed, titles)) {
      let last = null; // 'units=2,4': what follows a comma and is no condition is another choice
      for (const piece of part.match(new RegExp(`(?:${KEPT}|[^,])+`, "g")) ?? []) {
        const [, name, sign, wanted] = piece.match(/^([^<>=!]+)(<=|>=|!=|=|<|>)(.*)$/) ?? [];
        const bare = (wanted ?? piece).replaceAll('"', "");
        if (name === undefined && last !== null) { last.choices.push(bare); continue; }
        if (name === undefined) { tests.push((row) => namesOf(row, named).includes(bare)); continue; }
        const place = columnOf(titles, name);
        if (place < 0) return { tests, problem: `There is no column ${name}: the columns are ${titles.filter(Boolean).join(", ")}.` };
        const condition = { place, sign, choices: bare === "" ? [] : [bare] };
        found.push(condition);
        last = sign === "=" || sign === "!=" ? condition : null;
      }
    }
    const whole = found.filter(({ choices }) => choices.length > 0);
    return { tests: [...tests, ...whole.map(({ place, sign, choices }) => (row) => meets(row.cells[place], sign, choices))], problem: "" };
  };

  /** What a word is looked for in: the trial, its settings and its marks, and not its scores. */
  const namesOf = (row, named) => {
    const cells = [...row.cells].slice(0, named), marks = [...row.querySelectorAll(".mark")];
    const texts = [...cells.flatMap((cell) => [shownText(cell), cell.title]), ...marks.map((mark) => mark.textContent)];
    return texts.join(" ").replace(/\s+/g, " ").toLowerCase();
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
      if (low !== high) return `${titles[place]}=${low}..${high}`;
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
    const hint = made("span", { className: "hint", textContent: "A word of a trial, its settings or marks, or conditions such as " });
    examples.forEach((each, place) => hint.append(place ? ", " : "", made("code", { textContent: each })));
    hint.append("; several mean all of them, a comma (2,4) either, 5.. from 5 on.");
    table.parentElement.before(made("div", { className: "filter" }, made("label", {}, "Show only ", input), hint, status));
    table.parentElement.after(more);

    const show = () => {
      const { tests, problem } = conditions(input.value, titles, Number(table.dataset.named));
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
