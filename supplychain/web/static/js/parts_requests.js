// Adds and removes lines in place and shows the pieces in all; the form works without it.
const lines = document.querySelector("[data-lines]");
const total = document.querySelector("[data-total]");
const more = document.querySelector("[data-more]");

const rows = () => [...lines.querySelectorAll("[data-line]")];

// Full-width digits and grouping commas count as they do on the server.
const quantity = (text) => {
  const plain = text.normalize("NFKC").replace(/[,\s]/g, "");
  return /^\d{1,12}(\.\d{1,3})?$/.test(plain) ? Number(plain) : 0;
};

function count() {
  const asked = rows().filter((row) => [...row.querySelectorAll("input:not([type=hidden])")].some((field) => field.value.trim()));
  const counted = asked.filter((row) => ["", "H87"].includes(row.querySelector("[name$='-uom']").value));
  const pieces = counted.reduce((sum, row) => sum + quantity(row.querySelector("[name$='-quantity']").value), 0);
  total.textContent = asked.length
    ? total.dataset.text.replace("##", pieces.toLocaleString()).replace("#", String(asked.length))
    : "";
}

function renumber() {
  rows().forEach((row, at) => {
    row.querySelector("[data-legend]").textContent = lines.dataset.legendText.replace("#", String(at + 1));
    for (const element of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replace(/lines-\d+-/g, `lines-${at}-`));
      }
    }
  });
  more.disabled = rows().length >= Number(lines.dataset.most);
  count();
}

function addRemove(row) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-outline-secondary remove";
  button.textContent = lines.dataset.removeText;
  button.addEventListener("click", () => {
    if (rows().length > 1) row.remove();
    else {
      for (const field of row.querySelectorAll("input")) field.value = "";
      for (const choice of row.querySelectorAll("select")) choice.selectedIndex = 0;
    }
    renumber();
    more.focus();
  });
  row.append(button);
}

function addLine(event) {
  event.preventDefault();
  const row = rows().at(-1).cloneNode(true);
  for (const field of row.querySelectorAll("input")) {
    field.value = "";
    field.classList.remove("is-invalid");
    field.removeAttribute("aria-invalid");
  }
  for (const choice of row.querySelectorAll("select")) choice.selectedIndex = 0;
  for (const more of row.querySelectorAll("details")) more.open = false;
  for (const element of row.querySelectorAll(".invalid-feedback, .remove")) element.remove();
  addRemove(row);
  lines.append(row);
  renumber();
  row.querySelector("input:not([type=hidden])").focus();
}

if (lines) {
  rows().forEach(addRemove);
  more.addEventListener("click", addLine);
  lines.addEventListener("input", count);
  count();
}
