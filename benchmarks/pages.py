"""Which pages are measured, of which server, and what stands on them."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from benchmarks import gates
from benchmarks.bare import TABLE
from benchmarks.load import KEY, Call, once
from benchmarks.rounds import Subject
from benchmarks.servers import Server
from benchmarks.sites import DIRECTOR, MANY, STRANGER, USUAL, WRITER, Site

ROTATED = 20  # cases asked for in turn
_DEEP = 5  # the page of the list to which the reader has turned
_OF_ALL_AGES = "R-IND-AGRESSIE"


@dataclass(frozen=True, slots=True)
class Product:
    """The product on one site, running."""

    site: Site
    server: Server


def product(site: Site, logs: Path) -> Product:
    """Start the product on a site."""
    server = Server(f"product {site.size}", "benchmarks.product:create()", site.environment())
    server.start(logs)
    return Product(site, server)


def reading(at: Product) -> list[Subject]:
    """Return the pages that are read, after checking what stands on each."""
    site, base, label = at.site, at.server.url, f"{at.site.size:,}"
    people = (USUAL, MANY, STRANGER, DIRECTOR)
    usual, many, stranger, director = (site.sign_in(one)[0] for one in people)
    mine = site.case_ids(USUAL)
    known = gates.names(site, mine)
    first = {name.case_id: name for name in known}[mine[0]]
    caseload = Call(("/zaken",), usual, mark=str(first.case_id))
    gates.check_page(base, caseload, [name.short for name in known], what="caseload")
    gates.check_stranger(base, stranger, mine[0], known)
    cases = [f"/zaken/{case_id}" for case_id in mine[:ROTATED]]
    logs = [f"/zaken/{case_id}/inzage" for case_id in site.case_ids(DIRECTOR)]
    shown = {name.case_id: name for name in known}
    for case_id in mine[:ROTATED]:
        name = shown[case_id]
        gates.check_page(
            base, Call((f"/zaken/{case_id}",), usual),
            [gates.escape(name.given_name), gates.escape(name.family_name)], what="case page",
        )  # fmt: skip
    further = Call((_deep_page(base, many),), many, mark="</table>")
    watch = {"server": at.server, "site": site}
    return [
        Subject(f"list, 50 cases of {label}", call=caseload, subjects=50, **watch),
        Subject(f"next page of {label}", call=further, subjects=50, **watch),
        Subject(
            f"case page of {label}", call=Call(tuple(cases), usual, mark="</main>"),
            subjects=1, **watch,
        ),
        Subject(
            f"log of one youth of {label}",
            call=Call(tuple(logs), director, mark="</main>"),
            subjects=1, **watch,
        ),
    ]  # fmt: skip


def _deep_page(base: str, cookie: str) -> str:
    path = "/zaken"
    for _page in range(_DEEP - 1):
        _status, answer = once(base, Call((path,), cookie))
        found = re.search(r'href="(/zaken\?na=[^"]+)"', answer)
        if found is None:
            return path  # a small site has fewer pages
        path = found[1].replace("&amp;", "&")
    return path


def long_list(at: Product) -> Subject:
    """Return the list of somebody with five hundred cases."""
    cookie, _token = at.site.sign_in(MANY)
    first = at.site.case_ids(MANY, 1)[0]
    return Subject(
        "list, 500 cases", at.server, Call(("/zaken",), cookie, mark=str(first)), at.site, 50
    )


def writing(at: Product) -> Subject:
    """Return the form with which a factor is written down, with its token and its key."""
    cookie, token = at.site.sign_in(WRITER)
    paths = [f"/zaken/{one}/factoren/nieuw" for one in at.site.case_ids(WRITER, ROTATED)]
    answers = {
        "csrf_token": token,
        "submit_key": KEY,
        "factor": _OF_ALL_AGES,
        "presence": "sterk",
        "nature": "feit",
        "source": "eigen",
        "on": "20-11-2026",
        "note": "Werd deze week drie keer boos op het plein en liep toen zelf weg.",
    }
    _status, form = once(at.server.url, Call((paths[0],), cookie))
    for name in ("presence", "nature", "source"):
        answers[name] = _first_choice(form, name)
    body = urlencode(answers, safe="{}")
    call = Call(tuple(paths), cookie, body=body, status=302, mark="")
    return Subject("factor write", at.server, call, at.site, subjects=1, observations=1)


def _first_choice(form: str, name: str) -> str:
    field = form[form.index(f'name="{name}"') :]
    found = re.search(r'value="([^"]+)"', field)
    if found is None:
        raise gates.GateError(f"the form of a factor offers no {name}")
    return found[1]


def bare(site: Site, logs: Path) -> list[Subject]:
    """Return the floor: a constant page and a commit."""
    server = Server("bare Flask", "benchmarks.bare:create_app()", site.environment())
    with site.connect() as connection:
        connection.execute(TABLE)
    server.start(logs)
    return [
        Subject("bare page", server, Call(("/",), mark="</table>")),
        Subject("bare commit", server, Call(("/commit",), body="note=x", status=302)),
    ]


def peer(site: Site, server: Server, session: str) -> list[Subject]:
    """Return Django's pages of the same rows."""
    mine = site.case_ids(USUAL)
    cookie = f"sessionid={session}"
    listed = {name: Call((f"/admin/peer/{name}/",), cookie, mark="50") for name in _LISTS}
    for name, call in listed.items():
        ids = [f"/admin/peer/{name}/{case_id}/change/" for case_id in mine]
        gates.check_page(server.url, call, ids, what=f"Django {name}")
    pages = {
        name: Call(
            tuple(f"/admin/peer/{name}/{one}/change/" for one in mine[:ROTATED]), cookie,
            mark="_save",
        )
        for name in _LISTS
    }  # fmt: skip
    return [
        Subject("Django admin list", server, listed["case"]),
        Subject("Django admin list, our SQL", server, listed["samerows"]),
        Subject("Django admin page", server, pages["case"]),
        Subject("Django admin page, one table", server, pages["samerows"]),
    ]


_LISTS = ("case", "samerows")
