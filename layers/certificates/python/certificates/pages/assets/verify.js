// A file is dropped or chosen: its credential is found here, in the browser, and the interface checks it.
import { credentialIn } from "./credential.js";

const section = document.querySelector("#by-file");
const input = section.querySelector("input[type=file]");
const drop = section.querySelector("[data-drop]");
let latest = 0;

section.hidden = false;
input.addEventListener("change", () => input.files.length && check(input.files[0]));
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
for (const name of ["dragleave", "drop"]) {
  drop.addEventListener(name, () => drop.classList.remove("over"));
}
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) check(event.dataTransfer.files[0]);
});

// Of two files, the one that was chosen last is told.
async function check(file) {
  const turn = ++latest;
  clear();
  say("reading");
  const said = await checked(file).catch(() => ({ said: "away" }));
  if (turn === latest) show(said);
}

async function checked(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const found = await credentialIn(bytes).catch(() => null);
  if (!found) return { said: "none" };
  const body = { credential: found.credential };
  if (found.isPaper) body.document_sha256 = await sha256(bytes);
  const headers = { "content-type": "application/json", accept: "application/json" };
  const answer = await fetch(section.dataset.checks, { method: "POST", headers, body: JSON.stringify(body) });
  if (answer.status === 400 || answer.status === 413) return { said: "foreign" };
  if (!answer.ok) return { said: "away" };
  return { answer: await answer.json() };
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function show({ said, answer }) {
  clear();
  if (said) return say(said);
  const results = new Map(answer.checks.map(({ check, result }) => [check, result]));
  for (const part of section.querySelectorAll("[data-check]")) {
    const result = results.get(part.dataset.check);
    part.hidden = !result;
    for (const told of part.querySelectorAll("[data-result]")) told.hidden = told.dataset.result !== result;
  }
  section.querySelector("[data-checked]").hidden = false;
  const time = section.querySelector("[data-as-of] time");
  time.dateTime = answer.checked_at;
  time.textContent = new Date(answer.checked_at).toLocaleTimeString(document.documentElement.lang);
  time.parentElement.hidden = !results.has("status");
  for (const fact of section.querySelectorAll("[data-fact]")) fact.textContent = answer[fact.dataset.fact] ?? "";
  section.querySelector("[data-facts]").hidden = !answer.name;
  const page = section.querySelector("[data-page]");
  page.hidden = !answer.verify_uuid;
  if (answer.verify_uuid) page.querySelector("a").href = `/certificates/${answer.verify_uuid}`;
  say(verdict(results));
}

// An earlier revision is no lie, but nobody should take it for the certificate as it is.
function verdict(results) {
  const failed = [...results].filter(([, result]) => result === "failed").map(([check]) => check);
  if (failed.some((check) => check !== "revision")) return "failed";
  return failed.length || [...results.values()].includes("unknown") ? "doubtful" : "passed";
}

function clear() {
  for (const part of section.querySelectorAll("[data-said], [data-checked], [data-facts], [data-page]")) part.hidden = true;
}

function say(name) {
  section.querySelector(`[data-said=${name}]`).hidden = false;
}

document.documentElement.dataset.script = "ready";
