// What pages do in the browser beyond htmx: putting columns in order, and choosing a payout that was found.
(function () {
  "use strict";
  let dragged = null;

  function columnOf(element) {
    return element.closest(".columns-list li");
  }

  function tell(item) {
    const all = [...item.parentElement.children];
    const name = item.querySelector("label").textContent;
    const place = document.querySelector("[data-moves]");
    if (place) place.textContent = `${name} is column ${all.indexOf(item) + 1} of ${all.length}.`;
  }

  function move(button) {
    const item = button.closest("li");
    const up = button.dataset.move === "up";
    const other = up ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (up) other.before(item);
    else other.after(item);
    button.focus();
    tell(item);
  }

  function choose(link) {
    const field = document.getElementById(link.dataset.for);
    if (!field) return false; // the page of the search, which has no form: its link leads to one
    field.value = link.dataset.choose;
    field.focus();
    return true;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (button) move(button);
    const link = event.target.closest("[data-choose]");
    if (link && choose(link)) event.preventDefault();
  });

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.nodeType === Node.ELEMENT_NODE ? columnOf(event.target) : null;
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });

  document.addEventListener("dragover", (event) => {
    const over = dragged && columnOf(event.target);
    if (!over || over.parentElement !== dragged.parentElement) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) over.before(dragged);
    else over.after(dragged);
  });

  document.addEventListener("drop", (event) => {
    if (dragged) event.preventDefault();
  });

  document.addEventListener("dragend", () => {
    if (dragged) tell(dragged);
    dragged = null;
  });
})();
