// Live fragments: asked for again every few seconds, less often while they fail, never in a hidden tab.
(() => {
  const EVERY_MS = 3000, SLOWEST_MS = 60000;
  const live = document.querySelector("[data-live]");
  if (!live || !window.htmx) return;
  let pause = EVERY_MS, timer = 0;
  const again = () => { clearTimeout(timer); timer = setTimeout(ask, pause); };
  const ask = () => {
    const open = live.querySelector("details[open]") || live.contains(document.activeElement);
    if (document.hidden || open) { again(); return; }
    live.dispatchEvent(new Event("refresh"));
    pause = Math.min(pause * 2, SLOWEST_MS);
    again();
  };
  live.addEventListener("htmx:after:swap", () => { pause = EVERY_MS; again(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { pause = EVERY_MS; ask(); } });
  again();
})();

// A menu closes when one clicks beside it or presses Escape.
(() => {
  const close = (except) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== except) menu.open = false;
  };
  document.addEventListener("click", (event) => close(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("details.menu[open]");
    if (event.key === "Escape" && menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });
})();
