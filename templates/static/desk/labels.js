// Names what Django's own widgets leave without one: chosen-from-a-list fields, and icons with help.

const DRAWN = ".admin-autocomplete, .selectfilter, .selectfilterstacked";

function named() {
  for (const box of document.querySelectorAll(".select2-selection[role=combobox]")) {
    const field = box.closest(".related-widget-wrapper, div")?.querySelector("select[id]")
      ?? box.closest(".select2")?.previousElementSibling;
    const label = field && document.querySelector(`label[for="${field.id}"]`);
    if (!label) continue;
    box.removeAttribute("aria-labelledby");
    box.setAttribute("aria-label", label.textContent.replace(/:\s*$/, "").trim());
    box.querySelector("[role=textbox]")?.removeAttribute("role");
    box.querySelector("[aria-readonly]")?.removeAttribute("aria-readonly");
  }
  for (const icon of document.querySelectorAll("span.help-tooltip[aria-label]")) icon.setAttribute("role", "img");
}

if (document.querySelector(DRAWN)) { // they draw themselves later, and again for each row that is added
  named();
  new MutationObserver(named).observe(document.body, { childList: true, subtree: true });
}
