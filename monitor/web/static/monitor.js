// Everything works without this: it tells of news, prints, and moves by keyboard.
"use strict";
(() => {
  const live = document.body.dataset.live;
  const news = document.getElementById("news");
  if (live && news && window.EventSource) {
    let seen = null;
    const source = new EventSource(live);
    const hear = (told) => {
      if (seen !== null && told.data !== seen && Number(told.data) > Number(seen)) news.hidden = false;
      if (seen === null) seen = told.data;
    };
    source.addEventListener("hello", hear);
    source.addEventListener("news", hear);
    window.addEventListener("pagehide", () => source.close());
  }

  const here = document.querySelector(".pages [aria-current]");
  if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 16;

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // What is typed is explained while it is typed; an address is only asked when somebody says so.
  const form = document.querySelector("form[data-try]");
  if (form) {
    let wait = 0;
    let asked = 0;
    const explain = async () => {
      const typed = new URLSearchParams(new FormData(form));
      const text = (typed.get("text") || "").trim();
      if (!text || /^https?:\/\/\S+$/.test(text)) return;
      typed.set("action", "explain");
      const mine = ++asked;
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: typed }).catch(() => null);
      if (!answer || !answer.ok || mine !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const shown = page.getElementById("tried");
      if (shown && mine === asked) document.getElementById("tried").replaceChildren(...shown.childNodes);
    };
    form.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(explain, 400);
    });
  }

  // j and k go through the stories, Enter opens the one in focus as any link, / goes to the search.
  const links = () => [...document.querySelectorAll(".story h2 a, .results h3 a, .timeline h3 a")];
  document.addEventListener("keydown", (pressed) => {
    if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || pressed.isComposing) return;
    if (pressed.target.closest("input, textarea, select, [contenteditable]")) return;
    if (pressed.key === "/") {
      pressed.preventDefault();
      const field = document.getElementById("q");
      if (field) field.focus();
      else window.location.assign("/search");
    }
    if (pressed.key !== "j" && pressed.key !== "k") return;
    const all = links();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const next = pressed.key === "j" ? Math.min(at + 1, all.length - 1) : Math.max(at - 1, 0);
    all[next].focus();
    all[next].scrollIntoView({ block: "center" });
  });
})();
