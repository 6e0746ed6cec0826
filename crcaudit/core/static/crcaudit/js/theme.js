// Classic script in the head, so that a dark screen never flashes white: Bootstrap's dark
// colours hang on an attribute, and the page wants what the system wants. Paper is light.
"use strict";
(function () {
  const root = document.documentElement;
  root.dataset.crcJs = "";
  if (root.dataset.crcTheme !== "auto") return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = function () {
    root.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("afterprint", apply);
  window.addEventListener("beforeprint", function () {
    root.dataset.bsTheme = "light";
  });
})();
