/* Steps of one form without leaving the page: Back and Forward keep every answer, in the memory
   of this page only. Without this file each step is a page of its own, which a browser may not
   keep, and Back from it shows an error of the browser. */
"use strict";

(function () {
  const pages = [];
  let at = 0;

  function focus(id) {
    const main = pages[at].main;
    const target = main.querySelector("[data-error-summary]") || (id && document.getElementById(id));
    (target || main).focus();
    if (!target) {
      window.scrollTo(0, 0);
    }
  }

  function show(step, id) {
    const old = pages[at].main;
    at = step;
    old.replaceWith(pages[at].main);
    document.title = pages[at].title;
    focus(id);
    /* As a browser tells a page that it kept: its form may be sent again. */
    window.dispatchEvent(new Event("pageshow"));
  }

  /** What was wrong on a page is wrong no longer once its answers were accepted. */
  function clearErrors(page) {
    if (page.main.querySelector("[data-error-summary]")) {
      page.title = page.title.slice(page.title.indexOf(": ") + 2);
    }
    page.main.querySelectorAll("[data-error-summary], .pmg-error").forEach(function (error) {
      error.remove();
    });
    page.main.querySelectorAll("[aria-invalid]").forEach(function (field) {
      field.removeAttribute("aria-invalid");
    });
  }

  function next(answer, html, id) {
    const read = new DOMParser().parseFromString(html, "text/html");
    if (answer.ok) {
      clearErrors(pages[at]);
    }
    pages.splice(at + 1);
    pages.push({ main: document.adoptNode(read.querySelector("main")), title: read.title });
    history.pushState({ step: at + 1 }, "", answer.url);
    show(at + 1, id);
    document.dispatchEvent(new Event("pmg:answered"));
  }

  function answers(form, button) {
    const data = new FormData(form);
    if (button && button.name) {
      data.append(button.name, button.value);
    }
    return new URLSearchParams(data);
  }

  function send(event) {
    const form = event.target;
    if (event.defaultPrevented || !("inPlace" in form.dataset) || !("submitter" in event)) {
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    const address = new URL(button && button.hasAttribute("formaction") ? button.formAction : form.action, window.location.href);
    const notSent = document.querySelector("[data-not-sent]");
    notSent.hidden = true;
    fetch(address.pathname, { method: "POST", body: answers(form, button) })
      .then(function (answer) {
        if (answer.redirected) {
          window.location.assign(answer.url);
          return null;
        }
        return answer.text().then(function (html) {
          next(answer, html, address.hash.slice(1));
        });
      })
      .catch(function () {
        notSent.hidden = false;
        window.dispatchEvent(new Event("pageshow"));
      });
  }

  pages.push({ main: document.querySelector("main"), title: document.title });
  history.replaceState({ step: 0 }, "");
  document.addEventListener("submit", send);
  window.addEventListener("popstate", function (event) {
    const step = event.state ? event.state.step : -1;
    if (step in pages) {
      show(step);
    } else if (event.state) {
      window.location.reload();
    }
  });
})();
