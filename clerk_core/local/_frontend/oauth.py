"""Sign in, sign up and connect accounts by a provider that a page of the instance imitates.

It must not know the page.
"""

from __future__ import annotations

from dataclasses import replace

from clerk_core.local._call import Call
from clerk_core.local._domain.errors import DomainError, InvalidStateError
from clerk_core.local._domain.external_accounts import (
    Profile,
    confirm,
    connect,
    find_account,
    find_user_of,
    finish,
    profile_of,
    start_oauth,
)
from clerk_core.local._domain.sign_ins import (
    complete,
    of_user,
    pass_first_factor,
)
from clerk_core.local._domain.sign_ups import complete_if_ready, with_profile
from clerk_core.local._frontend.origins import is_allowed_url
from clerk_core.local._responses import invalid_parameter
from clerk_core.local._storage.rows import (
    Client,
    ExternalAccount,
    SignIn,
    SignUp,
    User,
    Verification,
)


def start(call: Call, strategy: str) -> Verification:
    """Start to verify an account of a provider, which sends the browser to `redirect_url`.

    Raises:
        ApiError: 422 if the URL is on another machine.
        InvalidValueError: The provider is not enabled.
    """
    redirect_url = call.field("redirect_url")
    if not is_allowed_url(call, redirect_url):
        raise invalid_parameter("redirect_url", "a URL of this machine or of an allowed origin")
    return start_oauth(call.store, call.settings, strategy, redirect_url, call.now)


def come_back(call: Call, verification: Verification, profile: Profile | None) -> None:
    """Go on after the provider, with the account that was chosen; None if it was refused."""
    sign_in = call.store.one(SignIn, first_factor_id=verification.id)
    sign_up = call.store.one(SignUp, external_verification_id=verification.id)
    account = call.store.one(ExternalAccount, verification_id=verification.id)
    if profile is None:
        finish(call.store, verification, "failed", error_code="oauth_access_denied")
    elif sign_in is not None:
        _sign_in(call, sign_in, verification, profile)
    elif sign_up is not None:
        _sign_up(call, sign_up, verification, profile)
    elif account is not None:
        _connect(call, account, verification, profile)


def _sign_in(call: Call, sign_in: SignIn, verification: Verification, profile: Profile) -> None:
    user = find_user_of(call.store, profile)
    if user is None:
        code = "external_account_not_found"
        finish(call.store, verification, "transferable", profile, code)
        return
    try:
        sign_in = sign_in_as(call, sign_in, user, verification, profile)
    except DomainError as error:
        finish(call.store, verification, "failed", profile, error.code)
        return
    if sign_in.status == "complete":
        complete(
            call.store,
            sign_in,
            call.now,
            strategy=verification.strategy,
            user_agent=call.request.headers.get("user-agent") or "",
            multi_session=call.settings.multi_session,
            keep_in_client=True,
        )


def sign_in_as(
    call: Call, sign_in: SignIn, user: User, verification: Verification, profile: Profile
) -> SignIn:
    """Return the attempt of a user whose account of a provider is verified."""
    sign_in = replace(sign_in, identifier=profile.email_address)
    sign_in = of_user(call.store, sign_in, user, call.now)
    verification = finish(call.store, verification, "verified", profile)
    connect(call.store, user, profile, verification, call.now)
    return pass_first_factor(call.store, sign_in, verification, call.now)


def _sign_up(call: Call, sign_up: SignUp, verification: Verification, profile: Profile) -> None:
    if find_user_of(call.store, profile) is not None:
        finish(call.store, verification, "transferable", profile, "external_account_exists")
        return
    verification = finish(call.store, verification, "verified", profile)
    sign_up = with_profile(call.store, sign_up, profile, verification, call.now)
    user_agent = call.request.headers.get("user-agent") or ""
    complete_if_ready(call.store, sign_up, call.settings, call.now, user_agent, keep_in_client=True)


def _connect(
    call: Call, account: ExternalAccount, verification: Verification, profile: Profile
) -> None:
    other = find_account(call.store, profile)
    if other is not None and other.user_id != account.user_id:
        finish(call.store, verification, "failed", profile, "oauth_account_already_connected")
        return
    verification = finish(call.store, verification, "verified", profile)
    if other is not None:
        call.store.remove(account)
    confirm(call.store, other or account, profile, verification, call.now)


def transferable(call: Call, client: Client, *, to_sign_up: bool) -> tuple[Verification, Profile]:
    """Return the verification of the other attempt of a browser, which goes on in this one.

    Raises:
        InvalidStateError: There is none.
    """
    sign_in = call.store.one(SignIn, id=client.sign_in_id) if to_sign_up else None
    sign_up = None if to_sign_up else call.store.one(SignUp, id=client.sign_up_id)
    verification_id = (
        sign_in.first_factor_id
        if sign_in
        else (sign_up.external_verification_id if sign_up else None)
    )
    found = call.store.one(Verification, id=verification_id) if verification_id else None
    profile = profile_of(found) if found and found.status == "transferable" else None
    if found is None or profile is None:
        raise InvalidStateError(
            "account_transfer_invalid", "There is no account of a provider to go on with."
        )
    return found, profile
