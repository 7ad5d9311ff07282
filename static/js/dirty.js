// Asks before a page with unsent text is left. Only forms marked data-guard take part.

let unsent = null;

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-guard]")) unsent = form;
});
document.addEventListener("submit", () => { unsent = null; });
document.addEventListener("htmx:after:swap", () => { if (!unsent?.isConnected) unsent = null; });

addEventListener("beforeunload", (event) => {
  if (unsent?.isConnected) event.preventDefault();
});
