"use strict";
(() => {
  /** Order of two keys: numbers by size, words by alphabet. */
  const order = (one, other) => (isNaN(one) || isNaN(other) ? one.localeCompare(other, "en", { numeric: true }) : one - other);

  /** Sort by a column, the other way round if it is sorted by it; rows without a key stay last. */
  const sort = (heading) => {
    const table = heading.closest("table");
    const descending = heading.getAttribute("aria-sort") === "ascending";
    const key = (row) => row.cells[heading.cellIndex].dataset.key;
    const rows = [...table.tBodies[0].rows];
    const keyed = rows.filter((row) => key(row) !== undefined).sort((one, other) => order(key(one), key(other)));
    if (descending) keyed.reverse();
    table.tBodies[0].append(...keyed, ...rows.filter((row) => key(row) === undefined));
    table.querySelectorAll("[aria-sort]").forEach((each) => each.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  };

  for (const heading of document.querySelectorAll(".sortable thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(heading));
    heading.append(button);
  }
  document.documentElement.dataset.ready = "true";
})();
