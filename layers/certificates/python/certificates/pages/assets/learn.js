// The progress page: a request is made in place, and the certificate takes the place of the button.
const region = document.querySelector("[data-live-region]");
const trusted = globalThis.trustedTypes?.createPolicy("certificates", { createHTML: (html) => html });
const SLOW = 5000;

function say(text) {
  region.textContent = text;
}

// HTML of our own server, from the same address: the only HTML that a script of ours takes in.
async function fetched(form) {
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { accept: "text/html" },
  });
  const html = await answer.text();
  return new DOMParser().parseFromString(trusted ? trusted.createHTML(html) : html, "text/html");
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-request]")) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.getAttribute("aria-busy") === "true") return;
  const label = button.querySelector("span");
  const before = label.textContent;
  button.style.minInlineSize = `${button.offsetWidth}px`;
  button.setAttribute("aria-busy", "true");
  label.textContent = button.dataset.busy;
  button.querySelector(".spin").hidden = false;
  say(button.dataset.wait);
  const slow = setTimeout(() => {
    form.querySelector("[data-slow]").hidden = false;
    say(form.querySelector("[data-slow]").textContent);
  }, SLOW);
  try {
    const page = await fetched(form);
    const part = page.querySelector("[data-part]");
    if (!part) { document.body.replaceWith(page.body); return; }
    document.querySelector("[data-part]").replaceWith(part);
    const heading = part.querySelector("[data-say]") || part.querySelector("h2");
    heading.tabIndex = -1;
    heading.focus();
    say(heading.textContent);
    ready();
  } catch {
    form.querySelector("[data-failed]").hidden = false;
    say(form.querySelector("[data-failed]").textContent);
    label.textContent = button.dataset.again || before;
    button.setAttribute("aria-busy", "false");
    button.querySelector(".spin").hidden = true;
    form.querySelector("[data-slow]").hidden = true;
  } finally {
    clearTimeout(slow);
  }
});

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

document.documentElement.dataset.script = "ready";
