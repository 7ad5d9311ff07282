// The switch between light and dark. The server reads the cookie, so that no page flashes.
// Choosing what the system has anyway removes the cookie: the page follows the system again.

const systemDark = matchMedia("(prefers-color-scheme: dark)");
const current = () =>
  document.documentElement.dataset.theme || (systemDark.matches ? "dark" : "light");

function show() {
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", String(current() === "dark"));
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const chosen = current() === "dark" ? "light" : "dark";
  const followsSystem = chosen === (systemDark.matches ? "dark" : "light");
  if (followsSystem) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  const age = followsSystem ? 0 : 365 * 24 * 60 * 60;
  const secure = location.protocol === "https:";
  const name = secure ? "__Host-theme" : "theme";
  document.cookie = `${name}=${chosen}; path=/; max-age=${age}; samesite=lax${secure ? "; secure" : ""}`;
  show();
});

systemDark.addEventListener("change", show);
document.addEventListener("htmx:after:swap", show);
show();
