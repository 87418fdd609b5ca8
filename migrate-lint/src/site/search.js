// Shows the rules that have all words; the address keeps them, so that a search can be linked.
const input = document.getElementById("search");
const found = document.getElementById("found");
const rules = [...document.querySelectorAll(".rules li")];

function search() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const rule of rules) {
    const text = rule.textContent.toLowerCase() + " " + rule.dataset.words;
    rule.hidden = !words.every((word) => text.includes(word));
    count += rule.hidden ? 0 : 1;
  }
  for (const section of document.querySelectorAll("section")) {
    section.hidden = !section.querySelector("li:not([hidden])");
  }
  found.textContent = words.length ? `${count} of ${rules.length}` : "";
  history.replaceState(null, "", `#${encodeURIComponent(input.value)}`);
}

try {
  input.value = decodeURIComponent(location.hash.slice(1));
} catch {
  input.value = "";
}
input.addEventListener("input", search);
if (input.value) search();
