/* The page in the street: write without a network, send once there is one. */

import * as kept from "./device.js";

const root = document.querySelector("[data-street]");
const words = root.querySelector("[data-street-words]").dataset;
const part = (name) => root.querySelector("[data-street-" + name + "]");
const takeForm = document.querySelector("form[data-street-take]");
const noteForm = part("form");
const AGAIN = 60 * 1000;
const SOON = 3 * 1000;
const PATIENCE = 15 * 1000;
const GONE = "weg";
const OTHER = "ander";
const OFF = "uit";

/* What came back, by the number of the note: the server's answer, for as long as the page stands. */
const refused = new Map();
let isSending = false;
let isLooking = false;
let isAskedAgain = false;
let names = new Map();

/** A time as the server writes it: Dutch time, with a dot in Dutch. */
function clock(moment) {
  const shape = { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam", hourCycle: "h23" };
  const language = document.documentElement.lang;
  const text = new Date(moment).toLocaleTimeString(language, shape);
  return language === "nl" ? text.replace(":", ".") : text;
}

function say(text, kind) {
  const box = part("said");
  box.querySelector("p").textContent = text;
  box.className = "utrecht-alert pmg-alert utrecht-alert--" + (kind || "info");
  box.hidden = !text;
}

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

const counted = (one, many, count) => filled(count === 1 ? one : many, { count });

function fromTemplate(name) {
  return part("template-" + name).content.firstElementChild.cloneNode(true);
}

function field(name) {
  return noteForm.querySelector('[name="' + name + '"]:checked');
}

const kindLabel = (kind) => {
  const box = noteForm.querySelector('[name="kind"][value="' + kind + '"]');
  return box ? noteForm.querySelector('label[for="' + box.id + '"]').textContent : "";
};

/* ---- what stands on the page ---- */

/** Draw a list anew only when it is another: what has the focus keeps it, and what is typed stays. */
function replaced(box, mark, items) {
  if (box.dataset.mark !== mark) {
    box.dataset.mark = mark;
    box.replaceChildren(...items());
  }
}

function drawYouth(one, place) {
  const item = fromTemplate("youth");
  const input = item.querySelector("input");
  const label = item.querySelector("label");
  input.value = one.case;
  input.id = "jongere-" + place;
  label.htmlFor = input.id;
  label.textContent = one.name;
  return item;
}

function drawYouths(list) {
  names = new Map(list.map((one) => [one.case, one.name]));
  replaced(part("youths"), JSON.stringify(list), () => list.map(drawYouth));
}

function drawRow(row, label) {
  const item = fromTemplate("waiting");
  const name = label && names.get(label.case);
  item.querySelector("[data-what]").textContent = name
    ? filled(words.what, { name, kind: kindLabel(label.kind), time: clock(label.at) })
    : words.unknown;
  item.querySelector("[data-drop]").addEventListener("click", () => discard(row.id));
  return item;
}

function drawRefused(row, label, answer) {
  const item = fromTemplate("refused");
  const text = item.querySelector("textarea");
  const name = label && names.get(label.case);
  item.querySelector("[data-what]").textContent = name
    ? filled(words.what, { name, kind: kindLabel(label.kind), time: clock(label.at) })
    : words.unknown;
  item.querySelector("[data-why]").textContent = answer.message;
  text.id = "terug-" + row.id;
  item.querySelector("label").htmlFor = text.id;
  text.value = answer.text || "";
  const again = item.querySelector("[data-again]");
  again.textContent = answer.asks ? words.anyway : words.again;
  again.hidden = !label || answer.text === undefined;
  again.addEventListener("click", async () => {
    await kept.change(row, { ...label, text: text.value }, Boolean(answer.asks));
    refused.delete(row.id);
    await draw();
    await send();
  });
  item.querySelector("[data-copy]").addEventListener("click", async () => {
    text.select();
    await navigator.clipboard.writeText(text.value).catch(() => document.execCommand("copy"));
    say(words.copied, "ok");
  });
  const link = item.querySelector("[data-form]");
  link.hidden = !answer.form_url;
  link.querySelector("a").href = answer.form_url || "";
  item.querySelector("[data-drop]").addEventListener("click", () => discard(row.id));
  return item;
}

/** Draw everything from what is kept: the one truth of this page. */
async function draw() {
  const record = await kept.device();
  const rows = await kept.queue();
  drawYouths(record ? await kept.youths(record) : []);
  const labels = new Map();
  for (const row of rows) {
    labels.set(row.id, await kept.labelOf(record, row));
  }
  const waiting = rows.filter((row) => !refused.has(row.id));
  const back = rows.filter((row) => refused.has(row.id));
  const mark = (list) => JSON.stringify(list.map((row) => [row.id, labels.get(row.id), [...names]]));
  replaced(part("waiting"), mark(waiting), () => waiting.map((row) => drawRow(row, labels.get(row.id))));
  replaced(part("back"), mark(back), () =>
    back.map((row) => drawRefused(row, labels.get(row.id), refused.get(row.id))),
  );
  part("write").hidden = !record;
  part("none").hidden = Boolean(record);
  part("queue").hidden = waiting.length === 0;
  part("came-back").hidden = back.length === 0;
  part("until").textContent = record ? filled(words.until, { time: clock(record.until) }) : "";
  if (takeForm && record) {
    takeForm.querySelectorAll('[name="youths"]').forEach((box) => {
      box.checked = box.checked || names.has(box.value);
    });
  }
  return record;
}

async function discard(id) {
  if (window.confirm(words.sure)) {
    refused.delete(id);
    await kept.drop(id);
    await draw();
    say(words.discarded);
  }
}

/* ---- the network ---- */

function asked(address, more) {
  return fetch(address, {
    credentials: "same-origin",
    cache: "no-store",
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
    ...more,
  });
}

function post(address, token, fields) {
  fields.set("csrf_token", token);
  return asked(address, { method: "POST", body: fields });
}

/** Ask what the keys of this device are worth, and do as the server says.

    Asked in silence it goes without the cookie: a page that is left open keeps no session alive. */
async function standing(isSilent) {
  const record = await kept.device();
  const rows = await kept.queue();
  const keys = new Set(rows.map((row) => row.key));
  if (record) {
    keys.add(record.id);
  }
  const answer = await asked(root.dataset.standing, {
    headers: { "X-Street-Keys": [...keys].join(",") },
    credentials: isSilent ? "omit" : "same-origin",
  });
  if (!answer.ok) {
    throw new Error("no answer");
  }
  const told = await answer.json();
  for (const [key, state] of Object.entries(told.keys)) {
    if (state === GONE) {
      await kept.forget(key);
      say(words.gone, "warning");
    } else if (record && record.id === key && (state === OTHER || state === OFF)) {
      await kept.dropList();
      say(state === OFF ? words.off : words.other, "warning");
    }
  }
  return told;
}

/** Send one note; return whether the next one may go. */
async function sendOne(row, token, count) {
  const fields = new URLSearchParams({ key: row.key, note: row.id, sealed: row.sealed });
  if (row.anyway) {
    fields.set("anyway", "1");
  }
  const answer = await post(root.dataset.send, token, fields);
  if (![200, 409, 410].includes(answer.status)) {
    say(words.later, "warning");
    return false;
  }
  const told = await answer.json();
  if (told.outcome === "refused") {
    refused.set(row.id, told);
    return true;
  }
  count[told.outcome === "gone" ? "gone" : "sent"] += 1;
  await kept.drop(row.id);
  return true;
}

async function sendAll() {
  const told = await standing();
  /* What came back waits for its writer, not for the network. */
  const rows = (await kept.queue()).filter((row) => told.keys[row.key] !== OTHER && !refused.has(row.id));
  part("sign-in").hidden = told.signed_in || rows.length === 0;
  if (!told.signed_in) {
    return;
  }
  const count = { sent: 0, gone: 0 };
  for (const row of rows) {
    if (!(await sendOne(row, told.csrf, count))) {
      break;
    }
  }
  if (count.sent) {
    say(counted(words.sentOne, words.sentMany, count.sent), "ok");
  }
  if (count.gone) {
    say(words.gone, "warning");
  }
}

function showNetwork(isThere) {
  const whole = document.querySelector("[data-street-whole]");
  part("offline").hidden = isThere;
  if (whole) {
    whole.hidden = !isThere;
  }
}

/** Send what waits; without a network it keeps waiting. */
async function send(isAsked) {
  if (isSending) {
    isAskedAgain = true; /* the network may have come back meanwhile */
    return;
  }
  isSending = true;
  isAskedAgain = false;
  try {
    await sendAll();
    showNetwork(true);
  } catch {
    showNetwork(false);
    if (isAsked) {
      say(words.noNetwork, "warning");
    }
  } finally {
    isSending = false;
    await draw();
  }
  if (isAskedAgain) {
    await send();
  }
}

/** Look whether the network and the key are still there; what waited for the network then goes. */
async function look() {
  const wasGone = !part("offline").hidden;
  try {
    await standing(true);
    showNetwork(true);
  } catch {
    showNetwork(false);
  }
  await draw();
  if (wasGone && part("offline").hidden) {
    await send();
  }
}

/** Ask whether the server is there again: no event tells it where the browser never lost the network. */
async function lookForServer() {
  if (part("offline").hidden || !navigator.onLine || isLooking) {
    return;
  }
  isLooking = true;
  try {
    await standing(true);
    await send();
  } catch {
    /* still gone */
  } finally {
    isLooking = false;
  }
}

/* ---- what people do ---- */

function problems(note) {
  const limit = Number(noteForm.dataset.limit);
  const found = [];
  if (!note.case) {
    found.push(words.noYouth);
  }
  if (!note.kind) {
    found.push(words.noKind);
  }
  if (!note.text) {
    found.push(words.noText);
  } else if (note.text.length > limit) {
    found.push(filled(words.tooLong, { limit, length: note.text.length }));
  }
  return found;
}

function showProblems(found) {
  const box = part("problems");
  box.querySelector("ul").replaceChildren(
    ...found.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
  box.hidden = found.length === 0;
  if (found.length) {
    box.focus();
  }
}

async function write(event) {
  event.preventDefault();
  const text = noteForm.querySelector("textarea");
  const [youth, kind] = [field("youth"), field("kind")];
  const note = {
    case: youth && youth.value,
    kind: kind && kind.value,
    text: text.value.trim(),
    at: new Date().toISOString(),
  };
  const found = problems(note);
  showProblems(found);
  if (found.length) {
    return;
  }
  const record = await kept.device();
  if (!record) {
    say(words.gone, "warning");
    await draw();
    return;
  }
  await kept.put(record, note);
  text.value = "";
  [youth, kind].forEach((box) => {
    box.checked = false;
  });
  say(filled(words.kept, { time: clock(record.until) }), "ok");
  await draw();
  await send();
}

async function take(event) {
  event.preventDefault();
  try {
    await send();
    const told = await standing();
    part("sign-in").hidden = told.signed_in;
    if (!told.signed_in) {
      return;
    }
    const fields = new URLSearchParams(new FormData(takeForm));
    const answer = await post(takeForm.action, told.csrf, fields);
    const given = await answer.json();
    if (answer.status !== 200) {
      say(given.message, "error");
      return;
    }
    const record = await kept.take(given);
    if (navigator.storage && navigator.storage.persist) {
      navigator.storage.persist();
    }
    await draw();
    say(filled(words.taken, { time: clock(record.until) }), "ok");
    part("write").querySelector("h2").focus();
  } catch {
    say(words.noNetwork, "warning");
  }
}

async function wipe() {
  if (window.confirm(words.sureWipe)) {
    await kept.dropAll();
    await draw();
    say(words.wiped);
  }
}

async function begin() {
  if (!window.isSecureContext || !window.indexedDB || !("serviceWorker" in navigator)) {
    say(words.tooOld, "error");
    return;
  }
  noteForm.addEventListener("submit", write);
  part("now").addEventListener("click", () => send(true));
  part("wipe").addEventListener("click", wipe);
  window.addEventListener("online", () => send());
  window.addEventListener("offline", () => showNetwork(false));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
  window.setInterval(look, AGAIN);
  window.setInterval(lookForServer, SOON);
  if (takeForm) {
    takeForm.addEventListener("submit", take);
    takeForm.hidden = false;
  }
  await draw();
  await send();
  navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope }).catch(() => {});
}

begin();
