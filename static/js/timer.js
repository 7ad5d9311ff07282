// The clock of the item being talked about. The page says how many seconds it has run
// (data-seconds, data-planned); from there it counts on until the room is swapped.

const two = (number) => String(number).padStart(2, "0");
let shown = null;
let from = 0;

function tick() {
  const timer = document.querySelector(".timer[data-seconds]");
  if (!timer) return;
  if (timer !== shown || timer.dataset.seconds !== timer.dataset.counted) {
    shown = timer;
    timer.dataset.counted = timer.dataset.seconds;
    from = Date.now() - Number(timer.dataset.seconds) * 1000;
  }
  const seconds = Math.max(0, Math.floor((Date.now() - from) / 1000));
  timer.querySelector("b").textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  timer.classList.toggle("over", seconds > Number(timer.dataset.planned));
}

setInterval(tick, 1000);
