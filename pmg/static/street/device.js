/* What stands on a device without a network, and for how long.

   The list is sealed under a key that this browser cannot take out, and that is wiped together with
   the list: at signing out, after twelve hours, when the clock was set back, and when the server
   says so. A note is sealed for the server as soon as it is written: nothing here can open it. */

const NAME = "pmg-op-straat";
const KEPT = "kept";
const QUEUE = "queue";
const DEVICE = "device";
const PURPOSE = "pmg street note 1";
const PAD = 256;
const SLACK = 5 * 60 * 1000;

const coded = (text) => new TextEncoder().encode(text);

export function toBase64(bytes) {
  let text = "";
  bytes.forEach((byte) => {
    text += String.fromCharCode(byte);
  });
  return window.btoa(text);
}

export const fromBase64 = (text) => Uint8Array.from(window.atob(text), (sign) => sign.charCodeAt(0));

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(KEPT);
      asked.result.createObjectStore(QUEUE, { keyPath: "id" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** Do one thing with what is kept, and close it again: whoever clears it need not wait. */
async function inside(mode, act) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const work = base.transaction([KEPT, QUEUE], mode, { durability: "strict" });
      const asked = act(work.objectStore(KEPT), work.objectStore(QUEUE));
      work.oncomplete = () => resolve(asked ? asked.result : undefined);
      work.onerror = () => reject(work.error);
      work.onabort = () => reject(work.error);
    });
  } finally {
    base.close();
  }
}

/** Forget the list and its key; what waits for sending stays, and opens to nobody here. */
export function dropList() {
  return inside("readwrite", (kept) => kept.clear());
}

export function dropAll() {
  return inside("readwrite", (kept, queue) => {
    kept.clear();
    queue.clear();
  });
}

/** Return what the device was given, or null; what is past its time goes before it is shown. */
export async function device() {
  const found = await inside("readonly", (kept) => kept.get(DEVICE));
  if (!found) {
    return null;
  }
  const now = Date.now();
  if (now >= found.until || now < found.seen - SLACK) {
    await dropAll();
    return null;
  }
  found.seen = Math.max(now, found.seen);
  await inside("readwrite", (kept) => kept.put(found, DEVICE));
  return found;
}

async function closed(key, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, coded(JSON.stringify(value)));
  return { iv, data };
}

async function read(key, box) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv }, key, box.data);
  return JSON.parse(new TextDecoder().decode(plain));
}

/** Return whom the device may name. */
export const youths = (record) => read(record.key, record.list);

/** Keep a new list in place of the old one, under a new key; labels of what waits come along. */
export async function take(given) {
  const before = await device();
  const now = Date.now();
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const record = {
    id: given.key,
    point: fromBase64(given.point),
    key,
    list: await closed(key, given.youths),
    until: now + given.seconds * 1000,
    seen: now,
  };
  const waiting = await queue();
  for (const row of waiting) {
    const label = await labelOf(before, row);
    row.label = label ? await closed(key, label) : null;
  }
  await inside("readwrite", (kept, rows) => {
    kept.put(record, DEVICE);
    waiting.forEach((row) => rows.put(row));
  });
  return record;
}

async function sealed(keyId, point, id, note) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const mine = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const theirs = await crypto.subtle.importKey("raw", point, curve, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, mine.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: coded(keyId), info: coded(PURPOSE) },
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
  const plain = coded(JSON.stringify(note));
  const padded = new Uint8Array(Math.ceil(plain.length / PAD) * PAD).fill(0x20);
  padded.set(plain);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bound = { name: "AES-GCM", iv, additionalData: coded(keyId + "/" + id) };
  const data = new Uint8Array(await crypto.subtle.encrypt(bound, key, padded));
  const open = new Uint8Array(await crypto.subtle.exportKey("raw", mine.publicKey));
  return toBase64(new Uint8Array([...open, ...iv, ...data]));
}

/** Put a note with what waits for sending; from here on only the server can read it. */
export async function put(record, note) {
  const id = crypto.randomUUID();
  const label = { case: note.case, kind: note.kind, at: note.at };
  const row = {
    id,
    key: record.id,
    point: record.point,
    until: record.until,
    label: await closed(record.key, label),
    sealed: await sealed(record.id, record.point, id, note),
  };
  await inside("readwrite", (_kept, queue) => queue.put(row));
}

/** Put another text in place of a note that came back, under its own number. */
export async function change(row, note, anyway) {
  row.sealed = await sealed(row.key, row.point, row.id, note);
  row.anyway = anyway;
  await inside("readwrite", (_kept, queue) => queue.put(row));
}

/** Return what waits for sending, oldest first; what is past its time opens to nobody: it goes. */
export async function queue() {
  const rows = await inside("readonly", (_kept, waiting) => waiting.getAll());
  const now = Date.now();
  const over = rows.filter((row) => row.until <= now);
  if (over.length) {
    await inside("readwrite", (_kept, waiting) => over.forEach((row) => waiting.delete(row.id)));
  }
  return rows.filter((row) => row.until > now);
}

/** Return of whom, of what kind and of when a note is, where this device may still know. */
export async function labelOf(record, row) {
  if (!record || !row.label) {
    return null;
  }
  try {
    return await read(record.key, row.label);
  } catch {
    return null;
  }
}

export function drop(id) {
  return inside("readwrite", (_kept, waiting) => waiting.delete(id));
}

/** Forget a key that the server does not know any more, and all that was written for it. */
export async function forget(keyId) {
  const rows = await inside("readonly", (_kept, waiting) => waiting.getAll());
  const found = await inside("readonly", (kept) => kept.get(DEVICE));
  await inside("readwrite", (kept, waiting) => {
    rows.filter((row) => row.key === keyId).forEach((row) => waiting.delete(row.id));
    if (found && found.id === keyId) {
      kept.clear();
    }
  });
}
