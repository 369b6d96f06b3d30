"""What the Backend API says of payments and statements, as types.

How a field is read, and what is read where it is missing, is in `backend/resource.py`.
"""

from __future__ import annotations

from clerk_core.backend.resource import JsonObject, Resource


class Money(Resource):
    """An amount of money: `amount` in the smallest unit of its `currency`, such as cents."""

    __slots__ = ()

    amount: int | None
    amount_formatted: str | None
    currency: str | None
    currency_symbol: str | None


class CommerceCredits(Resource):
    """What credit takes off a bill."""

    __slots__ = ()

    proration: CommerceProrationCreditDetail | None
    payer: CommercePayerCredit | None
    total: Money | None


class CommerceProrationCreditDetail(Resource):
    """Credit for the rest of a period that was paid for."""

    __slots__ = ()

    amount: Money | None
    cycle_days_remaining: int | None
    cycle_days_total: int | None
    cycle_remaining_percent: float | None


class CommercePayerCredit(Resource):
    """Credit of who pays: what is left of it, and what was used here."""

    __slots__ = ()

    remaining_balance: Money | None
    applied_amount: Money | None


class CommercePaymentMethod(Resource):
    """How somebody pays: a card or a wallet."""

    __slots__ = ()

    object: str | None
    payer_id: str | None
    payment_type: str | None
    is_default: bool | None
    gateway: str | None
    gateway_external_id: str | None
    gateway_external_account_id: str | None
    last4: str | None
    status: str | None
    wallet_type: str | None
    card_type: str | None
    expiry_year: int | None
    expiry_month: int | None
    created_at: int | None
    updated_at: int | None
    is_removable: bool | None


class CommercePerUnitTotal(Resource):
    """What units of a kind, such as seats, cost together."""

    __slots__ = ()

    name: str | None
    block_size: int | None
    tiers: tuple[CommercePerUnitTotalTier, ...]


class CommercePerUnitTotalTier(Resource):
    """What the units of one tier cost; `quantity` is None without an end."""

    __slots__ = ()

    quantity: int | None
    fee_per_block: Money | None
    total: Money | None


class CommerceTotals(Resource):
    """What a bill adds up to."""

    __slots__ = ()

    subtotal: Money | None
    base_fee: Money | None
    tax_total: Money | None
    grand_total: Money | None
    per_unit_totals: tuple[CommercePerUnitTotal, ...]
    credits: CommerceCredits | None
    discounts: CommerceDiscounts | None


class CommerceDiscounts(Resource):
    """What discounts take off a bill."""

    __slots__ = ()

    proration: CommerceProrationDiscount | None
    total: Money | None


class CommerceProrationDiscount(Resource):
    """A discount for the part of a period that had passed."""

    __slots__ = ()

    amount: Money | None
    cycle_days_passed: int | None
    cycle_days_total: int | None
    cycle_passed_percent: float | None


class CommercePayer(Resource):
    """Who pays: a user or an organization."""

    __slots__ = ()

    object: str | None
    instance_id: str | None
    user_id: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    organization_id: str | None
    organization_name: str | None
    image_url: str | None
    credits_balance: Money | None
    created_at: int | None
    updated_at: int | None


class BillingDiscounts(Resource):
    """What discounts take off a payment."""

    __slots__ = ()

    proration: BillingProrationDiscountDetail | None
    total: Money | None


class BillingProrationDiscountDetail(Resource):
    """A discount for the part of a period that had passed."""

    __slots__ = ()

    amount: Money | None
    cycle_days_passed: int | None
    cycle_days_total: int | None
    cycle_passed_percent: float | None


class CommerceCreditBalance(Resource):
    """How much credit somebody has."""

    __slots__ = ()

    object: str | None
    balance: Money | None


class CommerceCreditLedger(Resource):
    """One change of somebody's credit; `created_at` is text."""

    __slots__ = ()

    object: str | None
    payer_id: str | None
    amount: Money | None
    source_type: str | None
    source_id: str | None
    note: str | None
    created_at: str | None


class CommercePaymentSource(Resource):
    """How somebody pays, by the name that this had before."""

    __slots__ = ()

    object: str | None
    payer_id: str | None
    payment_method: str | None
    is_default: bool | None
    gateway: str | None
    gateway_external_id: str | None
    gateway_external_account_id: str | None
    last4: str | None
    status: str | None
    wallet_type: str | None
    card_type: str | None
    expiry_year: int | None
    expiry_month: int | None
    created_at: int | None
    updated_at: int | None
    is_removable: bool | None


class BillingStatement(Resource):
    """A statement: what was paid in a period, in groups."""

    __slots__ = ()

    object: str | None
    instance_id: str | None
    timestamp: int | None
    payer: CommercePayer | None
    status: str | None
    totals: BillingStatementTotals | None
    groups: tuple[BillingStatementGroup, ...]


class BillingStatementTotals(Resource):
    """What a statement adds up to."""

    __slots__ = ()

    grand_total: Money | None
    subtotal: Money | None
    base_fee: Money | None
    tax_total: Money | None


class BillingStatementGroup(Resource):
    """The payments of one day on a statement."""

    __slots__ = ()

    object: str | None
    timestamp: int | None
    items: tuple[BillingPaymentAttempt, ...]


class BillingPaymentAttempt(Resource):
    """An attempt to pay, and how it went."""

    __slots__ = ()

    object: str | None
    payment_id: str | None
    instance_id: str | None
    charge_type: str | None
    payee_id: str | None
    payee: JsonObject
    payer_id: str | None
    payer: CommercePayer | None
    subscription_item_id: str | None
    subscription_item: JsonObject
    amount: Money | None
    totals: CommerceTotals | None
    payment_method_id: str | None
    payment_method: CommercePaymentMethod | None
    statement_id: str | None
    gateway_external_id: str | None
    gateway_external_url: str | None
    status: str | None
    paid_at: int | None
    failed_at: int | None
    created_at: int | None
    updated_at: int | None
