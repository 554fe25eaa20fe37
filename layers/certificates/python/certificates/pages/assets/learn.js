// The progress page: sends a request without leaving the page, and shows the certificate in place of the button. If the
// server is busy, tries again after the time that the server names.
import "./menu.js";

const trusted = globalThis.trustedTypes?.createPolicy("certificates", { createHTML: (html) => html });
const SLOW = 5000;
const TRIES = 6;
const LONGEST_WAIT_SECONDS = 60;

function say(text) {
  document.querySelector("[data-live-region]").textContent = text;
}

function seconds(number) {
  return new Promise((done) => setTimeout(done, Math.min(number, LONGEST_WAIT_SECONDS) * 1000));
}

// HTML from our own server and the same address: our scripts insert no other HTML.
async function fetched(address, options) {
  const answer = await fetch(address, { ...options, headers: { accept: "text/html" } });
  // What is no page was not answered by us: the function could not be reached, or had to end.
  if (!answer.headers.get("content-type")?.startsWith("text/html")) throw new Error("no page");
  const html = await answer.text();
  const page = new DOMParser().parseFromString(trusted ? trusted.createHTML(html) : html, "text/html");
  return { page, after: answer.status === 503 ? Number(answer.headers.get("retry-after")) : 0 };
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-request]")) return;
  event.preventDefault();
  if (form.querySelector("button").getAttribute("aria-busy") !== "true") await request(form);
});

async function request(form) {
  const restore = busy(form);
  const slow = setTimeout(() => form.querySelector("[data-trying-again]").hidden && tell(form, "[data-slow]"), SLOW);
  try {
    const { page } = await asked(form);
    const part = page.querySelector("[data-part]");
    if (!part) { becomes(page); return; }
    document.querySelector("[data-part]").replaceWith(part);
    focus(part.querySelector("[data-focus]") || part.querySelector("h2"));
    ready();
  } catch {
    restore();
    tell(form, "[data-failed]");
  } finally {
    clearTimeout(slow);
  }
}

// The answer is another page, such as the one that says that the session has ended.
function becomes(page) {
  document.body.replaceWith(page.body);
  document.title = page.title;
  focus(document.querySelector("main h1"));
}

function focus(heading) {
  heading.tabIndex = -1;
  heading.focus();
  say(heading.textContent);
}

// The last answer. An answer that says when to try again is not the last, while there are tries left.
async function asked(form) {
  for (let tries = 1; ; tries += 1) {
    const found = await fetched(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!found.after || tries === TRIES) return found;
    tell(form, "[data-trying-again]");
    await seconds(found.after * tries);
  }
}

// The button is busy at once and keeps its width. Returns a function that makes it a button for another try.
function busy(form) {
  const button = form.querySelector("button");
  const label = button.querySelector("span");
  tell(form, "");
  button.style.minInlineSize = `${button.offsetWidth}px`;
  button.setAttribute("aria-busy", "true");
  label.textContent = button.dataset.busy;
  button.querySelector(".spin").hidden = false;
  say(button.dataset.wait);
  return () => {
    label.textContent = button.dataset.again;
    button.setAttribute("aria-busy", "false");
    button.querySelector(".spin").hidden = true;
  };
}

// Shows one hint of the form at a time.
function tell(form, selector) {
  for (const hint of form.querySelectorAll("[data-slow], [data-trying-again], [data-failed]")) {
    hint.hidden = !selector || !hint.matches(selector);
    if (!hint.hidden) say(hint.textContent);
  }
}

// The LMS has not answered, so the page has earlier facts. It is fetched again, after longer and longer pauses.
async function lookAgain() {
  const notice = document.querySelector("[data-look-again-after]");
  if (!notice) return;
  notice.querySelector("[data-by-itself]").hidden = false;
  for (let tries = 1; tries <= TRIES; tries += 1) {
    await seconds(notice.dataset.lookAgainAfter * tries);
    if (!notice.isConnected || document.querySelector("[aria-busy=true]")) return;
    if (document.hidden) continue;
    const found = await fetched(location.href).catch(() => null);
    const part = found?.page.querySelector("[data-part]");
    if (!part || part.querySelector("[data-look-again-after]")) continue;
    document.querySelector("[data-part]").replaceWith(part);
    say(part.querySelector("h2").textContent);
    ready();
    return;
  }
  notice.querySelector("[data-by-itself]").hidden = true;
}

function ready() {
  for (const button of document.querySelectorAll("[data-copy][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const label = button.querySelector("span");
      const before = label.textContent;
      label.textContent = button.dataset.done;
      say(button.dataset.done);
      setTimeout(() => { label.textContent = before; say(""); }, 4000);
    });
  }
}
ready();
lookAgain();

document.documentElement.dataset.script = "ready";
