// Before the page's own code has come: the background of the chosen appearance, so that a dark page does not flash white.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("linkus.appearance");
  } catch {
    choice = null;
  }
  const dark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.style.background = dark ? "#0f1218" : "#f4f6f9";
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
})();
