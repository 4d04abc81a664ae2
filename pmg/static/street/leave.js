/* On every page: what is past its time goes, and whoever signs out hears what has not been sent. */

import { device, dropAll, queue } from "./device.js";

async function waiting() {
  await device();
  return (await queue()).length;
}

function holdSignOut(form, box) {
  const leave = () =>
    dropAll()
      .catch(() => {})
      .then(() => form.submit());

  function ask(count) {
    box.querySelector("[data-street-count]").textContent = count;
    box.showModal();
  }

  /* Before the listener that forbids a second submit: whoever stays may sign out after all. */
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    waiting()
      .catch(() => 0)
      .then((count) => (count ? ask(count) : leave()));
  });
  box.querySelector("[data-street-stay]").addEventListener("click", () => box.close());
  box.querySelector("[data-street-go]").addEventListener("click", leave);
}

if (window.indexedDB && window.isSecureContext) {
  const form = document.querySelector("form[data-sign-out]");
  if (form) {
    holdSignOut(form, document.querySelector("[data-street-leave]"));
  }
  waiting().catch(() => {});
}
