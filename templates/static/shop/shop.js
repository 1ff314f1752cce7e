// What the shop tells the server: pages, views, the cart, orders. Without it the forms still work.
window.pz = window.pz || [];
const heading = document.querySelector("h1")?.textContent.trim() || document.title;
window.pz.push(["page", heading]);

const viewed = document.querySelector("[data-viewed]");
if (viewed) window.pz.push(["track", "Product Viewed", JSON.parse(viewed.dataset.viewed)]);

const said = document.querySelector("[data-said]");
let hush = 0;
function say(words) {
  said.textContent = words;
  clearTimeout(hush);
  hush = setTimeout(() => { said.textContent = ""; }, 5000);
}

function show(told) {
  for (const [name, properties] of told.events) window.pz.push(["track", name, properties]);
  if (told.traits) window.pz.push(["identify", null, told.traits]);
  document.querySelectorAll("[data-cart-count]").forEach((count) => { count.textContent = told.count; });
  document.querySelectorAll("[data-cart-panel]").forEach((panel) => { panel.outerHTML = told.panel; });
  say(told.said);
}

document.addEventListener("submit", async (submitted) => {
  const form = submitted.target.closest("[data-cart-form]");
  if (!form) return;
  submitted.preventDefault();
  const fields = new FormData(form, submitted.submitter);
  if (document.getElementById("name")) fields.set("checkout", "1");
  const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
  if (answer.ok) show(await answer.json());
  else form.submit();
});

const buttons = document.querySelectorAll("[data-consent]");
const toggle = (no) => buttons.forEach((button) => { button.hidden = (button.dataset.consent === "no") === no; });
toggle(localStorage.getItem("pz.consent") === "denied");
for (const button of buttons) {
  button.addEventListener("click", () => {
    const yes = button.dataset.consent === "yes";
    window.pz.push(["consent", { analytics: yes, personalization: yes }]);
    toggle(!yes);
    say(yes ? "Pages are personalised." : "Pages are the same for everybody now.");
  });
}
