// The pages of course staff: what is running is asked after, a file is dropped, a form is busy at once.
const region = document.querySelector("[data-live-region]");
const trusted = globalThis.trustedTypes?.createPolicy("certificates", { createHTML: (html) => html });
const WAITS = [1, 2, 4, 8, 10];

async function fetched(address, options) {
  const answer = await fetch(address, { ...options, headers: { accept: "text/html" } });
  const html = await answer.text();
  return new DOMParser().parseFromString(trusted ? trusted.createHTML(html) : html, "text/html");
}

// A part that is running says so with data-live: asked after 1, 2, 4, 8, then every 10 seconds, never while hidden.
let asked = 0;
function follow() {
  const part = document.querySelector("[data-live]");
  if (!part || part.dataset.live !== "running") return;
  setTimeout(async () => {
    if (!document.hidden) {
      asked += 1;
      try {
        const page = await fetched(location.href);
        const fresh = page.querySelector("[data-live]");
        if (fresh?.dataset.live === "running") {
          document.querySelector("[data-live]").replaceWith(fresh);
        } else if (fresh) {
          // It has ended: the lists around it are others now as well.
          document.querySelector("main").replaceWith(page.querySelector("main"));
          region.textContent = fresh.querySelector("h2")?.textContent ?? "";
          ready();
        }
      } catch { /* asked again */ }
    }
    follow();
  }, WAITS[Math.min(asked, WAITS.length - 1)] * 1000);
}
follow();

// A form is sent once: a second press does nothing.
document.addEventListener("submit", (event) => {
  if (event.target.target === "_blank") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A file that is dropped or chosen goes to the bucket at once: the form for it is asked for then.
async function send(drop, files) {
  if (!files.length) return;
  drop.setAttribute("aria-busy", "true");
  region.textContent = drop.dataset.busy;
  const page = await fetched(drop.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(drop)) });
  const form = page.querySelector("[data-presigned]");
  if (!form) { document.body.replaceWith(page.body); return; }
  const own = document.importNode(form, true);
  own.hidden = true;
  document.body.append(own);
  own.querySelector("input[type=file]").files = files;
  own.submit();
}
function ready() {
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  for (const drop of document.querySelectorAll("[data-drop]")) receive(drop);
}

function receive(drop) {
  const input = drop.querySelector("input[type=file]");
  input.hidden = false;
  drop.querySelector("[data-without]").hidden = true;
  input.addEventListener("change", () => send(drop, input.files));
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    send(drop, event.dataTransfer.files);
  });
}
ready();

document.documentElement.dataset.script = "ready";
