// The pages of course staff: confirmations are dialogs, running parts are refreshed, files can be dropped, a form is sent
// once, and unsaved changes are not lost by mistake.
import "./menu.js";

const region = document.querySelector("[data-live-region]");
const trusted = globalThis.trustedTypes?.createPolicy("certificates", { createHTML: (html) => html });
const WAITS = [1, 2, 4, 8, 10];
// The focus moves, and what a person is reading does not.
const IN_PLACE = { preventScroll: true };

// A page of our own server: its document, and the address after all redirects. An answer that is no page is API
// Gateway's: the function could not be reached, or had to end.
async function fetched(address, options) {
  const answer = await request(address, { ...options, headers: { accept: "text/html" } });
  if (!answer.headers.get("content-type")?.startsWith("text/html")) throw new Error("no page");
  const html = await answer.text();
  const page = new DOMParser().parseFromString(trusted ? trusted.createHTML(html) : html, "text/html");
  return { page, address: answer.url, ok: answer.ok };
}

// If the session has ended meanwhile, this page says so and does not change: no typed value is lost.
class SignedOut extends Error {}

async function request(address, options) {
  const answer = await fetch(address, options);
  const out = answer.status === 401;
  document.querySelector("[data-signed-out]")?.toggleAttribute("hidden", !out);
  document.querySelector("[data-no-answer]")?.toggleAttribute("hidden", true);
  if (out) throw new SignedOut();
  return answer;
}

function sent(form) {
  return { method: "POST", body: new URLSearchParams(new FormData(form)) };
}

// The answer is another page: a refusal, or a page that says that the session has ended. Its message may be far above
// the pressed button: the focus brings it into view.
function show(page) {
  const main = page.querySelector("main");
  document.querySelector("main").replaceWith(main);
  const said = main.querySelector("[role=alert]:not([hidden])") ?? main.querySelector("h1");
  said.tabIndex = -1;
  said.focus();
  region.textContent = said.textContent;
  ready();
  follow(main, location.href);
}

const lives = (inside) => [...inside.querySelectorAll("[data-live]")];
const isRunning = (part) => part?.dataset.live === "running";

// A running part has data-live. The page fetches it again after 1, 2, 4, 8, then every 10 seconds, but not while the page
// is hidden. At the end, screen readers get its heading; a list has its sentence in data-ended.
function follow(inside, address, asked = 0) {
  if (!lives(inside).some(isRunning)) return;
  setTimeout(async () => {
    if (!inside.isConnected || (inside.matches("dialog") && !inside.open)) return;
    if (!document.hidden) await look(inside, address);
    follow(inside.matches("dialog") ? inside : document.querySelector("main"), address, asked + !document.hidden);
  }, WAITS[Math.min(asked, WAITS.length - 1)] * 1000);
}

async function look(inside, address) {
  try {
    const { page, ok } = await fetched(address);
    if (!ok) return;
    const old = lives(inside), fresh = lives(page), place = old.findIndex(isRunning), last = old[place];
    if (inside.matches("dialog")) {
      fresh[place].querySelector("h2").id = "asked";
      refresh(last, fresh[place]);
    } else if (old.map(isRunning).join() === fresh.map(isRunning).join()) {
      old.forEach((part, number) => refresh(part, fresh[number]));
    } else {
      renew(page);
    }
    if (isRunning(fresh[place])) return;
    region.textContent = last.dataset.ended ?? fresh[place].querySelector("h2").textContent;
    fresh[place]?.querySelector("[data-keep]")?.focus(IN_PLACE);
  } catch { /* tried again later */ }
}

// Something has begun or ended, so the lists and forms around it have changed too. Typed and chosen values there stay.
function renew(page) {
  const main = document.querySelector("main");
  const fresh = page.querySelector("main");
  const typed = filledIn(main);
  const [focused, number] = [document.activeElement, alike(main, document.activeElement).indexOf(document.activeElement)];
  main.replaceWith(fresh);
  for (const { place, checked, value } of typed) {
    const field = fresh.querySelector(place);
    if (!field) continue;
    if (field.matches("[type=checkbox], [type=radio]")) field.checked = checked; else field.value = value;
  }
  if (number >= 0) (alike(fresh, focused)[number] ?? fresh).focus(IN_PLACE);
  ready();
}

// The elements like this one that can have the focus.
function alike(inside, element) {
  const same = (other) => ["localName", "id", "name", "value", "textContent"].every((part) => other[part] === element[part]);
  return [...inside.querySelectorAll("a, button, input, select, summary, textarea")].filter(same);
}

// The fields with another value than when the page was loaded.
function filledIn(inside) {
  const named = [...inside.querySelectorAll("form [name]:not([type=hidden], [type=file], button)")];
  const differs = (field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  return named.filter(differs).map((field) => ({
    place: field.id ? `#${CSS.escape(field.id)}` : `[name="${field.name}"][value="${CSS.escape(field.value)}"]`,
    checked: field.checked,
    value: field.value,
  }));
}

// The focus stays, and opened details stay open.
function refresh(old, fresh) {
  const focusable = (part) => [...part.querySelectorAll("a, button, input, summary")];
  const held = focusable(old).indexOf(document.activeElement);
  const open = [...old.querySelectorAll("details")].some((details) => details.open);
  if (open) for (const details of fresh.querySelectorAll("details")) details.open = true;
  old.replaceWith(fresh);
  if (held >= 0) focusable(fresh)[held]?.focus(IN_PLACE);
}

// A link or form with data-ask leads to a page with a question. Its sheet is shown as a dialog over this page.
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
    dialog.addEventListener("close", async () => {
      dialog.remove();
      (asker.matches("a") ? asker : asker.querySelector("button:not([hidden])")).focus();
      // The dialog began a job, which the page does not show yet.
      if (dialog.querySelector("[data-live]")) await fetched(location.href).then(({ page, ok }) => {
        if (!ok) return;
        renew(page);
        follow(document.querySelector("main"), location.href);
      }).catch(() => {});
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("[data-keep]")?.focus(IN_PLACE);
    // A dialog that is taller than a phone begins with its title.
    dialog.scrollTop = 0;
    follow(dialog, at);
  } catch (error) {
    if (error instanceof SignedOut) return;
    const said = document.querySelector("[data-no-answer]");
    said.hidden = false;
    region.textContent = said.textContent;
  } finally {
    asker.removeAttribute("aria-busy");
    delete asker.dataset.sent;
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-discards]")) forget();
  const link = event.target.closest("a[data-ask]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.getAttribute("aria-busy") !== "true") ask(link.href, {}, link);
});

// Copies a value that is shown only once. The button is shown if a script can copy.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  await navigator.clipboard.writeText(field.value);
  button.querySelector("span").textContent = button.dataset.done;
  region.textContent = button.dataset.done;
});

// A form is sent once: a second press does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.target === "_blank" || event.submitter?.formTarget === "_blank") return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  if (form.closest("dialog")) forget();
  if (!form.matches("[data-ask]")) return;
  event.preventDefault();
  // `form.action` would be the field of that name.
  ask(form.getAttribute("action"), sent(form), form);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A file that is empty, too large or one of several is refused here: the bucket would answer with a page of its own, and
// the gateway refuses a long form.
function unfit(input, files) {
  if (files.length > 1) return input.form.dataset.several;
  const [file] = files;
  if (!file || !input.dataset.most) return "";
  return file.size === 0 ? input.dataset.empty : file.size > input.dataset.most ? input.dataset.larger : "";
}

function tell(input, message) {
  input.closest(".chooser").parentElement.querySelector("[data-message]").textContent = message;
  region.textContent = message;
}

// Before all others hear of the file.
document.addEventListener("input", ({ target }) => {
  if (!target.matches("input[type=file][data-most]")) return;
  const message = unfit(target, target.files);
  if (message) target.value = "";
  tell(target, message);
}, true);

// A dropped or chosen file goes to the bucket at once: the form for the upload is fetched first.
async function send(drop, files) {
  const input = drop.querySelector("input[type=file]");
  if (!files.length) return;
  const message = unfit(input, files);
  tell(input, message);
  if (message) return;
  drop.setAttribute("aria-busy", "true");
  region.textContent = drop.dataset.busy;
  let page;
  try {
    const asked = sent(drop);
    asked.body.set("file_name", files[0].name);
    ({ page } = await fetched(drop.getAttribute("action"), asked));
  } catch (error) {
    drop.removeAttribute("aria-busy");
    input.value = "";
    tell(input, error instanceof SignedOut ? "" : drop.dataset.lost);
    return;
  }
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
  drop.querySelector("[data-chooser]").hidden = false;
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

// A form with data-saved lists the unsaved changes, and warns before a person leaves with changes.
function guard(form) {
  const saved = JSON.parse(form.dataset.saved);
  const bar = form.querySelector("[data-save]");
  const shown = (values) => JSON.stringify(values.filter((value) => value instanceof File ? value.size : value));
  const note = () => {
    const now = new FormData(form);
    const changed = (fields) => [...fields].some(({ name }) =>
      name && shown(now.getAll(name)) !== shown(saved[name] ?? []));
    const rows = [...form.querySelectorAll("[data-row]")].filter((row) => {
      const is = changed(row.querySelectorAll("[name]"));
      row.querySelector(".mark").hidden = !is;
      return is;
    });
    const guarded = form.querySelectorAll("[name]:not([type=hidden], button)");
    form.toggleAttribute("data-changed", bar ? rows.length > 0 : changed(guarded));
    if (!bar) return;
    const count = rows.length;
    const text = (word) => count ? bar.dataset[word].replace("{}", count) : "";
    bar.querySelector("[data-message]").textContent = text("count") || bar.dataset.otherwise;
    bar.querySelector("[value=save]").textContent = text("verb") || bar.dataset.otherwiseVerb;
    bar.querySelector("[data-list]").textContent = rows.map((row) => row.querySelector("h3").textContent).join(" · ");
  };
  form.addEventListener("input", note);
  form.addEventListener("reset", () => setTimeout(note));
  note();
}

// The sample follows the form: it is drawn again after a pause in typing, one picture at a time.
function draw(figure) {
  const form = figure.closest("form");
  const caption = figure.querySelector("figcaption");
  const picture = figure.querySelector("img");
  let waits, drawing = 0;
  const again = async () => {
    const mine = ++drawing;
    caption.textContent = figure.dataset.busy;
    const sent = new FormData(form);
    sent.set("action", "picture");
    let message = figure.dataset.lost;
    try {
      const answer = await request(figure.dataset.sample, { method: "POST", body: sent });
      const drawn = answer.ok && answer.headers.get("content-type") === "image/png";
      const source = drawn ? await address(await answer.blob()) : undefined;
      if (mine !== drawing) return;
      if (drawn) picture.src = source;
      // A fault comes as a text.
      if (drawn) message = figure.dataset.drawn;
      else if (answer.headers.get("content-type")?.startsWith("text/plain")) message = await answer.text();
    } catch { /* the message below says so */ }
    if (mine === drawing) caption.textContent = message;
  };
  form.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(again, 800); });
}

// The button of a file field hides the browser's own text, which has the name of the file. So the name is shown here.
document.addEventListener("change", ({ target }) => {
  const chosen = target.closest(".chooser")?.parentElement.querySelector("[data-chosen]");
  if (chosen) chosen.textContent = target.files[0]?.name ?? "";
});

// A time is typed in UTC. Beside it is the same time in the zone of the run.
function showInZone(field) {
  const said = document.getElementById(`${field.id}-zoned`);
  if (!said) return;
  const language = document.documentElement.lang.replace(/^en$/, "en-GB");
  const shown = new Intl.DateTimeFormat(language, {
    year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false,
    timeZone: said.dataset.inZone, numberingSystem: "latn",
  });
  const moment = new Date(`${field.value}Z`);
  said.hidden = Number.isNaN(moment.getTime());
  if (!said.hidden) said.textContent = said.dataset.words.replace("{}", shown.format(moment));
}
document.addEventListener("input", ({ target }) => { if (target.matches("[type=datetime-local]")) showInZone(target); });

// Setting the date of a choice also selects the choice.
document.addEventListener("input", ({ target }) => {
  const choice = target.matches("input[type=datetime-local]")
    && target.closest("fieldset")?.querySelector(`input[type=radio][value="${target.dataset.chooses}"]`);
  if (choice && target.value) choice.checked = true;
});

function address(blob) {
  return new Promise((done) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result));
    reader.readAsDataURL(blob);
  });
}

// After an answer or *discard*, nothing is lost by mistake: no warning.
function forget() {
  for (const form of document.querySelectorAll("form[data-changed]")) form.removeAttribute("data-changed");
}

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-changed]:not([data-sent])")) event.preventDefault();
});

// A line of tabs or filters that is longer than a phone is scrolled to the current one.
function center(current) {
  const line = current.parentElement;
  const [own, around] = [current.getBoundingClientRect(), line.getBoundingClientRect()];
  line.scrollLeft += (own.left + own.right - around.left - around.right) / 2;
}

function ready() {
  for (const current of document.querySelectorAll(".tabs [aria-current], .filters [aria-current]")) center(current);
  for (const form of document.querySelectorAll("form[data-saved]")) guard(form);
  for (const figure of document.querySelectorAll("[data-sample]")) draw(figure);
  for (const drop of document.querySelectorAll("[data-drop]")) receive(drop);
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}
// The message about a form that succeeded is shown once: not after a reload, nor to a person who comes back. The bucket
// adds its own parameters to the address.
const here = new URL(location.href);
const once = ["done", "bucket", "key", "etag"].filter((name) => here.searchParams.has(name));
for (const name of once) here.searchParams.delete(name);
if (once.length) history.replaceState(history.state, "", here);
ready();
follow(document.querySelector("main"), location.href);

document.documentElement.dataset.script = "ready";
