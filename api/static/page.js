/* The reading page around the chat element: the ask box and its address, filters, passages, timeline, reader, print. */

import { byline, dateInWords, el, excerptNodes, look, passageTarget, sourceView, titleView } from "../widget.js";

document.adoptedStyleSheets = [look];

const chat = document.getElementById("chat");
const form = document.getElementById("ask");
const reader = document.getElementById("reader");
const words = JSON.parse(document.getElementById("words").textContent);
const language = document.documentElement.lang;
const DATES = ["published_from", "published_to"];
const LISTS = ["publisher", "source_type", "topic", "language"];

const t = (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

/* The address says what is asked: it can be shared, and the back button works. */

function chosenFilters() {
  const boxes = [...document.querySelectorAll("#narrow input:checked")];
  const dates = DATES.map((name) => [name, document.querySelector(`#narrow select[name=${name}]`)?.value]);
  const lists = LISTS.map((name) => [name, boxes.filter((box) => box.name === name).map((box) => box.value)]);
  return Object.fromEntries([...dates, ...lists].filter(([, value]) => value?.length));
}

function addressOf(question, filters) {
  const pairs = Object.entries(filters).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  return `?${new URLSearchParams([["lang", language], ...(question ? [["q", question]] : []), ...pairs])}`;
}

function showFiltersOf(address) {
  const asked = new URL(address).searchParams;
  for (const box of document.querySelectorAll("#narrow input")) box.checked = asked.getAll(box.name).includes(box.value);
  for (const name of DATES) {
    const select = document.querySelector(`#narrow select[name=${name}]`);
    if (select) select.value = asked.get(name) ?? "";
  }
  paintChart();
}

function ask(question, { keepAddress = false } = {}) {
  const filters = chosenFilters();
  if (!keepAddress) history.pushState(null, "", addressOf(question, filters));
  document.title = `${question} – Muhojir`;
  reveal();
  closeReader();
  chat.filters = filters;
  return chat.ask(question, { fresh: true });
}

function reveal() {
  document.getElementById("plain").hidden = true;
  chat.hidden = false;
}

function onSubmit(event) {
  event.preventDefault();
  const question = form.elements.q.value.trim();
  if (question) ask(question);
}

function onBack() {
  showFiltersOf(location.href);
  const question = new URL(location.href).searchParams.get("q");
  if (!question) return location.reload();
  form.elements.q.value = question;
  return ask(question, { keepAddress: true });
}

/* Filters: a change asks again at once; a bar of the histogram chooses its year, a second one the span between. */

function onFilter() {
  paintChart();
  const question = form.elements.q.value.trim();
  if (question && !chat.hidden) ask(question);
}

function paintChart() {
  const [from, to] = DATES.map((name) => document.querySelector(`#narrow select[name=${name}]`)?.value);
  for (const bar of document.querySelectorAll("#narrow rect[data-year]")) {
    const { year } = bar.dataset;
    bar.toggleAttribute("data-out", Boolean((from && year < from) || (to && year > to)));
  }
}

function onBar(event) {
  const year = event.target.dataset?.year;
  if (!year) return;
  const [from, to] = DATES.map((name) => document.querySelector(`#narrow select[name=${name}]`));
  const single = from.value && from.value === to.value;
  if (single && year > from.value) to.value = year;
  else if (single && year < from.value) from.value = year;
  else from.value = to.value = year;
  onFilter();
}

/* What stands beside an answer. */

function showBody(body) {
  form.elements.q.value = body.question.text;
  const answered = body.answer.status === "answered";
  document.querySelector("#passages h2").textContent = t(answered ? "passages" : "nearest");
  fill("passages", body.passages, (passages) => el("ol", { class: "rows" }, ...passages.map((one) => passageRow(one, body))));
  const first = new Map(body.passages.map((one) => [one.document_id, one]).reverse()); // a document's best passage
  const dated = [...first.values()].filter((one) => body.documents[one.document_id].dates.published);
  fill("timeline", dated.length > 1 ? dated : [], (passages) => timeline(passages, body));
  document.getElementById("colophon").replaceChildren(...colophon(body));
}

function fill(id, items, view) {
  const section = document.getElementById(id);
  section.hidden = !items.length;
  if (items.length) section.querySelector(".place").replaceChildren(view(items));
}

function passageRow(passage, body) {
  const document_ = body.documents[passage.document_id];
  const button = el("button", { type: "button", class: "row", onclick: (event) => openReader(passageTarget(passage), event.currentTarget) });
  const digest = document_.digest && el("em", { class: "digest" }, t("digest"));
  const excerpt = el("span", { class: "excerpt", lang: document_.language, dir: "auto" }, ...excerptNodes(passage));
  const about = el("span", { class: "byline" }, byline(document_, language), digest);
  button.append(el("span", { class: "number" }, String(passage.rank)), el("span", { class: "row-text" }, titleView(document_, "title"), excerpt, about));
  return el("li", {}, button, why(passage, body));
}

/** Both legs' places, the matched words and what was searched for beside them. */
function why(passage, body) {
  const leg = (rank, found, missing) => el("li", {}, rank ? t(found, { rank }) : t(missing));
  const matched = matchedWords(passage);
  const expanded = body.question.expansions.map((one) => `${one.found} → ${one.aliases.join(", ")}`).join("; ");
  return el(
    "details",
    { class: "why" },
    el("summary", {}, t("why")),
    el(
      "ul",
      {},
      leg(passage.ranks.lexical, "by_words", "not_by_words"),
      leg(passage.ranks.dense, "by_meaning", "not_by_meaning"),
      matched && el("li", {}, t("matched", { words: matched })),
      expanded && el("li", {}, t("expanded", { words: expanded })),
    ),
  );
}

function matchedWords(passage) {
  const characters = Array.from(passage.text);
  const found = passage.highlights.map(([start, end]) => characters.slice(start - passage.start, end - passage.start).join(""));
  return [...new Set(found)].join(", ");
}

function timeline(passages, body) {
  const when = (passage) => body.documents[passage.document_id].dates.published.value;
  const ordered = [...passages].sort((a, b) => when(a).localeCompare(when(b)));
  const items = ordered.map((passage) => {
    const document_ = body.documents[passage.document_id];
    const date = el("time", { datetime: when(passage) }, `${dateInWords(when(passage), language)}, ${document_.publisher ?? ""}`);
    const open = (event) => openReader(passageTarget(passage), event.currentTarget);
    return el("li", {}, el("button", { type: "button", onclick: open }, date, titleView(document_, "title")));
  });
  return el("ol", { class: "times" }, ...items);
}

/** On paper: every source in full, the address of this page and the state of the library. */
function colophon(body) {
  const sources = body.citations.map((one) => el("li", {}, `[${one.number}] ${one.cite_as} ${chat.client.permalink(one.passage_id)}`));
  const today = dateInWords(new Date().toISOString().slice(0, 10), language);
  return [el("ol", {}, ...sources), el("p", {}, t("snapshot", { id: body.snapshot.id, date: today })), el("p", {}, location.href), el("p", {}, t("advice"))];
}

/* The source, beside the page where it is wide and over it where it is narrow. */

let opener = null;

function openReader(target, from) {
  opener = from;
  const view = sourceView(target, { ...chat.ui, t: backToPage(chat.ui.t) }, closeReader);
  reader.replaceChildren(view);
  reader.hidden = false;
  view.querySelector(".back").focus();
}

/** Here the source stands beside the answer: one closes it, one does not go back. */
function backToPage(speak) {
  return (key, values) => (key === "back" ? t("close") : speak(key, values));
}

function closeReader() {
  if (reader.hidden) return;
  reader.hidden = true;
  reader.replaceChildren();
  opener?.focus();
}

function onSource(event) {
  event.preventDefault();
  openReader(event.detail.target, event.detail.from);
}

/* Switches that need a script are made by it. */

function switches() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const theme = el("button", { type: "button", class: "quiet", id: "theme" });
  const label = () => (theme.textContent = t(isDark() ? "light" : "dark"));
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    chat?.setAttribute("theme", root.dataset.theme);
    reader?.setAttribute("data-theme", root.dataset.theme);
    label();
  });
  label();
  const print = el("button", { type: "button", class: "quiet", onclick: () => window.print() }, t("print"));
  document.querySelectorAll(".where ul")[1].append(el("li", {}, theme), el("li", {}, print));
}

function start() {
  switches();
  if (!chat) return;
  form.addEventListener("submit", onSubmit);
  window.addEventListener("popstate", onBack);
  const narrow = document.getElementById("narrow");
  narrow?.addEventListener("change", onFilter);
  narrow?.querySelector(".chart").addEventListener("click", onBar);
  narrow?.querySelector(".chart").setAttribute("data-live", "");
  if (narrow && matchMedia("(min-width: 62rem)").matches) narrow.open = true;
  paintChart();
  chat.addEventListener("muhojir-source", onSource);
  chat.addEventListener("muhojir-answer", (event) => showBody(event.detail));
  reader.addEventListener("keydown", (event) => event.key === "Escape" && closeReader());
  const known = document.getElementById("answer");
  const question = new URL(location.href).searchParams.get("q");
  if (known) {
    reveal();
    chat.filters = chosenFilters();
    chat.show(JSON.parse(known.textContent));
  } else if (question && !document.querySelector(".trouble")) ask(question, { keepAddress: true });
}

start();
