// Keeps a part of the page as fresh as the server has it, every 2 s while the page is visible:
//   <section id="live" data-poll="/meetings/7/room/live" data-revision="41">…</section>
// It asks with ?rev=41; 204 means that nothing changed, else the answer is the same section with
// its new revision. Morphing keeps focus and typed text. After a failure it asks ever more seldom;
// when the session has ended or the thing is gone it stops, and the page stays as it is. A redirect
// says that it goes on elsewhere, as a room does in its minutes: the page follows.

const EVERY = 2000; // milliseconds
const SELDOM = 30000;
let wait = EVERY;

async function refresh(part) {
  const url = new URL(part.dataset.poll, location.href);
  url.searchParams.set("rev", part.dataset.revision);
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, redirect: "manual" });
  if (answer.status === 200) {
    const text = await answer.text();
    await htmx.swap({ text, target: part, swap: "outerMorph", sourceElement: part });
  } else if (answer.status >= 500) {
    throw new Error(`${answer.status}`);
  } else if (answer.type === "opaqueredirect") {
    location.assign(part.dataset.poll);
  } else if (answer.status !== 204) {
    delete part.dataset.poll;
  }
}

async function round() {
  const part = document.querySelector("[data-poll]");
  if (part && document.visibilityState === "visible") {
    try {
      await refresh(part);
      wait = EVERY;
    } catch {
      wait = Math.min(wait * 2, SELDOM);
    }
  }
  setTimeout(round, wait);
}

setTimeout(round, EVERY);
