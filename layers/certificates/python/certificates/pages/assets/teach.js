// The pages of course staff: what is asked once more is asked in a dialog, what is running is asked after, a file is
// dropped, a form is sent once.
const region = document.querySelector("[data-live-region]");
const trusted = globalThis.trustedTypes?.createPolicy("certificates", { createHTML: (html) => html });
const WAITS = [1, 2, 4, 8, 10];

// A page of our own server: its document, and the address that it came from in the end.
async function fetched(address, options) {
  const answer = await fetch(address, { ...options, headers: { accept: "text/html" } });
  const html = await answer.text();
  const page = new DOMParser().parseFromString(trusted ? trusted.createHTML(html) : html, "text/html");
  return { page, address: answer.url };
}

function sent(form) {
  return { method: "POST", body: new URLSearchParams(new FormData(form)) };
}

// Another page has come in the place of this one: a refusal, or that one is signed out.
function show(page) {
  document.querySelector("main").replaceWith(page.querySelector("main"));
  region.textContent = document.querySelector("main [role=alert], main h1").textContent;
  ready();
}

// A part that is running says so with data-live: asked after 1, 2, 4, 8, then every 10 seconds, never while hidden.
function follow(inside, address, asked = 0) {
  if (inside.querySelector("[data-live]")?.dataset.live !== "running") return;
  setTimeout(async () => {
    if (!inside.isConnected || (inside.matches("dialog") && !inside.open)) return;
    if (!document.hidden) await look(inside, address);
    follow(inside.matches("dialog") ? inside : document.querySelector("main"), address, asked + !document.hidden);
  }, WAITS[Math.min(asked, WAITS.length - 1)] * 1000);
}

async function look(inside, address) {
  try {
    const { page } = await fetched(address);
    const fresh = page.querySelector("[data-live]");
    if (!fresh) return;
    fresh.querySelector("h2").id = "asked";
    if (fresh.dataset.live === "running" || inside.matches("dialog")) {
      inside.querySelector("[data-live]").replaceWith(fresh);
    } else {
      // It has ended: the lists around it are others now as well.
      inside.replaceWith(page.querySelector("main"));
      ready();
    }
    if (fresh.dataset.live !== "running") {
      region.textContent = fresh.querySelector("h2").textContent;
      fresh.querySelector("[data-keep]")?.focus();
    }
  } catch { /* asked again */ }
}

// A link or form with data-ask leads to a page that asks once more. Its sheet is shown as a dialog over this page.
async function ask(address, options, asker) {
  asker.setAttribute("aria-busy", "true");
  try {
    const { page, address: at } = await fetched(address, options);
    const sheet = page.querySelector("[data-sheet]");
    if (!sheet) { show(page); return; }
    const dialog = document.createElement("dialog");
    sheet.querySelector("h2").id = "asked";
    dialog.setAttribute("aria-labelledby", "asked");
    dialog.append(sheet);
    dialog.addEventListener("click", (event) => {
      if (!event.target.closest("[data-keep]")) return;
      event.preventDefault();
      dialog.close();
    });
    dialog.addEventListener("close", () => { dialog.remove(); asker.querySelector("button")?.focus(); });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("[data-keep]")?.focus();
    follow(dialog, at);
  } catch {
    // No answer came: the page that asks is opened as without a script.
    if (asker.matches("form")) asker.submit(); else location.assign(address);
  } finally {
    asker.removeAttribute("aria-busy");
    delete asker.dataset.sent;
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-ask]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.getAttribute("aria-busy") !== "true") ask(link.href, {}, link);
});

// A form is sent once: a second press does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.target === "_blank" || event.submitter?.formTarget === "_blank") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  if (!form.matches("[data-ask]")) return;
  event.preventDefault();
  // `form.action` would be the field of that name.
  ask(form.getAttribute("action"), sent(form), form);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A file that is dropped or chosen goes to the bucket at once: the form for it is asked for then.
async function send(drop, files) {
  if (!files.length) return;
  drop.setAttribute("aria-busy", "true");
  region.textContent = drop.dataset.busy;
  const { page } = await fetched(drop.getAttribute("action"), sent(drop));
  const form = page.querySelector("[data-presigned]");
  if (!form) { show(page); return; }
  const own = document.importNode(form, true);
  own.hidden = true;
  document.body.append(own);
  own.querySelector("input[type=file]").files = files;
  own.submit();
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

function ready() {
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  for (const drop of document.querySelectorAll("[data-drop]")) receive(drop);
}
ready();
follow(document.querySelector("main"), location.href);

document.documentElement.dataset.script = "ready";
