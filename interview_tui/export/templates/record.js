(() => {
  const player = document.querySelector("audio");
  if (!player) return;

  const pieces = Array.from(document.querySelectorAll("[data-start]"), (link) => ({
    address: link.href.split("#")[0], // of audio inside the page the page's own
    start: Number(link.dataset.start),
    end: Number(link.dataset.end),
    offset: Number(link.dataset.offset),
    length: Number(link.dataset.length),
  }));
  const turns = Array.from(document.querySelectorAll("[data-from]"), (turn) => ({
    turn,
    from: Number(turn.dataset.from),
    to: Number(turn.dataset.to),
  }));
  const EDGE = 50; // ms: players round
  let loaded = pieces[0].address;
  let shown = [];

  const play = (piece, at) => {
    if (loaded !== piece.address) player.src = loaded = piece.address;
    player.currentTime = (piece.offset + ((at - piece.start) * piece.length) / (piece.end - piece.start)) / 1000;
    player.play().catch(() => {}); // a second click interrupts the first
  };

  const heard = (place) => {
    const here = pieces.filter((each) => each.address === loaded);
    const piece = here.find((each) => each.offset <= place && place < each.offset + each.length);
    return piece ? piece.start + ((place - piece.offset) * (piece.end - piece.start)) / piece.length : NaN;
  };

  // Where the player stands in what lies in the file and is not part of the record, it goes on behind that.
  const leap = (place) => {
    const here = pieces.filter((each) => each.address === loaded);
    if (here.some((each) => each.offset - EDGE <= place && place <= each.offset + each.length + EDGE)) return;
    const next = here.find((each) => each.offset > place);
    if (next) player.currentTime = next.offset / 1000;
    else player.pause();
  };

  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-at]");
    if (!mark || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (mark.localName === "span" && !getSelection().isCollapsed) return; // words are being marked, not played
    const at = Number(mark.dataset.at);
    const piece = pieces.find((each) => each.start <= at && at < each.end);
    if (!piece) return;
    event.preventDefault();
    play(piece, at);
  });

  player.addEventListener("ended", () => {
    const next = pieces[pieces.findLastIndex((each) => each.address === loaded) + 1];
    if (next) play(next, next.start);
  });

  const follow = () => {
    const place = player.currentTime * 1000;
    const now = heard(place);
    const spoken = turns.filter((each) => each.from <= now && now < each.to).map((each) => each.turn);
    for (const turn of shown) if (!spoken.includes(turn)) turn.classList.remove("heard");
    for (const turn of spoken) turn.classList.add("heard");
    shown = spoken;
    leap(place);
  };
  player.addEventListener("timeupdate", follow);
  player.addEventListener("seeked", follow);
})();
