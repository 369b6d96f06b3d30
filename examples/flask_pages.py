"""Clerk on pages that Flask renders: sign-in, user button, organization switcher, and a form.

Set CLERK_PUBLISHABLE_KEY and CLERK_SECRET_KEY, and run it:

    flask --app examples/flask_pages run
"""

from collections import defaultdict

from flask import Flask, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from clerk_core.flask import auth, clerk_client, install, require_auth, sign_out
from clerk_core.pages import content_security_policy

app = Flask(__name__)
install(app, sign_in_url="/sign-in", sign_out_url="/sign-out")
notes: defaultdict[str, list[str]] = defaultdict(list)


def owner() -> str:
    who = auth()
    return who.org_id or who.user_id or ""


@app.get("/")
def home() -> str:
    return render_template("home.html", notes=notes[owner()])


# Clerk's form has a page for each step: /sign-in/factor-one, and so on.
@app.get("/sign-in")
@app.get("/sign-in/<path:step>")
def sign_in(step: str = "") -> str:
    return render_template("sign_in.html")


@app.post("/notes")
@require_auth
def add_note() -> ResponseReturnValue:
    notes[owner()].append(request.form["text"])
    return redirect("/", 303)


@app.post("/sign-out")
def end_session() -> Response:
    return sign_out()


@app.after_request
def add_policy(response: Response) -> Response:
    policy = content_security_policy(clerk_client().settings)
    response.headers["Content-Security-Policy"] = policy
    return response
