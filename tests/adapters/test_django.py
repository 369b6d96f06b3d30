"""What Django does in its own way: settings, checks, class-based views, URLconfs, templates."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any, ClassVar, cast

import pytest
from django.conf import settings
from django.core import checks
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.decorators import method_decorator
from django.views import View

from clerk_core import AsyncClerk, Clerk, ConfigurationError, Options, Request
from clerk_core.adapters import GuardOptions
from clerk_core.django import (
    AccessDenied,
    RequireAuthMixin,
    aauth,
    aclerk_client,
    acurrent_user,
    auth,
    clerk_client,
    current_user,
    install,
    protect,
    require_auth,
    sign_out,
)
from clerk_core.testing._instance import Instance
from clerk_core.testing._tokens import ADMIN, PAGE, bearer, browser_cookies, cookie, token
from tests.adapters.django_project import CLERK, set_up

set_up()

SECURITY = "django.middleware.security.SecurityMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "clerk_core.django.context_processors.clerk",
            ]
        },
    }
]
_kept: list[Any] = []


class Session:
    """A test client of Django, with the headers of one visitor."""

    def __init__(self, *headers: tuple[str, str]) -> None:
        self.headers = dict(headers)
        self.client = Client(raise_request_exception=False, headers=self.headers)

    def get(self, url: str, **headers: str) -> Any:
        return self.client.get(url, headers=headers)

    def post(self, url: str, **headers: str) -> Any:
        return self.client.post(url, headers=headers)


@pytest.fixture
def options(instance: Instance) -> Iterator[Options]:
    """Yield the options of an instance, with which Clerk is installed."""
    with override_settings(
        INSTALLED_APPS=["clerk_core.django"],
        MIDDLEWARE=[CLERK],
        CLERK=instance.options(),
        TEMPLATES=TEMPLATES,
    ):
        yield cast("Options", instance.options())


def urls(*patterns: Any, **names: Any) -> AbstractContextManager[object]:
    """Return a context with these routes, and these names in the root URLconf."""
    module = ModuleType("urls")
    vars(module).update(urlpatterns=list(patterns), **names)
    return override_settings(ROOT_URLCONF=module)


def who(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"user_id": auth(request).user_id})


async def who_async(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"user_id": aauth(request).user_id})


class Who(View):
    def get(self, request: HttpRequest) -> JsonResponse:
        return who(request)


class WhoAsync(View):
    async def get(self, request: HttpRequest) -> JsonResponse:
        return await who_async(request)


# Settings


def test_options_have_names_in_upper_or_lower_case(options: Options) -> None:
    upper = {name.upper(): value for name, value in options.items()}
    with override_settings(CLERK=upper):
        assert clerk_client().settings.secret_key == options["secret_key"]


def test_settings_with_prefix_are_read_where_the_dictionary_has_none(options: Options) -> None:
    with override_settings(CLERK_SIGN_IN_URL="/from-prefix", CLERK_SIGN_UP_URL="/sign-up"):
        assert str(clerk_client().settings.sign_in_url) == "/from-prefix"
        with override_settings(CLERK={**options, "SIGN_IN_URL": "/from-dictionary"}):
            assert str(clerk_client().settings.sign_in_url) == "/from-dictionary"
            assert str(clerk_client().settings.sign_up_url) == "/sign-up"


def test_environment_is_read_where_settings_have_nothing(
    options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLERK_SIGN_IN_URL", "/from-environment")
    with override_settings(CLERK=dict(options)):
        assert str(clerk_client().settings.sign_in_url) == "/from-environment"


@pytest.mark.parametrize(
    ("setting", "error", "message"),
    [
        ({"SECRET_KY": "sk_test_1"}, TypeError, "Did you mean 'secret_key'"),
        ({"secret_key": "a", "SECRET_KEY": "b"}, ConfigurationError, "twice"),
        (["SECRET_KEY"], TypeError, "must be a dictionary"),
    ],
    ids=["unknown", "twice", "a list"],
)
def test_malformed_setting_raises(
    options: Options, setting: Any, error: type[Exception], message: str
) -> None:
    with override_settings(CLERK=setting), pytest.raises(error, match=message):
        WSGIHandler()


def test_misspelled_setting_raises(options: Options) -> None:
    with override_settings(CLERK_SECRET_KY="x"), pytest.raises(ConfigurationError, match="mean"):
        WSGIHandler()


def test_changed_settings_are_read_again(options: Options) -> None:
    before = clerk_client()
    with override_settings(CLERK={**options, "sign_in_url": "/other"}):
        assert clerk_client() is not before


def test_changed_environment_is_read_again_by_a_new_handler(
    options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    with urls(path("", who)):
        Session().get("/")
        before = clerk_client()
        monkeypatch.setenv("CLERK_SIGN_IN_URL", "/from-environment")
        Session().get("/")

        assert clerk_client() is not before


def test_handlers_with_equal_options_share_keys(options: Options, instance: Instance) -> None:
    with override_settings(CLERK={**options, "jwt_key": None}), urls(path("", who)):
        for _ in range(3):
            assert Session(bearer()).get("/").json() == {"user_id": "user_1"}

    assert instance.calls == ["GET /v1/jwks"]


def test_clerk_client_works_outside_of_requests(options: Options, instance: Instance) -> None:
    assert isinstance(clerk_client(), Clerk)
    assert clerk_client().users.get("user_7").id == "user_7"

    async def user_id() -> str:
        return (await aclerk_client().users.get("user_7")).id

    assert isinstance(aclerk_client(), AsyncClerk)
    assert asyncio.run(user_id()) == "user_7"


def test_functions_outside_of_the_middleware_say_how_to_install_it(options: Options) -> None:
    with pytest.raises(ConfigurationError, match=r"clerk_core\.django\.ClerkMiddleware"):
        auth(RequestFactory().get("/"))


def test_project_without_the_application_says_what_to_add() -> None:
    with (
        override_settings(INSTALLED_APPS=[], MIDDLEWARE=[CLERK]),
        pytest.raises(ConfigurationError, match="INSTALLED_APPS"),
    ):
        WSGIHandler()


def test_install_checks_the_settings(options: Options) -> None:
    handler = WSGIHandler()
    install(handler)

    with pytest.raises(ConfigurationError, match="setting CLERK"):
        install(handler, sign_in_url="/sign-in")
    with (
        override_settings(MIDDLEWARE=[]),
        pytest.raises(ConfigurationError, match="to MIDDLEWARE"),
    ):
        install(handler)
    with pytest.raises(TypeError, match="app must be a"):
        install(object())  # type: ignore[arg-type]


# System checks


def found_by_checks(*, deploy: bool = False) -> dict[str, str]:
    messages = checks.run_checks(include_deployment_checks=deploy, tags=["security"])
    return {
        str(one.id): f"{one.msg} {one.hint}"
        for one in messages
        if str(one.id).startswith("clerk_core.")
    }


def test_project_that_fits_has_no_findings(options: Options) -> None:
    assert found_by_checks() == {}


def test_missing_key_is_a_warning_and_in_production_an_error(options: Options) -> None:
    with override_settings(CLERK={}):
        for found in (
            found_by_checks()["clerk_core.W003"],
            found_by_checks(deploy=True)["clerk_core.E001"],
        ):
            assert "CLERK_SECRET_KEY" in found


def test_swapped_keys_are_an_error(options: Options) -> None:
    swapped = {"publishable_key": options["secret_key"], "secret_key": options["publishable_key"]}
    with override_settings(CLERK=swapped):
        finding = found_by_checks()["clerk_core.E001"]
    assert "key" in finding
    assert str(options["secret_key"]) not in finding


def test_unknown_option_is_an_error(options: Options) -> None:
    with override_settings(CLERK={**options, "SECRET": "x"}):
        assert "no option 'secret'" in found_by_checks()["clerk_core.E001"]


def test_missing_middleware_is_an_error(options: Options) -> None:
    with override_settings(MIDDLEWARE=[SECURITY]):
        assert CLERK in found_by_checks()["clerk_core.E002"]


def test_middleware_twice_is_an_error(options: Options) -> None:
    with override_settings(MIDDLEWARE=[CLERK, SECURITY, CLERK]):
        assert "more than once" in found_by_checks()["clerk_core.E003"]


@pytest.mark.parametrize(
    ("middleware", "where"),
    [
        (["django.middleware.cache.FetchFromCacheMiddleware", CLERK], "above FetchFromCache"),
        ([CLERK, "django.middleware.cache.UpdateCacheMiddleware"], "below UpdateCache"),
    ],
)
def test_wrong_order_is_an_error(options: Options, middleware: list[str], where: str) -> None:
    with override_settings(MIDDLEWARE=middleware):
        assert where in found_by_checks()["clerk_core.E004"]


def test_middleware_that_cannot_be_imported_is_left_to_django(options: Options) -> None:
    with override_settings(MIDDLEWARE=["nothing.Middleware", CLERK]):
        assert found_by_checks() == {}


def test_cookie_with_a_name_of_clerk_is_an_error(options: Options) -> None:
    with override_settings(SESSION_COOKIE_NAME="__session"):
        assert "SESSION_COOKIE_NAME" in found_by_checks()["clerk_core.E005"]


def test_deployment_without_authorized_parties_or_with_test_keys_is_warned_of(
    options: Options,
) -> None:
    assert set(found_by_checks(deploy=True)) == {"clerk_core.W001", "clerk_core.W002"}
    with override_settings(CLERK={**options, "authorized_parties": ["https://shop.example"]}):
        assert set(found_by_checks(deploy=True)) == {"clerk_core.W002"}
    with override_settings(CLERK={**options, "options_for": lambda request: options}):
        assert found_by_checks(deploy=True) == {}


# Guards


@pytest.mark.parametrize("view", [Who, WhoAsync])
def test_class_of_views_is_guarded(options: Options, view: type[View]) -> None:
    class Own(view):  # type: ignore[valid-type, misc]
        pass

    guarded = require_auth(role="org:admin")(Own)
    with urls(path("", guarded.as_view()), path("open", view.as_view())):
        assert guarded is Own
        assert Session().get("/").status_code == 401
        assert Session(bearer()).get("/").status_code == 403
        assert Session(bearer("user_7", **ADMIN)).get("/").json() == {"user_id": "user_7"}
        assert Session().get("/open").json() == {"user_id": None}


@pytest.mark.parametrize("view", [Who, WhoAsync])
def test_view_of_a_class_is_guarded(options: Options, view: type[View]) -> None:
    with urls(path("", require_auth(view.as_view()))):
        assert Session().get("/").status_code == 401
        assert Session(bearer()).get("/").json() == {"user_id": "user_1"}


@pytest.mark.parametrize("view", [Who, WhoAsync])
def test_mixin_guards_a_class_of_views(options: Options, view: type[View]) -> None:
    class Guarded(RequireAuthMixin, view):  # type: ignore[valid-type, misc]
        required_auth: ClassVar[GuardOptions] = {"role": "org:admin"}

    with urls(path("", Guarded.as_view())):
        assert Session().get("/").status_code == 401
        assert Session(bearer()).get("/").status_code == 403
        assert Session(bearer("user_7", **ADMIN)).get("/").json() == {"user_id": "user_7"}


@pytest.mark.parametrize("view", [Who, WhoAsync])
def test_method_of_a_class_of_views_is_guarded(options: Options, view: type[View]) -> None:
    class Own(view):  # type: ignore[valid-type, misc]
        pass

    guarded = method_decorator(require_auth, name="dispatch")(Own)
    signed_out = cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"})
    with urls(path("", guarded.as_view())):
        assert Session().get("/").status_code == 401
        assert Session(signed_out, PAGE).get("/").status_code == 307
        assert Session(bearer()).get("/").json() == {"user_id": "user_1"}


def test_malformed_requirement_of_a_mixin_raises_where_the_class_is_defined() -> None:
    with pytest.raises(TypeError, match="roel"):

        class Guarded(RequireAuthMixin, Who):
            required_auth: ClassVar[Any] = {"roel": "org:admin"}


def test_included_urlconf_is_guarded_in_every_depth(options: Options) -> None:
    inner = [path("who", who, name="who"), path("async", who_async)]
    outer: list[URLPattern | URLResolver] = [
        path("inner/", include((inner, "inner"))),
        path("", Who.as_view()),
    ]
    guarded = require_auth(include((outer, "outer")))
    with urls(path("staff/", guarded), path("open/", include((outer, "open")))):
        assert reverse("outer:inner:who") == "/staff/inner/who"
        for url in ("/staff/inner/who", "/staff/inner/async", "/staff/"):
            assert Session().get(url).status_code == 401
            assert Session(bearer()).get(url).json() == {"user_id": "user_1"}
        assert Session().get("/open/inner/who").json() == {"user_id": None}


@pytest.mark.parametrize("view", ["view", 7, (1, 2)])
def test_only_views_can_be_guarded(view: Any) -> None:
    with pytest.raises(TypeError, match="takes a view"):
        require_auth(view)


def test_guard_of_something_without_a_request_raises() -> None:
    with pytest.raises(TypeError, match="first argument is the request"):
        require_auth(lambda number: number)(7)


def test_guarded_function_keeps_its_attributes(options: Options) -> None:
    guarded = require_auth(sign_out)

    assert guarded.__name__ == "sign_out"
    assert vars(guarded)["csrf_exempt"] is True


# Refusals


def forbid(request: HttpRequest) -> HttpResponse:
    protect(request, role="org:admin")
    return HttpResponse()


def answer(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    _kept.append(exception)
    return HttpResponse("of the project", status=404)


@pytest.mark.parametrize("view", [forbid, require_auth(role="org:admin")(who_async)])
def test_handlers_of_the_project_take_precedence(
    options: Options, view: Callable[..., Any]
) -> None:
    with urls(path("", view), handler403=answer, handler401=f"{__name__}.answer"):
        for session in (Session(), Session(bearer())):
            _kept.clear()
            response = session.get("/")

            assert (response.status_code, response.content) == (404, b"of the project")
            (error,) = _kept
            assert isinstance(error, AccessDenied)
            assert isinstance(error, PermissionDenied)
            assert error.code in ("unauthenticated", "forbidden")


@pytest.mark.parametrize("view", [forbid, require_auth(who_async)])
def test_response_of_a_handler_has_the_headers_of_clerk(
    options: Options, view: Callable[..., Any]
) -> None:
    with urls(path("", view), handler401=answer):
        assert Session().get("/").headers["x-clerk-auth-status"] == "signed-out"


def test_template_of_the_project_replaces_the_page_but_not_json(options: Options) -> None:
    cookies = cookie(browser_cookies(token()))
    templates = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [("django.template.loaders.locmem.Loader", {"403.html": "Not for you."})]
            },
        }
    ]
    with urls(path("", require_auth(role="org:admin")(who))):
        own = Session(cookies).get("/", **dict([PAGE]))
        assert b"You have no access to this page" in own.content
        with override_settings(TEMPLATES=templates):
            page = Session(cookies).get("/", **dict([PAGE]))
            program = Session(bearer()).get("/")

    assert (page.status_code, page.content) == (403, b"Not for you.")
    assert program.json()["errors"][0]["code"] == "forbidden"


def test_person_is_redirected_to_sign_in_in_spite_of_handlers(options: Options) -> None:
    signed_out = cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"})
    with urls(path("", require_auth(who)), path("protected", forbid), handler401=answer):
        for url in ("/", "/protected"):
            response = Session(signed_out, PAGE).get(url)

            assert response.status_code == 307
            assert "/sign-in?" in response.headers["location"]


# Responses


def test_template_response_keeps_its_context_for_tests(options: Options) -> None:
    def view(request: HttpRequest) -> TemplateResponse:
        template: Any = engines["django"].from_string("{{ word }}")
        return TemplateResponse(request, template, {"word": "Hello"})

    with urls(path("", view)):
        response = Session().get("/")

    assert response.content == b"Hello"
    assert response.context_data == {"word": "Hello"}


@pytest.mark.parametrize("guard", [require_auth, lambda view: view])
@pytest.mark.parametrize(
    "sign_in", [bearer, lambda user_id: cookie(browser_cookies(token(user_id)))]
)
def test_cache_of_the_site_gives_no_visitor_the_page_of_another(
    options: Options,
    guard: Callable[[Any], Any],
    sign_in: Callable[[str], tuple[str, str]],
) -> None:
    made: list[HttpRequest] = []

    def view(request: HttpRequest) -> JsonResponse:
        made.append(request)
        return who(request)

    cache.clear()
    update = "django.middleware.cache.UpdateCacheMiddleware"
    fetch = "django.middleware.cache.FetchFromCacheMiddleware"
    visitors = [(Session(sign_in(user_id)), user_id) for user_id in ("user_1", "user_7")]
    with urls(path("", guard(view))), override_settings(MIDDLEWARE=[update, CLERK, fetch]):
        for session, user_id in visitors * 2:
            assert session.get("/").json() == {"user_id": user_id}
        assert len(made) == len(visitors), "later visits are answered from the cache"
        assert Session().get("/").json().get("user_id") is None


@pytest.mark.parametrize("sent", ["cart[1]=a; Partitioned", "path=a", "=a", "a"])
def test_cookie_in_a_header_is_sent_as_it_is(options: Options, sent: str) -> None:
    with urls(path("", lambda request: HttpResponse(headers={"Set-Cookie": sent}))):
        (found,) = Session().get("/").cookies.values()

    assert found.output(header="") == f" {sent}"


def test_page_that_is_the_same_for_all_does_not_vary(options: Options) -> None:
    with urls(path("", lambda request: HttpResponse("Hello"))):
        assert "vary" not in Session(bearer()).get("/").headers


def test_host_that_is_not_allowed_gets_no_handshake(options: Options) -> None:
    with urls(path("", who)), override_settings(ALLOWED_HOSTS=["shop.example"]):
        assert Session(PAGE).get("/", host="evil.example").status_code == 400
        assert Session(PAGE).get("/", host="shop.example").status_code == 307


def test_host_that_is_not_allowed_is_in_no_redirect_and_reaches_no_proxy(
    options: Options,
) -> None:
    signed_out = cookie({"__clerk_db_jwt": "dvb_1", "__client_uat": "0"})
    evil = {"host": "evil.example"}
    with (
        urls(path("", require_auth(who)), path("async", require_auth(who_async))),
        override_settings(
            ALLOWED_HOSTS=["shop.example"], CLERK={**options, "frontend_api_proxy": True}
        ),
    ):
        for url in ("/", "/async", "/__clerk/v1/client"):
            assert Session(signed_out, PAGE).get(url, **evil).status_code == 400


def test_forwarded_host_counts_only_if_the_project_says_so(options: Options) -> None:
    forwarded = {"x-forwarded-host": "other.example"}

    async def returns_to() -> str:
        # As further arguments: the client of Django 4.2 would write an underscore in `headers`.
        headers: dict[str, Any] = {**dict([PAGE]), **forwarded}
        response: Any = await AsyncClient().get("/", **headers)
        return str(response.headers["location"])

    with urls(path("", who)):
        for is_used, host in ((False, "testserver"), (True, "other.example")):
            with override_settings(USE_X_FORWARDED_HOST=is_used):
                location = Session(PAGE).get("/", **forwarded).headers["location"]
                assert f"redirect_url=http%3A%2F%2F{host}%2F" in location
                assert f"redirect_url=http%3A%2F%2F{host}%2F" in asyncio.run(returns_to())


def test_scheme_is_that_of_the_browser_by_the_settings_of_the_project(options: Options) -> None:
    with (
        urls(path("", who)),
        override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_OWN_SCHEME", "https")),
    ):
        plain = Session(PAGE).get("/")
        secure = Session(PAGE).get("/", **{"x-own-scheme": "https"})

    assert "redirect_url=http%3A%2F%2Ftestserver" in plain.headers["location"]
    assert "redirect_url=https%3A%2F%2Ftestserver" in secure.headers["location"]


def test_error_page_that_asks_for_a_request_without_result_gets_the_same_error(
    options: Options,
) -> None:
    def failing(request: Request) -> Options:
        raise LookupError("There is no such tenant.")

    def handler(request: HttpRequest) -> HttpResponse:
        with pytest.raises(LookupError, match="no such tenant"):
            auth(request)
        return HttpResponse("of the project", status=500)

    with (
        urls(path("", who), handler500=handler),
        override_settings(CLERK={**options, "options_for": failing}),
    ):
        assert Session().get("/").content == b"of the project"


def test_forms_need_the_token_of_django_but_sign_out_needs_none(options: Options) -> None:
    def form(request: HttpRequest) -> HttpResponse:
        return HttpResponse("sent")

    with (
        urls(path("form", form), path("sign-out", sign_out)),
        override_settings(MIDDLEWARE=[CLERK, CSRF]),
    ):
        client = Client(enforce_csrf_checks=True, headers=dict([cookie(browser_cookies(token()))]))
        assert client.post("/form").status_code == 403
        assert client.post("/sign-out", headers={"origin": "http://testserver"}).status_code == 303
        refused = client.post("/sign-out", headers={"origin": "https://evil.example"})

    assert refused.status_code == 403


# Templates


def render(source: str, request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string(source)
    return HttpResponse(template.render({"text": "Log <in>"}, request))


def test_templates_know_who_is_signed_in(options: Options) -> None:
    source = "{% if clerk.auth %}{{ clerk.user.id }} {{ clerk.auth.user_id }}{% else %}-{% endif %}"

    def page(request: HttpRequest) -> HttpResponse:
        return render(source, request)

    with urls(path("", page)):
        assert Session(bearer("user_7")).get("/").content == b"user_7 user_7"
        assert Session().get("/").content == b"-"


def test_components_are_variables_without_options_and_tags_with_options(options: Options) -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return render(
            "{% load clerk %}{% clerk_head nonce='n1' %}{{ clerk.user_button }}"
            "{% clerk_user_button show_name=True %}{% clerk_sign_in_button text mode='modal' %}"
            "{% clerk_sign_in_url '/after' as url %}{{ url }}",
            request,
        )

    with urls(path("", page)):
        html = Session().get("/").content.decode()

    assert 'nonce="n1"' in html
    assert html.count("clerk-user-button") >= 1 or html.count("UserButton") >= 1
    assert "showName" in html
    assert "Log &lt;in&gt;" in html
    assert "redirect_url=" in html


def test_unknown_name_in_a_template_raises(options: Options) -> None:
    def page(request: HttpRequest) -> HttpResponse:
        with pytest.raises(ConfigurationError, match="user_button"):
            render("{{ clerk.user_buton }}", request)
        return HttpResponse()

    with urls(path("", page)):
        assert Session().get("/").status_code == 200


def test_tag_without_the_request_says_what_to_add(options: Options) -> None:
    template = engines["django"].from_string("{% load clerk %}{% clerk_user_button %}")

    with pytest.raises(ConfigurationError, match=r"context_processors\.request"):
        template.render({})


def test_template_in_a_coroutine_function_shows_the_user_that_was_awaited(
    options: Options,
) -> None:
    async def page(request: HttpRequest) -> HttpResponse:
        if "fetch" in request.GET:
            await acurrent_user(request)
            return render("{{ clerk.user.id }}", request)
        with pytest.raises(ConfigurationError, match="await current_user"):
            render("{{ clerk.user.id }}", request)
        return render("{{ clerk.auth.user_id }}", request)

    async def scenario() -> list[str]:
        headers = dict([bearer("user_7")])
        responses = [await AsyncClient().get(url, headers=headers) for url in ("/", "/?fetch=1")]
        return [response.content.decode() for response in responses]

    with urls(path("", page)):
        assert asyncio.run(scenario()) == ["user_7", "user_7"]


# Mixed projects


class SyncOnly:
    """A middleware of the kind that makes the handlers around it wait, also under ASGI."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)


@pytest.mark.parametrize("position", ["around", "inside"])
def test_middleware_that_only_waits_can_be_anywhere(options: Options, position: str) -> None:
    own = f"{__name__}.SyncOnly"
    middleware = [own, CLERK] if position == "around" else [CLERK, own]

    async def user(request: HttpRequest) -> JsonResponse:
        found = await acurrent_user(request)
        again = current_user(request)
        assert again is found
        return JsonResponse({"user_id": found.id if found else None})

    async def scenario(url: str) -> Any:
        response: Any = await AsyncClient().get(url, headers=dict([bearer("user_7")]))
        return json.loads(response.content)

    with urls(path("", who), path("async", user)), override_settings(MIDDLEWARE=middleware):
        for url in ("/", "/async"):
            assert asyncio.run(scenario(url)) == {"user_id": "user_7"}
            assert Session(bearer("user_7")).get(url).json() == {"user_id": "user_7"}


def test_request_that_is_made_by_hand_says_what_it_needs(options: Options) -> None:
    handler = WSGIHandler()
    chain: Any = vars(handler)["_middleware_chain"]

    with urls(path("", who)), override_settings(DEBUG_PROPAGATE_EXCEPTIONS=True):
        request = HttpRequest()
        request.method = "GET"
        with pytest.raises(ConfigurationError, match="RequestFactory"):
            chain(request)
    assert settings.MIDDLEWARE == [CLERK]
