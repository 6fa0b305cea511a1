/* Muhojir's chat as one custom element.
 *
 *   <script type="module" src="https://host/widget.js" data-lang="ru"></script>      a button in the corner and its panel
 *   <muhojir-chat server="https://host/" lang="ru"></muhojir-chat>                    the same, in the place where it stands
 *
 * One file, no request to any other origin, no cookie, no storage, no inline style. Text of questions and sources becomes
 * text nodes, never markup. docs/widget.md lists attributes, custom properties, parts and events.
 */

const HERE = new URL(".", import.meta.url).href;
const SLOW_AFTER = 5000; // ms; a warm service answers in well under a second
const FORGET_AFTER = 8000; // ms; a screen reader has queued the announcement by then
const MAX_QUESTION = 2000; // characters that the service reads
const MAX_HISTORY = 10; // earlier questions that the service reads
const WHOLE_TEXT = 60000; // longer documents open around the quote
const AROUND_QUOTE = 8000; // characters shown on either side of it
const QUIET = { credentials: "omit", referrerPolicy: "no-referrer" };

/* Words --------------------------------------------------------------------------------------------------------- */

const EN = {
  open: "Ask about migration",
  close: "Close",
  clear: "Clear",
  conversation: "Conversation",
  question: "Your question",
  placeholder: "Ask in any of three languages",
  followup: "Ask a follow-up question",
  send: "Ask",
  stop: "Stop",
  retry: "Try again",
  copyAnswer: "Copy the answer",
  copied: "Copied",
  notCopied: "This browser does not allow copying; select the text instead.",
  searching: "Searching the library…",
  slow: "This takes longer than usual. The service may be starting up.",
  answer: "Answer",
  sources: "Sources",
  nearest: "Nearest passages, which are no answer",
  sourceNumber: "Source {number}: {label}",
  refused: "The library holds no answer",
  not_in_corpus: "None of its documents answers this question.",
  unanswered: "The documents hold no answer about: {parts}",
  out_of_scope: "The question lies outside the library, which is about migration between Tajikistan and Russia.",
  no_documents_match_filters: "No document matches the filters. Widen or remove them.",
  question_not_understood: "The question was not understood. Write a whole sentence, with a name or a place.",
  standalone: "Understood as “{text}”",
  suggestions: "You could ask",
  held: "{documents} documents, {first}–{last}",
  advice: "Information, not legal advice. Answers are quotations; open a source to check them.",
  back: "Back to the answer",
  loading: "Opening the document…",
  published: "Published",
  publisher: "Publisher",
  language: "Language",
  original: "Original",
  stated: "as the source states",
  given: "as given by whoever added it",
  inferred: "inferred from the text",
  unknown: "basis unknown",
  undated: "no date",
  digest: "Digest",
  digestMeans: "A digest in the library’s own words, not the publisher’s text.",
  cite: "Copy citation",
  plain: "Text",
  link: "Copy link",
  wholeText: "Show the whole document",
  stopped: "Stopped. What stands above is incomplete.",
  cut: "The connection broke off. What stands above is incomplete.",
  offline: "This device is offline. Connect to the internet, then try again.",
  unreachable: "The service at {server} does not respond. Try again in a minute.",
  csp: "This page’s security policy does not let it reach {server}. Its owner can add that address to connect-src.",
  insecure: "A secure page cannot use {server}, which is not https. Its owner can correct the server address.",
  origin: "The service at {server} does not serve pages from {origin}. Its operator can allow this origin.",
  key: "The service refused the key. This page’s owner can correct the key of the widget.",
  wrong: "What responds at {server} is not the question service. This page’s owner can correct the server address.",
  busy: "Too many questions in a short time. Try again in {seconds} seconds.",
  invalid: "The service could not read the question. Shorten or rephrase it.",
  starting: "The service is not ready yet. Try again in a minute.",
  gone: "This document is no longer in the library.",
  failed: "The service failed. Try again; if it fails again, tell its operator.",
  ready: "Connected to {server}.",
};

const RU = {
  open: "Спросить о миграции",
  close: "Закрыть",
  clear: "Очистить",
  conversation: "Беседа",
  question: "Ваш вопрос",
  placeholder: "Вопрос на любом из трёх языков",
  followup: "Задайте уточняющий вопрос",
  send: "Спросить",
  stop: "Остановить",
  retry: "Повторить",
  copyAnswer: "Скопировать ответ",
  copied: "Скопировано",
  notCopied: "Браузер не разрешает копирование; выделите текст вручную.",
  searching: "Ищем в библиотеке…",
  slow: "Ответ занимает больше времени, чем обычно. Возможно, сервис запускается.",
  answer: "Ответ",
  sources: "Источники",
  nearest: "Ближайшие фрагменты; это не ответ",
  sourceNumber: "Источник {number}: {label}",
  refused: "В библиотеке нет ответа",
  not_in_corpus: "Ни один из документов не отвечает на этот вопрос.",
  unanswered: "В документах нет ответа о следующем: {parts}",
  out_of_scope: "Вопрос выходит за рамки библиотеки: она посвящена миграции между Таджикистаном и Россией.",
  no_documents_match_filters: "Под фильтры не подходит ни один документ. Расширьте или снимите их.",
  question_not_understood: "Вопрос не удалось понять. Напишите полное предложение, с именем или местом.",
  standalone: "Понято как «{text}»",
  suggestions: "Можно спросить",
  held: "Документов: {documents}, {first}–{last}",
  advice: "Информация, а не юридическая консультация. Ответы состоят из цитат; откройте источник, чтобы проверить.",
  back: "Назад к ответу",
  loading: "Открываем документ…",
  published: "Дата",
  publisher: "Издатель",
  language: "Язык",
  original: "Оригинал",
  stated: "указана в источнике",
  given: "указана тем, кто добавил документ",
  inferred: "установлена по тексту",
  unknown: "основание неизвестно",
  undated: "без даты",
  digest: "Дайджест",
  digestMeans: "Изложение словами библиотеки, а не текст издателя.",
  cite: "Скопировать описание",
  plain: "Текст",
  link: "Скопировать ссылку",
  wholeText: "Показать документ целиком",
  stopped: "Остановлено. Текст выше неполон.",
  cut: "Связь прервалась. Текст выше неполон.",
  offline: "Нет подключения к интернету. Подключитесь и повторите.",
  unreachable: "Сервис {server} не отвечает. Повторите через минуту.",
  csp: "Политика безопасности этой страницы не пускает её к {server}. Владелец страницы может добавить этот адрес в connect-src.",
  insecure: "Защищённая страница не может обращаться к {server} без https. Владелец страницы может исправить адрес.",
  origin: "Сервис {server} не обслуживает страницы с {origin}. Его администратор может разрешить этот адрес.",
  key: "Сервис отклонил ключ. Владелец страницы может исправить ключ виджета.",
  wrong: "По адресу {server} отвечает не сервис вопросов. Владелец страницы может исправить адрес.",
  busy: "Слишком много вопросов за короткое время. Повторите через {seconds} с.",
  invalid: "Сервис не смог прочитать вопрос. Сократите или переформулируйте его.",
  starting: "Сервис ещё не готов. Повторите через минуту.",
  gone: "Этого документа больше нет в библиотеке.",
  failed: "Сбой сервиса. Повторите; если не поможет, сообщите администратору.",
  ready: "Связь с {server} есть.",
};

const TG = {
  open: "Дар бораи муҳоҷират пурсед",
  close: "Пӯшидан",
  clear: "Тоза кардан",
  conversation: "Суҳбат",
  question: "Саволи шумо",
  placeholder: "Ба яке аз се забон пурсед",
  followup: "Саволи дигар диҳед",
  send: "Пурсидан",
  stop: "Қатъ кардан",
  retry: "Аз нав кӯшидан",
  copyAnswer: "Нусхаи ҷавоб",
  copied: "Нусха гирифта шуд",
  notCopied: "Браузер нусхабардориро иҷозат намедиҳад; матнро худатон интихоб кунед.",
  searching: "Дар китобхона меҷӯем…",
  slow: "Ҷавоб аз маъмулӣ дертар меояд. Шояд хидмат ҳоло ба кор медарояд.",
  answer: "Ҷавоб",
  sources: "Сарчашмаҳо",
  nearest: "Порчаҳои наздиктарин; инҳо ҷавоб нестанд",
  sourceNumber: "Сарчашмаи {number}: {label}",
  refused: "Дар китобхона ҷавоб нест",
  not_in_corpus: "Ягон ҳуҷҷати он ба ин савол ҷавоб намедиҳад.",
  unanswered: "Дар ҳуҷҷатҳо дар ин бора ҷавоб нест: {parts}",
  out_of_scope: "Савол берун аз доираи китобхона аст: он дар бораи муҳоҷират байни Тоҷикистон ва Русия мебошад.",
  no_documents_match_filters: "Ягон ҳуҷҷат ба филтрҳо мувофиқ нест. Онҳоро васеътар кунед ё бардоред.",
  question_not_understood: "Савол фаҳмо набуд. Ҷумлаи пурра нависед, бо ном ё ҷой.",
  standalone: "Чунин фаҳмида шуд: «{text}»",
  suggestions: "Масалан, чунин пурсед",
  held: "{documents} ҳуҷҷат, {first}–{last}",
  advice: "Маълумот аст, на машварати ҳуқуқӣ. Ҷавобҳо иқтибосанд; барои санҷидан сарчашмаро кушоед.",
  back: "Бозгашт ба ҷавоб",
  loading: "Ҳуҷҷат кушода мешавад…",
  published: "Сана",
  publisher: "Ношир",
  language: "Забон",
  original: "Асл",
  stated: "дар сарчашма омадааст",
  given: "аз ҷониби иловакунанда",
  inferred: "аз рӯи матн муайян шудааст",
  unknown: "асос номаълум",
  undated: "бе сана",
  digest: "Мухтасар",
  digestMeans: "Баён бо суханони худи китобхона, на матни ношир.",
  cite: "Нусхаи иқтибос",
  plain: "Матн",
  link: "Нусхаи пайванд",
  wholeText: "Тамоми ҳуҷҷатро нишон додан",
  stopped: "Қатъ шуд. Матни боло нопурра аст.",
  cut: "Алоқа канда шуд. Матни боло нопурра аст.",
  offline: "Дастгоҳ ба интернет пайваст нест. Пайваст шавед ва аз нав кӯшед.",
  unreachable: "Хидмати {server} ҷавоб намедиҳад. Пас аз як дақиқа аз нав кӯшед.",
  csp: "Қоидаи амнияти ин саҳифа роҳи {server}-ро бастааст. Соҳиби саҳифа метавонад ин суроғаро ба connect-src илова кунад.",
  insecure: "Саҳифаи ҳифзшуда ба {server} бе https пайваст шуда наметавонад. Соҳиби саҳифа метавонад суроғаро ислоҳ кунад.",
  origin: "Хидмати {server} ба саҳифаҳои {origin} хизмат намерасонад. Мудири он метавонад ин суроғаро иҷозат диҳад.",
  key: "Хидмат калидро напазируфт. Соҳиби саҳифа метавонад калиди виҷетро ислоҳ кунад.",
  wrong: "Дар {server} хидмати саволу ҷавоб нест. Соҳиби саҳифа метавонад суроғаро ислоҳ кунад.",
  busy: "Дар муддати кӯтоҳ саволҳо зиёд шуданд. Пас аз {seconds} сония аз нав кӯшед.",
  invalid: "Хидмат саволро хонда натавонист. Онро кӯтоҳтар ё дигар хел нависед.",
  starting: "Хидмат ҳанӯз тайёр нест. Пас аз як дақиқа аз нав кӯшед.",
  gone: "Ин ҳуҷҷат дигар дар китобхона нест.",
  failed: "Дар хидмат хато шуд. Аз нав кӯшед; агар такрор шавад, ба мудири он хабар диҳед.",
  ready: "Пайваст бо {server} барқарор аст.",
};

const TABLES = { en: EN, ru: RU, tg: TG };

const LANGUAGE_NAMES = {
  en: { en: "English", ru: "Russian", tg: "Tajik" },
  ru: { en: "английский", ru: "русский", tg: "таджикский" },
  tg: { en: "англисӣ", ru: "русӣ", tg: "тоҷикӣ" },
};

// Browsers ship no Tajik dates; a month before a year stands in another form in Russian.
const MONTHS = {
  en: "January February March April May June July August September October November December".split(" "),
  ru: "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(" "),
  tg: "январи феврали марти апрели майи июни июли августи сентябри октябри ноябри декабри".split(" "),
};
const RU_MONTHS_ALONE = "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split(" ");

/** The first of the wanted language tags that the interface speaks, else English. */
export function chooseLanguage(...wanted) {
  for (const tag of wanted.flat()) {
    const code = (tag ?? "").toLowerCase().split("-")[0];
    if (code in TABLES) return code;
  }
  return "en";
}

/** A function from key and values to words; an unknown key is an error, so that a typo is found. */
export function wordsOf(language, tables = TABLES) {
  return (key, values = {}) => {
    const pattern = tables[language][key];
    if (pattern === undefined) throw new Error(`no text ${key} in ${language}`);
    return pattern.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  };
}

export function languageName(code, language) {
  const known = LANGUAGE_NAMES[language][code];
  if (known) return known;
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code) ?? code;
  } catch {
    return code; // "und" and private tags have no name
  }
}

/** "2024-04-29", "2024-04" or "2024" in words. */
export function dateInWords(value, language) {
  const [year, month, day] = value.split("-");
  if (!month) return year;
  const index = Number(month) - 1;
  if (day) return `${Number(day)} ${MONTHS[language][index]} ${year}`;
  return `${(language === "ru" ? RU_MONTHS_ALONE : MONTHS[language])[index]} ${year}`;
}

/** Who and when: "Asia-Plus, 29 April 2024". */
export function byline(document_, language) {
  const published = document_.dates?.published;
  const when = published ? dateInWords(published.value, language) : wordsOf(language)("undated");
  return [document_.publisher || document_.author?.join(", ") || document_.title, when].join(", ");
}

/* Text ---------------------------------------------------------------------------------------------------------- */

/** A function from code point offsets of `text` to JavaScript's UTF-16 offsets. */
export function unitOffsets(text) {
  if (!/[\ud800-\udfff]/.test(text)) return (point) => point;
  const starts = [];
  let unit = 0;
  for (const character of text) {
    starts.push(unit);
    unit += character.length;
  }
  return (point) => starts[point] ?? text.length;
}

/** Spans in order, overlapping ones joined. */
export function joined(spans) {
  const result = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

/** Nodes for text[start:end] with <mark> where `marks` lie; offsets in UTF-16 units, marks joined. */
export function markedNodes(text, start, end, marks) {
  const nodes = [];
  let at = start;
  for (const [from, to] of marks) {
    const first = Math.max(from, start);
    const last = Math.min(to, end);
    if (first >= last) continue;
    nodes.push(text.slice(at, first), el("mark", { part: "mark" }, text.slice(first, last)));
    at = last;
  }
  nodes.push(text.slice(at, end));
  return nodes.filter((node) => node !== "");
}

/** The address when it is http or https; sources may hold any other kind, which is shown but never followed. */
export function webAddress(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/* Elements ------------------------------------------------------------------------------------------------------ */

/** An element; `on…` properties are listeners, null and false ones are left out, strings become text nodes. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A link that leaves the page, or plain text where the address is no web address. */
function outwardLink(address, text) {
  const href = webAddress(address);
  if (!href) return el("span", {}, text);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);
}

async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = el("textarea", { readonly: true, "aria-hidden": "true" });
  box.value = text; // http pages have no clipboard object
  document.body.append(box);
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  if (!done) throw new Error("copying is not allowed");
  return undefined;
}

/** A button that copies what `text` returns and says so, in its own label and aloud. */
export function copyButton(label, text, ui) {
  const button = el("button", { type: "button", class: "quiet", onclick: copy }, label);
  async function copy() {
    let outcome = "copied";
    try {
      await copyText(await text());
    } catch {
      outcome = "notCopied";
    }
    button.textContent = ui.t(outcome);
    ui.announce(ui.t(outcome));
    setTimeout(() => (button.textContent = label), 2500);
  }
  return button;
}

/* The service --------------------------------------------------------------------------------------------------- */

/** What went wrong, by a key of the word tables, with what the words need. */
export class Trouble extends Error {
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

const BY_STATUS = { 401: "key", 403: "key", 404: "wrong", 405: "wrong", 410: "gone", 413: "invalid", 422: "invalid", 503: "starting" };
const NO_STREAM = [404, 405, 406, 501];

/** One service: its address, a publishable key, and its verbs. Every verb throws Trouble. */
export class Client {
  constructor(server, key) {
    this.server = new URL(server, document.baseURI).href.replace(/\/?$/, "/");
    this.key = key;
  }

  address(path) {
    return new URL(path, this.server).href;
  }

  /** The address of a passage or quote for people; it opens the words in their document. */
  permalink(passageId) {
    return this.address(`?passage=${encodeURIComponent(passageId)}`);
  }

  /** Typed events; the last one is `done` with the whole answer. Services without a stream give only that one. */
  async *ask(request, signal) {
    const response = await this.#send("v1/ask/stream", { body: request, signal, accept: "text/event-stream" });
    const streams = response.headers.get("content-type")?.startsWith("text/event-stream");
    if (NO_STREAM.includes(response.status) || (response.ok && !streams)) {
      yield { type: "done", data: await this.#json("v1/ask", { body: request, signal }) };
      return;
    }
    await this.#refuse(response);
    yield* this.#follow(response, signal);
  }

  document(id, version) {
    return this.#json(`v1/documents/${encodeURIComponent(id)}?version=${encodeURIComponent(version)}`);
  }

  passage(id) {
    return this.#json(`v1/passages/${encodeURIComponent(id)}`);
  }

  coverage() {
    return this.#json("v1/coverage");
  }

  async citation(id, format) {
    const response = await this.#send(`v1/documents/${encodeURIComponent(id)}/citation?format=${format}`);
    await this.#refuse(response);
    return response.text();
  }

  /** What stands between this page and an answer: null when nothing does, else a Trouble. */
  async check() {
    try {
      await this.#json("readyz");
      await this.#json("v1/documents?limit=1");
      return null;
    } catch (trouble) {
      return trouble;
    }
  }

  async *#follow(response, signal) {
    try {
      for await (const event of readEvents(response.body)) {
        if (event.type === "error") throw this.#trouble(BY_STATUS[event.data.status] ?? "failed");
        yield event;
        if (event.type === "done") return;
      }
    } catch (error) {
      if (signal?.aborted) throw new Trouble("stopped");
      if (error instanceof Trouble) throw error;
    }
    throw new Trouble("cut");
  }

  async #json(path, options = {}) {
    const response = await this.#send(path, options);
    await this.#refuse(response);
    try {
      return await response.json();
    } catch {
      if (options.signal?.aborted) throw new Trouble("stopped");
      throw this.#trouble("wrong");
    }
  }

  async #send(path, { body, signal, accept = "application/json" } = {}) {
    const headers = { accept, ...(this.key && { authorization: `Bearer ${this.key}` }) };
    const message = body && { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
    try {
      return await fetch(this.address(path), { headers, ...message, signal, ...QUIET });
    } catch {
      if (signal?.aborted) throw new Trouble("stopped");
      throw this.#trouble(await this.#obstacle());
    }
  }

  async #refuse(response) {
    if (response.ok) return;
    if (response.status === 429) throw new Trouble("busy", { seconds: response.headers.get("retry-after") ?? "60" });
    const problem = response.headers.get("content-type")?.includes("json");
    const code = BY_STATUS[response.status] ?? "failed";
    throw this.#trouble(code === "wrong" && problem ? "gone" : code);
  }

  /** Why a request failed without a response: browsers do not say, so a request that may not be read asks again. */
  async #obstacle() {
    if (!navigator.onLine) return "offline";
    const here = location.origin;
    if (location.protocol === "https:" && this.server.startsWith("http:")) return "insecure";
    let forbidden = false;
    const notice = () => (forbidden = true);
    document.addEventListener("securitypolicyviolation", notice);
    const reached = await fetch(this.address("widget.js"), { mode: "no-cors", cache: "no-store", ...QUIET }).then(() => true, () => false);
    await new Promise((resolve) => setTimeout(resolve, 50)); // the violation is reported in a later task
    document.removeEventListener("securitypolicyviolation", notice);
    if (forbidden) return "csp";
    return reached && new URL(this.server).origin !== here ? "origin" : "unreachable";
  }

  #trouble(code) {
    return new Trouble(code, { server: new URL(this.server).host, origin: location.origin });
  }
}

/** The events of a text/event-stream body as {type, data}; comments are skipped. */
export async function* readEvents(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split(/\r\n\r\n|\n\n|\r\r/);
      rest = blocks.pop();
      for (const block of blocks) {
        const event = eventOf(block);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // a broken stream cannot be cancelled, and need not be
  }
}

function eventOf(block) {
  const lines = block.split(/\r\n|\n|\r/);
  const values = (field) => lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).replace(/^ /, ""));
  const data = values("data");
  return data.length ? { type: values("event").at(-1) ?? "message", data: JSON.parse(data.join("\n")) } : null;
}

/* Views: pure functions from values to elements. `ui` = {t, language, client, announce, open} --------------------- */

/** One sentence with its citation buttons. */
function sentenceView(sentence, documents, ui) {
  const language = sentence.written ? null : documents[sentence.document_id]?.language;
  return el(
    "span",
    { class: "sentence", part: "sentence" },
    el("span", { lang: language, dir: "auto" }, sentence.written ?? sentence.text),
    ...sentence.citations.map((number) => citationButton(number, documents[sentence.document_id], ui)),
    " ",
  );
}

function citationButton(number, document_, ui) {
  const label = ui.t("sourceNumber", { number, label: document_ ? byline(document_, ui.language) : "" });
  return el(
    "button",
    { type: "button", class: "cite", part: "citation", "aria-label": label, title: label, onclick: (event) => ui.open(number, event) },
    String(number),
  );
}

/** The numbered sources under an answer. */
function sourceList(body, ui) {
  const items = body.citations.map((citation) => {
    const document_ = body.documents[citation.document_id];
    return el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "row", onclick: (event) => ui.open(citation.number, event) },
        el("span", { class: "number", "aria-hidden": "true" }, String(citation.number)),
        rowText(document_, ui),
      ),
    );
  });
  return el("section", { class: "sources", part: "sources" }, el("h3", {}, ui.t("sources")), el("ol", { class: "rows" }, ...items));
}

/** A digest keeps its source's title, which stands in the source's language. */
export function titleView(document_, name) {
  return el("bdi", { class: name, lang: document_.source_language ?? document_.language }, document_.title);
}

function rowText(document_, ui, excerpt = null) {
  return el(
    "span",
    { class: "row-text" },
    titleView(document_, "title"),
    excerpt,
    el("span", { class: "byline" }, byline(document_, ui.language), document_.digest && el("em", { class: "digest" }, ui.t("digest"))),
  );
}

/** Passages that come near the question, each of which opens its document. */
export function passageRows(body, ui, limit = 3) {
  const items = body.passages.slice(0, limit).map((passage) => {
    const document_ = body.documents[passage.document_id];
    const excerpt = el("span", { class: "excerpt", lang: document_.language, dir: "auto" }, ...excerptNodes(passage));
    return el("li", {}, el("button", { type: "button", class: "row", onclick: (event) => ui.openPassage(passage, event) }, rowText(document_, ui, excerpt)));
  });
  return el("ul", { class: "rows" }, ...items);
}

/** The passage's words with those of the question marked. */
export function excerptNodes(passage) {
  const units = unitOffsets(passage.text);
  const marks = passage.highlights.map(([start, end]) => [units(start - passage.start), units(end - passage.start)]);
  return markedNodes(passage.text, 0, passage.text.length, joined(marks));
}

function refusalView(body, ui) {
  const reason = body.answer.reason ?? "not_in_corpus";
  return el(
    "div",
    { class: "refusal", part: "refusal" },
    el("p", { class: "verdict" }, ui.t("refused")),
    el("p", {}, ui.t(reason)),
    body.passages.length > 0 && el("h3", {}, ui.t("nearest")),
    body.passages.length > 0 && passageRows(body, ui),
  );
}

/** Which parts of the question the documents leave open. Servers before 0.2 do not tell. */
function unansweredLine(body, ui) {
  const parts = body.answer.unanswered ?? [];
  return parts.length > 0 ? el("p", { class: "status", part: "unanswered" }, ui.t("unanswered", { parts: parts.join("; ") })) : "";
}

function troubleView(trouble, retry, ui) {
  const words = ui.t(trouble.code, trouble.values);
  return el(
    "div",
    { class: "trouble", part: "error" },
    el("p", {}, words),
    el("button", { type: "button", class: "quiet", onclick: retry }, ui.t("retry")),
  );
}

/** The answer as plain text with its sources, ready to be pasted. */
export function answerAsText(body) {
  const sources = body.citations.map((citation) => `[${citation.number}] ${citation.cite_as}`);
  return [body.question.text, body.answer.text, sources.join("\n")].join("\n\n");
}

/* The source: a document opened at the quoted words ---------------------------------------------------------------- */

/**
 * A section that shows `target` = {document_id, version, spans, quote, passage_id, cite_as} in its document.
 * It appears at once and fills itself; `onback` closes it. The caller moves the focus to its heading.
 */
export function sourceView(target, ui, onback) {
  const body = el("div", { class: "source-body" }, el("p", { class: "status" }, ui.t("loading")));
  const view = el(
    "section",
    { class: "source", part: "source", "aria-label": ui.t("original") },
    el("button", { type: "button", class: "quiet back", onclick: onback }, ui.t("back")),
    body,
  );
  ui.client.document(target.document_id, target.version).then(
    (document_) => {
      body.replaceChildren(...documentNodes(document_, target, ui));
      showFirstMark(view);
    },
    (trouble) => body.replaceChildren(el("p", { class: "trouble" }, ui.t(trouble.code, trouble.values))),
  );
  return view;
}

function documentNodes(document_, target, ui) {
  const heading = el("h3", { class: "source-title" }, titleView(document_, null));
  const text = el("div", { class: "text", part: "source-text", lang: document_.language });
  fillText(text, document_, target.spans, ui);
  return [heading, recordList(document_, ui), sourceActions(document_, target, ui), text];
}

function recordList(document_, ui) {
  const published = document_.dates.published;
  const host = webAddress(document_.url) ? new URL(document_.url).host : document_.url;
  const rows = [
    ["publisher", document_.publisher],
    ["published", published ? `${dateInWords(published.value, ui.language)} (${ui.t(published.basis)})` : ui.t("undated")],
    ["language", languageName(document_.language, ui.language)],
    ["original", document_.url && outwardLink(document_.url, host)],
    ["digest", document_.digest && ui.t("digestMeans")],
  ];
  const shown = rows.filter(([, value]) => value);
  return el("dl", { class: "record" }, ...shown.map(([key, value]) => el("div", {}, el("dt", {}, ui.t(key)), el("dd", {}, value))));
}

function sourceActions(document_, target, ui) {
  const plain = () => (target.quote ? `“${target.quote}” ${target.cite_as ?? document_.cite_as}` : document_.cite_as);
  const exported = (format) => () => ui.client.citation(document_.id, format);
  return el(
    "div",
    { class: "actions", role: "group", "aria-label": ui.t("cite") },
    el("span", { class: "actions-label" }, ui.t("cite")),
    copyButton(ui.t("plain"), plain, ui),
    copyButton("BibTeX", exported("bibtex"), ui),
    copyButton("RIS", exported("ris"), ui),
    copyButton(ui.t("link"), () => ui.client.permalink(target.passage_id), ui),
  );
}

/** Paragraphs and headings of the document, the quoted spans marked; a long document only around the first of them. */
function fillText(place, document_, spans, ui) {
  const text = document_.text;
  const units = unitOffsets(text);
  const toUnits = ([start, end]) => [units(start), units(end)];
  const marks = joined(spans.map(toUnits));
  const headings = new Map(document_.headings.map((heading) => [units(heading.start), heading]));
  const long = text.length > WHOLE_TEXT;
  const near = (start, end) => !long || (end > marks[0][0] - AROUND_QUOTE && start < marks[0][1] + AROUND_QUOTE);
  for (const [start, end] of paragraphs(text)) {
    if (near(start, end)) place.append(el(headings.has(start) ? "h4" : "p", { dir: "auto" }, ...markedNodes(text, start, end, marks)));
  }
  if (!long) return;
  const all = el("button", { type: "button", class: "quiet" }, ui.t("wholeText"));
  all.addEventListener("click", () => {
    place.replaceChildren(...paragraphs(text).map(([start, end]) => el("p", { dir: "auto" }, ...markedNodes(text, start, end, marks))));
  });
  place.prepend(all);
}

/** Spans of the pieces that blank lines part. */
function paragraphs(text) {
  return [...text.matchAll(/[^\n]+(?:\n[^\n]+)*/g)].map((match) => [match.index, match.index + match[0].length]);
}

/** Scrolls the view itself, never the page around it. */
function showFirstMark(view) {
  const mark = view.querySelector("mark");
  const scroller = mark && scrollerOf(view);
  if (!scroller) return;
  const above = mark.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  scroller.scrollTop += above - scroller.clientHeight / 3;
}

function scrollerOf(node) {
  for (let at = node; at instanceof Element; at = at.parentElement) {
    if (at.scrollHeight > at.clientHeight && getComputedStyle(at).overflowY === "auto") return at;
  }
  return null;
}

/* Appearance ---------------------------------------------------------------------------------------------------- */

// Families that hold ғ ӣ қ ӯ ҳ ҷ stand first: a word whose letters come from two families is hard to read.
const LOOK = `
.muhojir {
  --paper: var(--muhojir-paper, light-dark(#fbfaf6, #16181c));
  --ink: var(--muhojir-ink, light-dark(#1b1a17, #ece8de));
  --soft: var(--muhojir-soft, light-dark(#5b564c, #b3ac9e));
  --rule: var(--muhojir-rule, light-dark(#cfc9bb, #43454a));
  --accent: var(--muhojir-accent, light-dark(#1d3f8c, #a9c0ff));
  --on-accent: var(--muhojir-on-accent, light-dark(#ffffff, #10131a));
  --mark: var(--muhojir-mark, light-dark(#ffe7a0, #5c4a12));
  --wash: light-dark(#f1eee5, #1f2227);
  color-scheme: light dark;
  color: var(--ink);
  font-family: var(--muhojir-font, "PT Serif", "Noto Serif", Cambria, "Times New Roman", Georgia, serif);
  font-size: var(--muhojir-font-size, max(17px, 1rem));
  line-height: 1.55;
  direction: ltr;
  text-align: start;
  overflow-wrap: anywhere;
  -webkit-text-size-adjust: 100%;
}
.muhojir[data-theme="light"] { color-scheme: light; }
.muhojir[data-theme="dark"] { color-scheme: dark; }
.muhojir *, .muhojir *::before { box-sizing: border-box; }
.muhojir :is(p, h2, h3, h4, ol, ul, dl, dd) { margin: 0; padding: 0; }
.muhojir :is(ol, ul) { list-style: none; }
.muhojir :is(button, textarea) { font: inherit; color: inherit; letter-spacing: inherit; margin: 0; border-radius: 0; }
.muhojir button { cursor: pointer; background: none; border: 0; text-align: start; padding: 0; min-height: 24px; min-width: 24px; }
.muhojir a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .2em; }
.muhojir :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.muhojir [tabindex="-1"]:focus { outline: none; }
.muhojir .quiet { color: var(--accent); font-size: .88em; text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: .2em; }
.muhojir .quiet:hover, .muhojir a:hover { text-decoration-thickness: 2px; }
.muhojir .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.muhojir [hidden] { display: none !important; }
.muhojir mark { background: var(--mark); color: inherit; padding: .08em 0; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
.muhojir .status { color: var(--soft); font-style: italic; }

.muhojir .turn + .turn { margin-top: 2em; border-top: 3px double var(--rule); padding-top: 1.4em; }
.muhojir .asked { font-size: 1.28em; line-height: 1.3; font-weight: 700; text-wrap: pretty; }
.muhojir .understood { margin-top: .25em; color: var(--soft); font-size: .88em; font-style: italic; }
.muhojir .answer { margin-top: .7em; }
.muhojir .cite {
  min-width: 24px; min-height: 24px; padding: 0 .2em; margin: 0; font-size: .78em; line-height: 24px; text-align: center;
  font-weight: 700; color: var(--accent); vertical-align: .2em; font-variant-numeric: lining-nums;
  text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: .25em;
}
.muhojir .cite:hover { background: var(--accent); color: var(--on-accent); }
.muhojir .sources, .muhojir .refusal h3 { margin-top: 1.1em; }
.muhojir .turn h3 { font-size: .88em; font-weight: 400; font-style: italic; color: var(--soft); }
.muhojir .rows { border-top: 1px solid var(--rule); margin-top: .3em; }
.muhojir .rows li { border-bottom: 1px solid var(--rule); }
.muhojir .row { display: flex; gap: .7em; width: 100%; padding: .6em 0; align-items: baseline; }
.muhojir .row:hover { background: var(--wash); }
.muhojir .row:hover .title { text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: .2em; }
.muhojir .number { flex: none; min-width: 1.2em; font-weight: 700; color: var(--accent); }
.muhojir .row-text { display: grid; gap: .15em; min-width: 0; }
.muhojir .title { line-height: 1.35; }
.muhojir .excerpt { font-size: .92em; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; line-clamp: 4; overflow: hidden; }
.muhojir .byline { font-size: .85em; color: var(--soft); }
.muhojir em.digest { margin-inline-start: .6em; padding-inline-start: .6em; border-inline-start: 1px solid var(--rule); }
.muhojir .refusal { margin-top: .7em; border-inline-start: 5px double var(--soft); padding-inline-start: .9em; }
.muhojir .verdict { font-weight: 700; }
.muhojir .trouble { margin-top: .7em; background: var(--wash); border-inline-start: 3px solid var(--ink); padding: .6em .9em; }
.muhojir .after { display: flex; gap: 1.2em; margin-top: .7em; }

.muhojir .source { display: flow-root; }
.muhojir .source-title { font-size: 1.28em; line-height: 1.3; margin-top: .6em; text-wrap: pretty; }
.muhojir .record { margin-top: .7em; border-top: 1px solid var(--rule); font-size: .88em; }
.muhojir .record > div { display: grid; grid-template-columns: 6.5em 1fr; gap: .6em; padding: .35em 0; border-bottom: 1px solid var(--rule); }
.muhojir .record a { display: inline-block; min-height: 24px; }
.muhojir .record dt { color: var(--soft); font-style: italic; }
.muhojir .actions { display: flex; flex-wrap: wrap; gap: .2em 1.1em; margin: .6em 0 1.2em; font-size: .95em; align-items: baseline; }
.muhojir .actions-label { color: var(--soft); font-style: italic; font-size: .92em; }
.muhojir .text p { margin-bottom: .85em; }
.muhojir .text h4 { margin: 1.2em 0 .4em; font-size: 1.05em; }

@media (forced-colors: active) {
  .muhojir mark { background: Mark; color: MarkText; }
  .muhojir .cite { border: 1px solid ButtonText; }
}
@media print {
  .muhojir, .muhojir[data-theme] { color-scheme: light; }
}
`;

const FRAME = `
:host { display: block; }
:host([hidden]) { display: none; }
:host([floating]) { all: initial !important; }
.muhojir { display: flex; flex-direction: column; height: 100%; background: var(--paper); position: relative; }
.panel { display: flex; flex-direction: column; min-height: 0; flex: 1; background: var(--paper); color: var(--ink); }
.masthead { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1em; padding: .7em 1.1em .55em; border-bottom: 3px double var(--rule); }
.masthead h2 { font-size: 1.2em; font-weight: 700; letter-spacing: .01em; }
.masthead .held { order: 3; flex-basis: 100%; font-size: .82em; font-style: italic; color: var(--soft); }
.masthead .tools { margin-inline-start: auto; display: flex; gap: 1.1em; }
.transcript, .reader { flex: 1; min-height: 0; overflow-y: auto; padding: 1.1em; overscroll-behavior: contain; }
.suggestions h3 { font-size: .92em; font-weight: 400; font-style: italic; color: var(--soft); }
.composer { border-top: 1px solid var(--rule); padding: .7em 1.1em .8em; }
.line { display: flex; align-items: flex-end; gap: .8em; }
textarea {
  flex: 1; min-width: 0; min-height: 44px; max-height: 9em; padding: .45em .1em; resize: none; field-sizing: content;
  background: transparent; border: 0; border-bottom: 2px solid var(--ink); line-height: 1.4;
}
textarea::placeholder { color: var(--soft); opacity: 1; font-style: italic; }
.muhojir textarea:focus-visible { outline: none; border-bottom-color: var(--accent); box-shadow: 0 2px 0 var(--accent); }
.muhojir .send { flex: none; min-height: 44px; padding: 0 1.1em; background: var(--ink); color: var(--paper); font-weight: 700; text-align: center; border: 1px solid transparent; }
.muhojir .send:hover { background: var(--accent); color: var(--on-accent); }
.muhojir .advice { margin-top: .6em; font-size: .78em; line-height: 1.4; color: var(--soft); }

:host(:not([floating])) .muhojir { border: 1px solid var(--rule); min-height: var(--muhojir-height, 30em); }
:host([layout="page"]) .muhojir { border: 0; min-height: 0; background: none; }
:host([layout="page"]) .masthead, :host([layout="page"]) .advice { display: none; }
:host([layout="page"]) .refusal :is(h3, .rows) { display: none; }
:host([layout="page"]) .panel { background: none; }
:host([layout="page"]) :is(.transcript, .reader) { overflow: visible; padding: 0; }
:host([layout="page"]) .composer { padding-inline: 0; margin-top: 1.4em; }
:host([layout="page"]) .asked { font-size: 1.7em; line-height: 1.22; }

:host([floating]) .muhojir { position: fixed; z-index: 2147483000; inset: auto; height: auto; background: none; bottom: var(--muhojir-offset, 20px); }
:host([floating]) .muhojir[data-side="right"] { right: var(--muhojir-offset, 20px); }
:host([floating]) .muhojir[data-side="left"] { left: var(--muhojir-offset, 20px); }
:host([floating]) .muhojir .launcher {
  min-height: 48px; padding: 0 1.2em; background: var(--ink); color: var(--paper); font-weight: 700; align-self: flex-end;
  border: 1px solid transparent; outline: 3px double var(--paper); outline-offset: -6px; box-shadow: 0 2px 14px #0004;
}
:host([floating]) .muhojir .launcher:hover { background: var(--accent); color: var(--on-accent); }
:host([floating]) .muhojir .launcher:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
:host([floating]) .panel {
  flex: none; width: min(var(--muhojir-width, 27em), 100vw - 24px); height: min(var(--muhojir-height, 44em), 100dvh - 40px);
  border: 1px solid var(--ink); box-shadow: 0 6px 40px #0005;
}
@media (max-width: 520px) {
  :host([floating]) .muhojir:has(.panel:not([hidden])) { inset: 0; }
  :host([floating]) .panel { width: 100%; height: 100%; border: 0; }
}
@media (forced-colors: active) {
  .muhojir .send, .launcher { border: 2px solid ButtonText; }
  textarea { border: 1px solid FieldText; }
}
@media print {
  .composer, .masthead .tools, .after, .launcher { display: none !important; }
  .transcript { overflow: visible; }
}
`;

/** The look of answers and sources, for a page that shows them outside the element. */
export const look = sheet(LOOK);
const frame = sheet(FRAME);
const reset = sheet(".muhojir { all: initial; }"); // first, so that it undoes the host page's inheritance only

function sheet(rules) {
  const made = new CSSStyleSheet();
  made.replaceSync(rules);
  return made;
}

/* The element ---------------------------------------------------------------------------------------------------- */

/**
 * <muhojir-chat server key lang theme heading layout floating>. `filters` is the object of the HTTP contract.
 * Events, all bubbling: muhojir-asked {question}, muhojir-answer (the whole answer), muhojir-trouble {code},
 * muhojir-source (a passage or citation is about to open; preventDefault to show it elsewhere).
 */
export class MuhojirChat extends HTMLElement {
  static observedAttributes = ["lang", "theme", "heading", "server", "key"];

  filters = {};
  #turns = [];
  #abort = null;
  #coverage = null;
  #back = null;
  #parts = {};

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [reset, look, frame];
  }

  connectedCallback() {
    this.#connect();
    this.#build();
    this.#loadCoverage();
  }

  disconnectedCallback() {
    this.stop();
  }

  attributeChangedCallback(name, before, after) {
    if (!this.isConnected || before === after || !this.#parts.frame) return;
    if (name === "server" || name === "key") {
      this.#connect();
      this.#loadCoverage();
    }
    this.#build();
  }

  /** Asks; `fresh` begins a new conversation. Resolves when the answer, a refusal or a trouble stands there. */
  async ask(question, { fresh = false } = {}) {
    const text = question.trim().slice(0, MAX_QUESTION);
    if (!text) return;
    this.stop();
    if (fresh) this.#turns = [];
    const turn = { question: text, sentences: [], documents: {}, body: null, trouble: null };
    this.#turns.push(turn);
    this.#showTurns();
    this.#emit("muhojir-asked", { question: text });
    await this.#run(turn);
  }

  /** Shows an answer that is already known, as when it came with the page. */
  show(body) {
    this.#turns = [{ question: body.question.text, sentences: [], documents: body.documents, body, trouble: null }];
    this.#showTurns();
    this.#emit("muhojir-answer", body);
  }

  stop() {
    this.#abort?.abort();
    this.#abort = null;
  }

  clear() {
    this.stop();
    this.#turns = [];
    this.#closeSource();
    this.#showTurns();
    this.#parts.input.focus();
  }

  open() {
    this.#parts.panel.hidden = false;
    this.#parts.launcher?.setAttribute("aria-expanded", "true");
    if (this.#parts.launcher) this.#parts.launcher.hidden = true;
    this.#parts.input.focus();
  }

  close() {
    if (!this.#parts.launcher) return;
    this.#parts.panel.hidden = true;
    this.#parts.launcher.hidden = false;
    this.#parts.launcher.setAttribute("aria-expanded", "false");
    this.#parts.launcher.focus();
  }

  /** In words, what stands between this page and the service; for those who embed the widget. */
  async check() {
    const trouble = await this.client.check();
    const { t, client } = this.ui;
    return trouble ? t(trouble.code, trouble.values) : t("ready", { server: new URL(client.server).host });
  }

  /* What the views need: words, the service, and how to open a source. */
  #context(turn) {
    const open = (number, event) => this.#openCitation(turn, number, event);
    const openPassage = (passage, event) => this.#openSource(passageTarget(passage), event);
    return { ...this.ui, open, openPassage };
  }

  #connect() {
    this.client = new Client(this.getAttribute("server") ?? HERE, this.getAttribute("key"));
  }

  #build() {
    const language = chooseLanguage(this.getAttribute("lang"), document.documentElement.lang, navigator.languages);
    this.ui = { t: wordsOf(language), language, client: this.client, announce: (words) => this.#announce(words) };
    const floating = this.hasAttribute("floating");
    const wasOpen = this.#parts.panel ? !this.#parts.panel.hidden : !floating;
    const draft = this.#parts.input?.value ?? "";
    this.#parts = { log: el("div", { role: "log", "aria-live": "polite", class: "unseen" }) };
    const panel = this.#panel(floating);
    panel.hidden = !wasOpen;
    const launcher = floating && this.#launcher(wasOpen);
    const root = el("div", { class: "muhojir", lang: language, "data-theme": this.getAttribute("theme"), "data-side": sideOf(this) }, panel, launcher, this.#parts.log);
    Object.assign(this.#parts, { frame: root, panel, launcher: launcher || null });
    this.shadowRoot.replaceChildren(root);
    this.#parts.input.value = draft;
    this.#showTurns();
  }

  #panel(floating) {
    const { t } = this.ui;
    const heading = this.getAttribute("heading") ?? "Muhojir";
    const name = el("h2", { id: "name", lang: this.hasAttribute("heading") ? null : "en" }, heading);
    const held = el("p", { class: "held" });
    const clear = el("button", { type: "button", class: "quiet", onclick: () => this.clear() }, t("clear"));
    const close = floating && el("button", { type: "button", class: "quiet close", onclick: () => this.close() }, t("close"));
    const transcript = el("div", { class: "transcript", part: "log", role: "region", "aria-label": t("conversation"), tabindex: "0" });
    const reader = el("div", { class: "reader", hidden: true });
    Object.assign(this.#parts, { held, clear, transcript, reader });
    const role = floating ? "dialog" : "group";
    return el(
      "div",
      { class: "panel", part: "panel", id: "panel", role, "aria-labelledby": "name", onkeydown: (event) => this.#onKey(event) },
      el("header", { class: "masthead", part: "header" }, name, held, el("div", { class: "tools" }, clear, close)),
      transcript,
      reader,
      this.#composer(),
    );
  }

  #launcher(expanded) {
    const properties = { type: "button", class: "launcher", part: "button", "aria-expanded": String(expanded), "aria-controls": "panel", hidden: expanded };
    return el("button", { ...properties, onclick: () => this.open() }, this.ui.t("open"));
  }

  #composer() {
    const { t } = this.ui;
    const input = el("textarea", { rows: "1", maxlength: MAX_QUESTION, "aria-label": t("question"), placeholder: t("placeholder"), part: "input", dir: "auto", enterkeyhint: "send" });
    const send = el("button", { type: "submit", class: "send", part: "send" }, t("send"));
    const onsubmit = (event) => {
      event.preventDefault();
      if (this.#abort) return this.stop();
      return this.#askTyped();
    };
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#askTyped();
    });
    Object.assign(this.#parts, { input, send });
    const form = el("form", { class: "composer", part: "composer", onsubmit }, el("div", { class: "line" }, input, send), el("p", { class: "advice" }, t("advice")));
    this.#parts.composer = form;
    return form;
  }

  #askTyped() {
    const { input } = this.#parts;
    const question = input.value;
    if (!question.trim()) return input.focus();
    input.value = "";
    this.#closeSource();
    return this.ask(question);
  }

  #onKey(event) {
    if (event.key !== "Escape") return;
    if (!this.#parts.reader.hidden) this.#closeSource();
    else this.close();
  }

  async #loadCoverage() {
    if (this.getAttribute("layout") === "page") return; // the page around it shows what is held
    try {
      this.#coverage = await this.client.coverage();
    } catch {
      this.#coverage = null; // suggestions are an extra; asking itself tells what is wrong
    }
    if (this.isConnected) this.#showCoverage();
  }

  #showCoverage() {
    const years = (this.#coverage?.years ?? []).map((year) => year.value);
    const values = { documents: this.#coverage?.documents, first: years[0], last: years.at(-1) };
    this.#parts.held.textContent = years.length ? this.ui.t("held", values) : "";
    if (!this.#turns.length) this.#showTurns();
  }

  /* Asking */

  async #run(turn) {
    const abort = new AbortController();
    this.#abort = abort;
    this.#setBusy(true);
    const slow = setTimeout(() => this.#sayStatus(turn, "slow"), SLOW_AFTER);
    try {
      for await (const event of this.client.ask(this.#request(turn), abort.signal)) this.#take(turn, event);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.#fail(turn, error);
    } finally {
      clearTimeout(slow);
      if (this.#abort === abort) this.#abort = null;
      if (!this.#abort) this.#setBusy(false);
    }
  }

  #request(turn) {
    const earlier = this.#turns.slice(0, this.#turns.indexOf(turn)).filter((one) => one.body);
    const history = earlier.slice(-MAX_HISTORY).map((one) => ({ question: one.question }));
    return { question: turn.question, k: 10, explain: this.getAttribute("layout") === "page", filters: this.filters, history };
  }

  #take(turn, { type, data }) {
    if (type === "passages") turn.documents = data.documents ?? {};
    if (type === "sentence") {
      turn.sentences.push(data);
      this.#addSentence(turn, data);
    }
    if (type === "done") this.#finish(turn, data);
  }

  #addSentence(turn, sentence) {
    turn.status.hidden = true;
    turn.paragraph.append(sentenceView(sentence, turn.documents, this.#context(turn)));
  }

  #finish(turn, body) {
    const { t } = this.ui;
    turn.body = body;
    turn.documents = body.documents;
    if (sameSentences(turn.sentences, body.answer.sentences)) this.#completeTurn(turn);
    else this.#fillTurn(turn);
    this.#scrollToLast();
    const said = body.answer.status === "answered" ? `${t("answer")}: ${body.answer.text}` : `${t("refused")}. ${t(body.answer.reason ?? "not_in_corpus")}`;
    this.#announce(said);
    this.#emit("muhojir-answer", body);
  }

  #fail(turn, trouble) {
    turn.trouble = trouble;
    this.#fillTurn(turn);
    this.#scrollToLast();
    this.#announce(this.ui.t(trouble.code, trouble.values));
    this.#emit("muhojir-trouble", { code: trouble.code });
  }

  #retry(turn) {
    Object.assign(turn, { sentences: [], documents: {}, body: null, trouble: null });
    this.stop();
    this.#fillTurn(turn);
    this.#parts.input.focus();
    return this.#run(turn);
  }

  #setBusy(busy) {
    const { t } = this.ui;
    this.#parts.send.textContent = t(busy ? "stop" : "send");
    if (busy) this.#announce(t("searching"));
  }

  #sayStatus(turn, key) {
    turn.status.textContent = this.ui.t(key);
    this.#announce(this.ui.t(key));
  }

  /* Showing */

  #showTurns() {
    const { transcript, clear, input } = this.#parts;
    const { t } = this.ui;
    clear.hidden = !this.#turns.length;
    input.placeholder = t(this.#turns.length ? "followup" : "placeholder");
    transcript.replaceChildren(...(this.#turns.length ? this.#turns.map((turn) => this.#turnView(turn)) : [this.#suggestions()]));
    this.#scrollToLast();
  }

  /** A follow-up is read from its question down. */
  #scrollToLast() {
    const { transcript } = this.#parts;
    const last = this.#turns.at(-1)?.article;
    if (!last || this.#turns.length < 2) return;
    if (this.getAttribute("layout") === "page") last.scrollIntoView({ block: "start" });
    else transcript.scrollTop = last.offsetTop - transcript.offsetTop - 12;
  }

  #suggestions() {
    const all = this.#coverage?.suggested_questions ?? [];
    const mine = all.filter((one) => one.language === this.ui.language);
    const shown = (mine.length ? mine : all).slice(0, 4);
    if (!shown.length) return "";
    const rows = shown.map((one) => el("li", {}, el("button", { type: "button", class: "row", lang: one.language, onclick: () => this.ask(one.text) }, el("span", { class: "title" }, one.text))));
    return el("section", { class: "suggestions turn", part: "suggestions" }, el("h3", {}, this.ui.t("suggestions")), el("ul", { class: "rows" }, ...rows));
  }

  #turnView(turn) {
    turn.article = el("article", { class: "turn", part: "turn" });
    this.#fillTurn(turn);
    return turn.article;
  }

  #fillTurn(turn) {
    const ui = this.#context(turn);
    const { t } = ui;
    const pending = !turn.body && !turn.trouble;
    turn.status = el("p", { class: "status", hidden: !pending || turn.sentences.length > 0 }, t("searching"));
    turn.paragraph = el("p", { class: "answer", part: "answer" });
    const sentences = turn.body?.answer.sentences ?? turn.sentences;
    turn.paragraph.append(...sentences.map((sentence) => sentenceView(sentence, turn.documents, ui)));
    turn.article.replaceChildren(
      el("h2", { class: "asked", part: "question", dir: "auto" }, turn.question),
      understoodLine(turn, ui),
      turn.status,
      turn.paragraph,
      ...(turn.body ? this.#outcome(turn, ui) : []),
      turn.trouble ? troubleView(turn.trouble, () => this.#retry(turn), ui) : "",
    );
  }

  /** Adds what was missing and leaves the streamed sentences alone: one of their buttons may hold the focus. */
  #completeTurn(turn) {
    const ui = this.#context(turn);
    turn.status.hidden = true;
    turn.status.before(understoodLine(turn, ui));
    turn.article.append(...this.#outcome(turn, ui));
  }

  #outcome(turn, ui) {
    if (turn.body.answer.status !== "answered") return [refusalView(turn.body, ui)];
    const copy = copyButton(ui.t("copyAnswer"), () => answerAsText(turn.body), ui);
    return [unansweredLine(turn.body, ui), sourceList(turn.body, ui), el("div", { class: "after" }, copy)];
  }

  #openCitation(turn, number, event) {
    const citation = turn.body?.citations.find((one) => one.number === number);
    const sentence = turn.sentences.find((one) => one.citations.includes(number));
    this.#openSource(citation ? citationTarget(citation) : sentenceTarget(sentence), event);
  }

  #openSource(target, event) {
    if (!this.#emit("muhojir-source", { target, from: event.currentTarget }, true)) return;
    const { reader, transcript } = this.#parts;
    this.#back = event.currentTarget;
    const view = sourceView(target, this.ui, () => this.#closeSource());
    reader.replaceChildren(view);
    reader.hidden = false;
    transcript.hidden = true;
    view.querySelector(".back").focus();
  }

  #closeSource() {
    const { reader, transcript } = this.#parts;
    if (reader.hidden) return;
    reader.hidden = true;
    transcript.hidden = false;
    reader.replaceChildren();
    this.#back?.focus();
  }

  /** Said once by a screen reader, then removed so that nobody reads it a second time while browsing. */
  #announce(words) {
    const line = el("p", {}, words);
    this.#parts.log.append(line);
    setTimeout(() => line.remove(), FORGET_AFTER);
  }

  #emit(type, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(type, { detail, cancelable, bubbles: true, composed: true }));
  }
}

function sameSentences(some, others) {
  return some.length > 0 && JSON.stringify(some) === JSON.stringify(others);
}

function understoodLine(turn, ui) {
  const standalone = turn.body?.question.standalone;
  if (!standalone || standalone === turn.question) return "";
  return el("p", { class: "understood", dir: "auto" }, ui.t("standalone", { text: standalone }));
}

export function citationTarget(citation) {
  const { document_id, version, start, end, quote, cite_as } = citation;
  return { document_id, version, spans: [[start, end]], quote, cite_as, passage_id: `${document_id}@${version}:${start}-${end}` };
}

/** Before the citations have come, a sentence leads to its own words. */
function sentenceTarget({ document_id, passage_id, start, end, text }) {
  const version = passage_id.slice(document_id.length + 1).split(":")[0];
  return citationTarget({ document_id, version, start, end, quote: text });
}

export function passageTarget(passage) {
  const { document_id, version, start, end, id } = passage;
  return { document_id, version, spans: [[start, end]], passage_id: id };
}

/** The corner that the host page's direction calls the end. */
function sideOf(element) {
  const wanted = element.getAttribute("side");
  if (["left", "right"].includes(wanted)) return wanted;
  return getComputedStyle(document.documentElement).direction === "rtl" ? "left" : "right";
}

/* Start ---------------------------------------------------------------------------------------------------------- */

const OPTIONS = ["server", "key", "lang", "theme", "heading", "side"];

/** A script tag with any data- option puts the button into the corner of its page. */
function floatFrom(script) {
  const chosen = OPTIONS.filter((name) => name in script.dataset);
  if (!chosen.length && !("floating" in script.dataset)) return;
  const chat = el("muhojir-chat", { floating: true });
  for (const name of chosen) chat.setAttribute(name, script.dataset[name]);
  document.body.append(chat);
}

if (!customElements.get("muhojir-chat")) {
  customElements.define("muhojir-chat", MuhojirChat);
  for (const script of document.querySelectorAll("script[src]")) {
    if (new URL(script.src, document.baseURI).href === import.meta.url) floatFrom(script);
  }
}
