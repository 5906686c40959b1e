// Uploads: files that are too large are refused before they are sent, and a sent form says that it is on its way.
(function () {
  "use strict";
  const MIB = 1048576;

  function sizeOf(form) {
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    return files.reduce((total, file) => total + file.size, 0);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const most = Number(form.dataset.mostMib);
    if (!most) return;
    const fault = form.querySelector("[role=alert]");
    if (sizeOf(form) > most * MIB) {
      event.preventDefault();
      fault.textContent = `The files have more than ${most} MiB, the most that is taken at once. Load them in several steps.`;
      fault.hidden = false;
      fault.scrollIntoView();
      return;
    }
    fault.hidden = true;
    form.querySelector("[data-sending]").hidden = false;
  });
})();
