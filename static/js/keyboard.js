// Single keys: / search, c raise, g then a letter to go, j and k through rows, ? the list.
// Where they lead stands in the page (data-key on its links), so a sub-path needs no care here.
// WCAG 2.1.4: they can be switched off, in the dialog; the choice stays in this browser.

const STORE = "single-keys";
const WAIT_FOR_LETTER = 1500; // milliseconds after g
let goUntil = 0;

function enabled() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true; // storage refused: the keys still work, only the choice is not kept
  }
}

const typing = (target) =>
  target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

function follow(key) {
  const link = document.querySelector(`a[data-key="${CSS.escape(key)}"]`);
  link?.click();
  return Boolean(link);
}

function focusSearch() {
  const search = document.querySelector("input[type=search][name=q]");
  search?.focus();
  search?.select();
  return Boolean(search);
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  if (!rows.length) return false;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by;
  const row = rows[Math.min(Math.max(next, 0), rows.length - 1)];
  const target = row.matches("a, button") ? row : row.querySelector("a, button") || row;
  if (target === row && !row.matches("a, button")) row.tabIndex = -1;
  target.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function openList() {
  const dialog = document.getElementById("keyboard-list");
  dialog?.showModal();
  return Boolean(dialog);
}

function act(key) {
  if (Date.now() < goUntil) {
    goUntil = 0;
    return follow(`g ${key}`);
  }
  switch (key) {
    case "/": return focusSearch();
    case "?": return openList();
    case "j": return step(1);
    case "k": return step(-1);
    case "g": goUntil = Date.now() + WAIT_FOR_LETTER; return true;
    default: return follow(key);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.isComposing || event.key.length !== 1 || !enabled()) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (act(event.key)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.openDialog);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-single-keys]")) return;
  try {
    localStorage.setItem(STORE, event.target.checked ? "on" : "off");
  } catch {
    event.target.checked = true;
  }
});

for (const box of document.querySelectorAll("[data-single-keys]")) box.checked = enabled();
