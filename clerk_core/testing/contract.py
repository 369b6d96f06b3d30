"""Test an adapter against the contract of all adapters of `clerk_core`, with pytest.

Install it with `pip install "clerk-core[testing]"`. Write an application with the routes below in
the framework, and derive a class from `AdapterContract` that creates it:

    from clerk_core.testing.contract import AdapterContract, Site, WsgiSite

    class TestMyAdapter(AdapterContract):
        def make(self, **options) -> Site:
            ...

Routes answer GET unless another method is named. "Describe" means: return as JSON what
`describe_auth` (for `auth()`) or `describe_any_auth` (for `auth(accepts_token=…)`) returns.

| route | what it does |
|---|---|
| `/` (GET, POST) | describes `auth()` |
| `/pending` | describes `auth(treat_pending_as_signed_out=False)` |
| each of `GUARDED_ROUTES` | behind `require_auth` with these arguments, describes `auth()` |
| `/protected` | describes what `protect(role="org:admin")` returns |
| `/called` (GET, POST) | behind `require_auth()`, describes `auth()` |
| `/order` (POST) | behind `require_auth`, returns the `number` of the JSON body as `number` |
| `/options` (GET, OPTIONS) | behind `require_auth`, describes `auth()` for both methods |
| `/user` | calls `current_user()` three times; returns its `to_public_dict()`, or null |
| `/user/json` | passes the user itself to the JSON encoder of the framework |
| `/auth/json` | passes the Auth object to the JSON encoder of the framework |
| `/organization` | calls `current_organization()` three times; its `to_public_dict()`, or null |
| `/auth/public` | returns `auth().to_public_dict()` |
| `/links` | returns what each function of `LINKS` returns, by its name |
| `/to-sign-in` (GET, POST) | `redirect_to_sign_in()`, with `?back=` as the URL to return to |
| `/to-sign-up` | `redirect_to_sign_up()` |
| `/to-tasks` | `redirect_to_tasks()` |
| `/sign-out` (GET, POST) | `sign_out()`, with `?to=` as `redirect_url` |
| `/program` | describes `auth(accepts_token=…)` of three calls; see `parse_accepts_token` |
| `/programs` | describes `auth(accepts_token=…)` for each of `API_KEY_FORMS`, as a list |
| `/token` | returns a token of the JWT template `supabase` as `token` |
| `/webhook` (POST) | `verify_webhook`: returns the type of the event as `type`, or status 400 |
| `/crash` | raises an error whose text contains the secret key |
| `/refused` | raises an error; its handler responds with 418 and describes `auth()` |
| `/unknown-user` | does not catch an error of the Backend API |
| `/stream` | streams `It is `, then the user ID |
| `/cookies` | sets two cookies, `first` and `second` |
| `/public` | describes `auth()`, with the headers `PUBLIC_HEADERS` |
| `/kept` | returns text, in a response object that is created once and returned every time |
| `/client` | returns the publishable key of `clerk_client()` as `publishable_key` |

If the framework cannot return a response twice, `/kept` keeps the headers of its response instead.
"""

from __future__ import annotations

from importlib.util import find_spec

# First, because the modules below import it, too.
if find_spec("pytest") is None:
    raise ModuleNotFoundError(
        'The contract needs pytest. Install it with: pip install "clerk-core[testing]"',
        name="pytest",
    )

from clerk_core.testing._clients import AsgiSite, Connected, WsgiSite
from clerk_core.testing._contract import AdapterContract, WebSockets
from clerk_core.testing._site import (
    API_KEY_FORMS,
    GUARDED_ROUTES,
    LINKS,
    PUBLIC_HEADERS,
    Answer,
    Site,
    describe_any_auth,
    describe_auth,
    parse_accepts_token,
)

__all__ = [
    "API_KEY_FORMS",
    "GUARDED_ROUTES",
    "LINKS",
    "PUBLIC_HEADERS",
    "AdapterContract",
    "Answer",
    "AsgiSite",
    "Connected",
    "Site",
    "WebSockets",
    "WsgiSite",
    "describe_any_auth",
    "describe_auth",
    "parse_accepts_token",
]
