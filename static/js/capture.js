// Who types on after Enter, before the answer has come, loses nothing: the answer brings a fresh
// line, and what was typed meanwhile goes on in it. A second Enter meanwhile is dropped (hx-sync).

const line = () => document.getElementById("line");
let asked = null;

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.matches("form.capture")) asked = { ctx, sent: line().value, typed: "" };
});
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  if (asked?.ctx === ctx) asked.typed = line()?.value ?? "";
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (asked?.ctx !== ctx) return;
  const { sent, typed } = asked;
  asked = null;
  if (line()) line().value += typed.startsWith(sent) ? typed.slice(sent.length) : typed;
});
