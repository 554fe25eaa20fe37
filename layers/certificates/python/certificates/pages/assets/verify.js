// A file is dropped or chosen: its credential is found here, in the browser, and the interface checks it.
import { credentialIn } from "./credential.js";
import "./menu.js";

const drop = document.querySelector("[data-drop]");
const input = drop.querySelector("input[type=file]");
const outcome = document.querySelector("[data-outcome]");
// Days in the same form as on the page in English.
const language = document.documentElement.lang.replace(/^en$/, "en-GB");
const { comma } = outcome.dataset;
let latest = 0;

for (const part of document.querySelectorAll("[data-by-file]")) part.hidden = false;
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

// Of two files, the outcome of the one that was chosen last is shown.
async function check(file) {
  const turn = ++latest;
  wait(true);
  const { verdict, answer } = await checked(file).catch(() => ({ verdict: "away" }));
  if (turn !== latest) return;
  wait(false);
  if (answer) tell(answer);
  show(verdict, file, answer);
}

function wait(busy) {
  drop.querySelector("[data-reading]").hidden = !busy;
  drop.querySelector("[data-at-rest]").hidden = busy;
}

async function checked(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const found = await credentialIn(bytes).catch(() => null);
  if (!found) return { verdict: "none" };
  const body = { credential: found.credential };
  if (found.isPaper) body.document_sha256 = await sha256(bytes);
  const headers = { "content-type": "application/json", accept: "application/json" };
  const response = await fetch(drop.dataset.checks, { method: "POST", headers, body: JSON.stringify(body) });
  if (response.status === 400 || response.status === 413) return { verdict: "foreign" };
  if (!response.ok) return { verdict: "away" };
  const answer = await response.json();
  return { verdict: verdictOf(new Map(answer.checks.map(({ check, result }) => [check, result]))), answer };
}

// The worst fault comes first. An earlier revision is genuine, but it is not the present certificate.
function verdictOf(results) {
  const failed = (check) => results.get(check) === "failed";
  if (failed("issuer") || failed("signature")) return "forged";
  if (failed("paper")) return "altered";
  if (failed("status")) return "revoked";
  if (failed("period")) return "expired";
  return failed("revision") || [...results.values()].includes("unknown") ? "earlier" : "genuine";
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Every check by its name, and the signed values.
function tell(answer) {
  for (const { check, result } of answer.checks) {
    outcome.querySelector(`[data-check=${check}][data-result=${result}]`).hidden = false;
  }
  outcome.querySelector("[data-checked]").hidden = false;
  const facts = { ...answer };
  for (const day of ["issued_on", "expires_on"]) facts[day] = answer[day] && told(answer[day], { dateStyle: "long" });
  for (const fact of outcome.querySelectorAll("[data-fact]")) fact.textContent = facts[fact.dataset.fact] ?? "";
  for (const part of outcome.querySelectorAll("[data-of]")) part.hidden = !answer[part.dataset.of];
  outcome.querySelector("[data-facts]").hidden = !answer.name;
  const page = outcome.querySelector("[data-page]");
  page.hidden = !answer.verify_uuid;
  if (answer.verify_uuid) page.href = `/certificates/${answer.verify_uuid}`;
}

// The outcome replaces the two ways to check.
function show(verdict, file, answer) {
  const part = outcome.querySelector(`[data-verdict=${verdict}]`);
  part.querySelector("[data-file-name]").textContent = [file.name, `${Math.ceil(file.size / 1000)} KB`].join(comma);
  if (answer) {
    const time = part.querySelector("time");
    time.dateTime = answer.checked_at;
    const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
    time.textContent = [{ dateStyle: "long" }, clock].map((style) => told(answer.checked_at, style)).join(comma);
    part.querySelector("[data-as-of]").hidden = false;
  }
  part.hidden = false;
  document.querySelector("[data-ways]").hidden = true;
  outcome.hidden = false;
  part.querySelector("h1").focus();
}

function told(moment, style) {
  return new Date(moment).toLocaleString(language, { ...style, timeZone: "UTC", numberingSystem: "latn" });
}

document.documentElement.dataset.script = "ready";
