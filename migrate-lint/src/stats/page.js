for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const key = (row, index) => row.cells[index].dataset.key ?? row.cells[index].textContent;
  table.querySelectorAll("thead th").forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") === "descending";
      for (const other of table.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...body.rows].sort((a, b) =>
        key(a, index).localeCompare(key(b, index), undefined, { numeric: true }));
      body.replaceChildren(...(up ? rows : rows.reverse()));
    });
  });
  const field = document.querySelector(`input[data-of="${table.id}"]`);
  const status = field.parentElement.querySelector("[role=status]");
  field.parentElement.hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of body.rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    status.textContent = field.value ? `${shown} of ${body.rows.length}` : "";
  });
}
