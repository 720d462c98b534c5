(() => {
  const player = document.querySelector("audio");
  if (!player) return;

  const files = Array.from(document.querySelectorAll("[data-start]"), (link) => ({
    address: link.href.split("#")[0],
    start: Number(link.dataset.start),
    end: Number(link.dataset.end),
    offset: Number(link.dataset.offset),
  }));
  const turns = document.querySelectorAll("[data-from]");

  const play = (file, at) => {
    if (player.src !== file.address) player.src = file.address;
    player.currentTime = (at - file.start + file.offset) / 1000;
    player.play().catch(() => {}); // a second click interrupts the first
  };

  const heard = () => {
    const at = player.currentTime * 1000;
    const holds = (file) => file.offset <= at && at < file.offset + file.end - file.start;
    const file = files.find((each) => each.address === player.src && holds(each));
    return file ? at - file.offset + file.start : NaN;
  };

  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-at]");
    if (!mark || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (mark.localName === "span" && !getSelection().isCollapsed) return; // words are being marked, not played
    const at = Number(mark.dataset.at);
    const file = files.find((each) => each.start <= at && at < each.end);
    if (!file) return;
    event.preventDefault();
    play(file, at);
  });

  player.addEventListener("ended", () => {
    const next = files[files.findLastIndex((each) => each.address === player.src) + 1];
    if (next) play(next, next.start);
  });

  player.addEventListener("timeupdate", () => {
    const now = heard();
    for (const turn of turns) {
      turn.classList.toggle("heard", Number(turn.dataset.from) <= now && now < Number(turn.dataset.to));
    }
  });
})();
