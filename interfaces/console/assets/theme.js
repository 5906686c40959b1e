// Sets the colour scheme before the page is drawn: the visitor's choice, else what the system prefers.
(function () {
  "use strict";
  const KEY = "reportrun-theme";

  function preferred() {
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  function chosen() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is turned off: the choice lasts for one page
    }
  }

  function apply(theme) {
    document.documentElement.setAttribute("data-bs-theme", theme);
  }

  apply(chosen() || preferred());
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const next = document.documentElement.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    apply(next);
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // as above
    }
  });
})();
