/* On every page: what is past its time goes, and whoever signs out hears what has not been sent. */

import { device, dropAll, queue } from "./device.js";

async function waiting() {
  await device();
  return (await queue()).length;
}

async function signOut(form) {
  await dropAll().catch(() => {});
  form.submit();
}

function ask(form, count) {
  const box = document.querySelector("[data-street-leave]");
  box.querySelector("[data-street-count]").textContent = count;
  box.querySelector("[data-street-go]").addEventListener("click", () => signOut(form), { once: true });
  box.showModal();
}

function holdSignOut() {
  const form = document.querySelector("form[data-sign-out]");
  if (!form) {
    return;
  }
  /* Before the listener that forbids a second submit: whoever comes back may sign out after all. */
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    waiting()
      .catch(() => 0)
      .then((count) => (count ? ask(form, count) : signOut(form)));
  });
  document.querySelector("[data-street-stay]").addEventListener("click", function () {
    document.querySelector("[data-street-leave]").close();
  });
}

if (window.indexedDB && window.isSecureContext) {
  holdSignOut();
  waiting().catch(() => {});
}
