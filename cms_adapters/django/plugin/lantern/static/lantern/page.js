// The demo's visitor: three buttons that say to the server what a shop would say.
window.pz = window.pz || [];
const boot = { product_id: "ridge-boot", category: "shoes", price: 149, quantity: 1 };
for (const button of document.querySelectorAll("[data-event]")) {
  button.addEventListener("click", () => window.pz.push(["track", button.dataset.event, boot]));
}
