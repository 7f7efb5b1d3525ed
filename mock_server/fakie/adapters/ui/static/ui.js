// What these pages do beyond what they do without a script: they look again when something is new, and copy.
const state = document.getElementById("state");
const pause = document.getElementById("pause");
const LEAST_MS = 700; // between two looks, however much is new
const RUNNING_MS = 2000; // tasks go on by themselves, which no event tells
const GONE_MS = 6000; // without an answer; shorter than that is a browser that comes again

let paused = false;
let looking = false;
let wanted = false;
let lastLook = 0;
let gone = 0;

const show = (words, kind = "") => {
  if (state.textContent !== words) state.textContent = words;
  state.className = kind;
};

/** Put the new parts in the place of the old ones, with the focus and what was opened as they were. */
const replace = (fresh) => {
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    if (!now || now.isEqualNode(old)) continue;
    const known = new Set([...old.querySelectorAll("tr a[id]")].map((one) => one.id));
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    const scrolled = old.querySelector(".scroll")?.scrollLeft;
    if (old.contains(document.activeElement) && !focused) continue; // somebody is about to press a button
    old.replaceWith(now);
    if (known.size) for (const link of now.querySelectorAll("tr a[id]")) if (!known.has(link.id)) link.closest("tr").classList.add("new");
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    if (scrolled) now.querySelector(".scroll").scrollLeft = scrolled;
  }
};

/** Show that what the page is about is gone, or that it is there again; else put in what is new. */
const showAnew = (fresh, found) => {
  if (found && document.querySelector("[data-live]")) { replace(fresh); return; }
  const [old, now] = [document, fresh].map((page) => page.querySelector("main"));
  if (!old.isEqualNode(now)) old.replaceWith(now);
};

const look = async () => {
  if (paused || document.hidden) { wanted = true; return; }
  if (looking) { wanted = true; return; }
  looking = true;
  wanted = false;
  await new Promise((done) => setTimeout(done, Math.max(0, lastLook + LEAST_MS - Date.now())));
  lastLook = Date.now();
  try {
    const url = new URL(location.href);
    url.searchParams.delete("notice");
    const answer = await fetch(url, { credentials: "same-origin" });
    if (answer.ok || answer.status === 404) showAnew(new DOMParser().parseFromString(await answer.text(), "text/html"), answer.ok);
    else if (answer.status === 401) { source.close(); show("Signed out: load the page again", "gone"); }
  } catch { /* the events tell that the fake is gone */ }
  looking = false;
  if (wanted) look();
};

let source = { close() {} };
const watch = () => {
  source = new EventSource(`${document.body.dataset.events}?seen=${encodeURIComponent(document.body.dataset.seen)}`);
  source.onopen = () => { clearTimeout(gone); gone = 0; if (!paused) show("Live", "live"); };
  source.addEventListener("news", look);
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) { show("Not live: load the page again", "gone"); return; }
    gone ||= setTimeout(() => show("The fake does not answer", "gone"), GONE_MS);
  };
};

if (pause && document.querySelector("[data-live]")) {
  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    show(paused ? "Paused" : "Live", paused ? "" : "live");
    if (!paused) look();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && wanted) look(); });
  setInterval(() => { if (document.querySelector("[data-running]")) look(); }, RUNNING_MS);
  watch();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text); // only a page by https or of this machine may write there
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}
