// While a worker replays the log: how far it is, and the report as soon as it is there.
const bar = document.getElementById("replay-progress");
const PACE = 1500;

const look = async () => {
  if (document.hidden) return;
  const answer = await fetch(bar.dataset.url).catch(() => null);
  if (!answer?.ok) return;
  const told = await answer.json();
  if (String(told.id) !== bar.dataset.run || told.state !== "running") {
    location.reload();
    return;
  }
  bar.max = told.all || 1;
  bar.value = told.done;
  document.getElementById("replay-said").textContent = `${told.done} / ${told.all ?? "?"}`;
};

if (bar) setInterval(look, PACE);
