"""Create the JSON representations that several resources of the Backend API share.

It must not know the operations.
"""

from __future__ import annotations

from clerk_core.local._api.external_account_resource import external_account_resource
from clerk_core.local._api.passkey_resource import passkey_resource
from clerk_core.local._api.verification_resource import admin_verification, verification_resource
from clerk_core.local._call import Call
from clerk_core.local._domain.external_accounts import accounts_of
from clerk_core.local._domain.machine_tokens import is_expired
from clerk_core.local._domain.organizations import find_organization, find_role, members_count
from clerk_core.local._domain.passkeys import passkeys_of
from clerk_core.local._domain.second_factors import is_enabled
from clerk_core.local._domain.users import email_addresses_of, is_locked, phone_numbers_of
from clerk_core.local._storage.rows import (
    EmailAddress,
    Invitation,
    JsonObject,
    MachineToken,
    Membership,
    Organization,
    PhoneNumber,
    User,
)

_DAY = 24 * 60 * 60 * 1000


def user_resource(call: Call, user: User) -> JsonObject:
    """Return the JSON representation of a user."""
    last_active = user.last_sign_in_at
    locked_for = max((user.locked_until or 0) - call.now, 0) // 1000
    return {
        "id": user.id,
        "object": "user",
        "username": user.username,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "locale": user.locale,
        "image_url": image_url(call, user.image_id),
        "has_image": user.image_id is not None,
        "primary_email_address_id": user.primary_email_address_id,
        "primary_phone_number_id": user.primary_phone_number_id,
        "primary_web3_wallet_id": None,
        "password_enabled": user.password_hash is not None,
        "two_factor_enabled": is_enabled(call.store, user),
        "totp_enabled": user.totp_verified,
        "backup_code_enabled": bool(user.backup_codes),
        "email_addresses": [
            email_resource(call, email) for email in email_addresses_of(call.store, user)
        ],
        "phone_numbers": [
            phone_resource(call, phone) for phone in phone_numbers_of(call.store, user)
        ],
        "web3_wallets": [],
        "passkeys": [passkey_resource(call, one) for one in passkeys_of(call.store, user)],
        "external_accounts": [
            external_account_resource(call, one) for one in accounts_of(call.store, user)
        ],
        "saml_accounts": [],
        "enterprise_accounts": [],
        "public_metadata": user.public_metadata,
        "private_metadata": user.private_metadata,
        "unsafe_metadata": user.unsafe_metadata,
        "external_id": user.external_id,
        "last_sign_in_at": user.last_sign_in_at,
        "banned": user.banned,
        "locked": is_locked(user, call.now),
        "lockout_expires_in_seconds": locked_for or None,
        "verification_attempts_remaining": 0 if is_locked(user, call.now) else 100,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
        "delete_self_enabled": user.delete_self_enabled,
        "create_organization_enabled": user.create_organization_enabled,
        "create_organizations_limit": user.create_organizations_limit,
        # Clerk rounds the last activity down to the day.
        "last_active_at": None if last_active is None else last_active - last_active % _DAY,
        "mfa_enabled_at": user.mfa_enabled_at,
        "mfa_disabled_at": user.mfa_disabled_at,
        "password_last_updated_at": user.password_updated_at,
        "legal_accepted_at": user.legal_accepted_at,
    }


def email_resource(call: Call, email: EmailAddress) -> JsonObject:
    """Return the JSON representation of an email address."""
    verification = verification_resource(call, email.verification_id)
    return {
        "id": email.id,
        "object": "email_address",
        "email_address": email.email_address,
        "reserved": False,
        "verification": verification or admin_verification(),
        "linked_to": [],
        "matches_sso_connection": False,
        "created_at": email.created_at,
        "updated_at": email.created_at,
    }


def phone_resource(call: Call, phone: PhoneNumber) -> JsonObject:
    """Return the JSON representation of a phone number."""
    verification = verification_resource(call, phone.verification_id)
    return {
        "id": phone.id,
        "object": "phone_number",
        "phone_number": phone.phone_number,
        "reserved_for_second_factor": phone.reserved_for_second_factor,
        "default_second_factor": phone.default_second_factor,
        "reserved": False,
        "verification": verification or admin_verification(),
        "linked_to": [],
        "backup_codes": None,
        "created_at": phone.created_at,
        "updated_at": phone.created_at,
    }


def image_url(call: Call, image_id: str | None) -> str:
    """Return the URL of an image, or of the one that users and organizations have without it."""
    return (
        f"{call.url}/static/avatar.svg" if image_id is None else f"{call.url}/v1/images/{image_id}"
    )


def organization_resource(
    call: Call, organization: Organization, *, with_count: bool = False
) -> JsonObject:
    """Return the JSON representation of an organization."""
    count: JsonObject = (
        {"members_count": members_count(call.store, organization)} if with_count else {}
    )
    return {
        "object": "organization",
        "id": organization.id,
        "name": organization.name,
        "slug": organization.slug,
        "image_url": image_url(call, organization.image_id),
        "has_image": organization.image_id is not None,
        **count,
        "pending_invitations_count": len(
            call.store.all(Invitation, organization_id=organization.id, status="pending")
        ),
        "max_allowed_memberships": organization.max_allowed_memberships,
        "admin_delete_enabled": organization.admin_delete_enabled,
        "public_metadata": organization.public_metadata,
        "private_metadata": organization.private_metadata,
        "created_by": organization.created_by,
        "created_at": organization.created_at,
        "updated_at": organization.updated_at,
    }


def membership_resource(call: Call, membership: Membership) -> JsonObject:
    """Return the JSON representation of a membership, with its organization and user."""
    role = find_role(call.store, membership.role)
    organization = find_organization(call.store, membership.organization_id)
    shown = public_user_data(call, call.store.one(User, id=membership.user_id))
    return {
        "object": "organization_membership",
        "id": membership.id,
        "role": role.key,
        "role_name": role.name,
        "permissions": role.permissions,
        "public_metadata": membership.public_metadata,
        "private_metadata": membership.private_metadata,
        "organization": organization_resource(call, organization),
        # `profile_image_url` is deprecated, but the specification still requires it.
        "public_user_data": shown and {**shown, "profile_image_url": shown["image_url"]},
        "created_at": membership.created_at,
        "updated_at": membership.updated_at,
    }


def public_user_data(call: Call, user: User | None) -> JsonObject | None:
    """Return the fields of a user that other members of the organization can see."""
    if user is None:
        return None
    email = call.store.one(EmailAddress, id=user.primary_email_address_id)
    phone = call.store.one(PhoneNumber, id=user.primary_phone_number_id)
    identifier = email.email_address if email else user.username
    return {
        "user_id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "image_url": image_url(call, user.image_id),
        "has_image": user.image_id is not None,
        "identifier": identifier or (phone and phone.phone_number),
        "username": user.username,
        "banned": user.banned,
    }


def public_organization_data(call: Call, organization_id: str) -> JsonObject:
    """Return the fields of an organization that users who are no members can see."""
    organization = find_organization(call.store, organization_id)
    return {
        "id": organization.id,
        "name": organization.name,
        "slug": organization.slug,
        "image_url": image_url(call, organization.image_id),
        "has_image": organization.image_id is not None,
    }


def token_resource(token: MachineToken, now: int) -> JsonObject:
    """Return the fields that all kinds of tokens share, without the secret."""
    return {
        "id": token.id,
        "subject": token.subject,
        "scopes": token.scopes,
        "revoked": token.revoked,
        "revocation_reason": token.revocation_reason,
        "expired": is_expired(token, now),
        "expiration": token.expiration,
        "created_at": token.created_at,
        "updated_at": token.updated_at,
    }
