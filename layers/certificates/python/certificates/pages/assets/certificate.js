// The certificate on the web: shares or copies its address, and prints it. Buttons that need this script are hidden
// without it.
import "./menu.js";

const region = document.querySelector("[data-live-region]");

for (const button of document.querySelectorAll("[data-share]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const url = button.dataset.share;
    if (navigator.share && matchMedia("(pointer: coarse)").matches) {
      await navigator.share({ url, title: document.title }).catch(() => {});
      return;
    }
    await navigator.clipboard.writeText(url);
    const label = button.querySelector("span");
    const before = label.textContent;
    label.textContent = region.textContent = button.dataset.done;
    setTimeout(() => { label.textContent = before; region.textContent = ""; }, 4000);
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

document.documentElement.dataset.script = "ready";
