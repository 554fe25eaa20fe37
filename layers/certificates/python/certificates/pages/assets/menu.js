// The menus at the top of every page, and files that are dropped beside the area for them.
// Without this, the browser leaves the page to show the file.
for (const missed of ["dragover", "drop"]) {
  addEventListener(missed, (event) => {
    if (document.querySelector("[data-drop]") && event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
}
// A menu closes with Escape, and with a press outside of it.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
