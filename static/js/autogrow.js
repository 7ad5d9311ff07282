// Text areas grow with their text where the browser does not know `field-sizing: content`.

if (!CSS.supports("field-sizing", "content")) {
  const grow = (area) => {
    area.style.blockSize = "auto";
    area.style.blockSize = `${area.scrollHeight + 2}px`;
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) grow(event.target);
  });
  for (const area of document.querySelectorAll("textarea")) if (area.value) grow(area);
}
