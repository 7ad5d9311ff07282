// What every htmx request has in common: the token, and an honest answer when something fails.

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;

function say(words) {
  const messages = document.getElementById("messages");
  if (messages.textContent === words) return; // said once is enough for those who hear it
  const line = document.createElement("p");
  line.className = "message error";
  line.textContent = words;
  messages.replaceChildren(line);
  line.scrollIntoView({ block: "nearest" });
}

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (!["GET", "HEAD"].includes(request.method)) request.headers["X-CSRFToken"] = meta("csrf-token");
});

// An error page is a whole document and must not land inside a row. A refusal (4xx) is shown as
// the page it is: it may hold what was typed. After a failure of the server (5xx) the page stays.
document.addEventListener("htmx:response:error", (event) => {
  const { ctx } = event.detail;
  const messages = document.getElementById("messages");
  if (ctx.response.status >= 500) {
    ctx.swap = "none";
    ctx.text = "";
    say(messages.dataset.failed);
  } else if (/^\s*<!doctype html/i.test(ctx.text)) {
    ctx.target = document.body;
    ctx.swap = "innerHTML show:window:top";
    ctx.select = null;
  }
});

document.addEventListener("htmx:error", (event) => {
  const messages = document.getElementById("messages");
  if (event.detail.error instanceof TypeError && !event.detail.ctx?.response) {
    say(messages.dataset.offline);
  }
});
