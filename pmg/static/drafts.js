/* Keeps what is being typed on the server, for who types it. A form works without this file. */
"use strict";

(function () {
  const PAUSE = 3000;
  const form = document.querySelector("form[data-draft]");
  if (!form) {
    return;
  }
  let timer = null;
  let isSent = false;
  let underWay = null;

  function typed() {
    const data = new FormData(form);
    /* The key is for sending; of a draft it only says which form it is of. */
    data.set("concept_van", data.get("submit_key") || "");
    data.delete("submit_key");
    data.set("concept", "bewaren");
    return new URLSearchParams(data);
  }

  function show(name) {
    ["kept", "lost", "failed"].forEach(function (each) {
      form.querySelector("[data-draft-" + each + "]").hidden = each !== name;
    });
  }

  function keep(last) {
    window.clearTimeout(timer);
    timer = null;
    if (isSent) {
      return;
    }
    underWay = new AbortController();
    fetch(form.getAttribute("action") || window.location.href, {
      method: "POST",
      body: typed(),
      credentials: "same-origin",
      redirect: "manual",
      keepalive: last,
      signal: last ? null : underWay.signal,
    })
      .then(function (answer) {
        if (answer.status === 204) {
          show("kept");
          document.dispatchEvent(new Event("pmg:answered"));
        } else {
          show("lost");
        }
      })
      .catch(function () {
        if (!isSent) {
          show("failed");
        }
      });
  }

  form.addEventListener("input", function () {
    if (timer === null) {
      timer = window.setTimeout(keep, PAUSE);
    }
  });
  form.addEventListener("submit", function () {
    isSent = true;
    window.clearTimeout(timer);
    if (underWay) {
      underWay.abort();
    }
  });
  /* A phone that goes to sleep, another tab: what was typed last comes along. */
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden" && timer !== null) {
      keep(true);
    }
  });
  window.addEventListener("pageshow", function () {
    isSent = false;
  });
})();
