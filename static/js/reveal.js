// Shows a password as text while its box is ticked. Never while it is sent: browsers would keep it
// among the texts that they suggest.

for (const box of document.querySelectorAll("[data-reveals]")) {
  const field = document.getElementById(box.dataset.reveals);
  const show = () => { field.type = box.checked ? "text" : "password"; };
  box.closest("[hidden]").hidden = false;
  box.addEventListener("change", show);
  field.form.addEventListener("submit", () => { field.type = "password"; });
  addEventListener("pageshow", show);
}
