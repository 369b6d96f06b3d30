"""What the Backend API says of plans, prices and subscriptions, as types.

How a field is read, and what is read where it is missing, is in `backend/resource.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_core.backend.resource import Resource

if TYPE_CHECKING:
    from clerk_core.backend.models.billing import (
        CommerceCredits,
        CommercePayer,
        CommercePaymentMethod,
        CommercePaymentSource,
        CommercePerUnitTotal,
        CommercePerUnitTotalTier,
        CommerceTotals,
        Money,
    )


class CommerceSubscription(Resource):
    """What somebody subscribes to, all items together."""

    __slots__ = ()

    object: str | None
    instance_id: str | None
    status: str | None
    payer_id: str | None
    created_at: int | None
    updated_at: int | None
    active_at: int | None
    past_due_at: int | None
    subscription_items: tuple[CommerceSubscriptionItem, ...]
    next_payment: CommerceSubscriptionNextPayment | None
    eligible_for_free_trial: bool | None


class CommerceSubscriptionItem(Resource):
    """One plan that is subscribed to, its period and its price."""

    __slots__ = ()

    object: str | None
    instance_id: str | None
    status: str | None
    credit: CommerceSubscriptionCredit | None
    credits: CommerceCredits | None
    plan_id: str | None
    price_id: str | None
    plan: CommercePlan | None
    plan_period: str | None
    payment_method: CommercePaymentMethod | None
    lifetime_paid: Money | None
    next_payment: CommerceSubscriptionItemNextPayment | None
    payer_id: str | None
    payer: CommercePayer | None
    is_free_trial: bool | None
    period_start: int | None
    period_end: int | None
    proration_date: str | None
    canceled_at: int | None
    past_due_at: int | None
    ended_at: int | None
    created_at: int | None
    updated_at: int | None
    seats: CommerceSubscriptionItemSeats | None
    totals: CommerceTotals | None
    payment_source_id: str | None
    payment_source: CommercePaymentSource | None
    amount: Money | None
    next_invoice: CommerceSubscriptionItemNextPayment | None


class CommerceSubscriptionCredit(Resource):
    """Credit for the rest of a period that was paid for."""

    __slots__ = ()

    amount: Money | None
    cycle_remaining_percent: float | None


class CommercePlan(Resource):
    """A plan that can be subscribed to."""

    __slots__ = ()

    object: str | None
    name: str | None
    fee: Money | None
    annual_monthly_fee: Money | None
    annual_fee: Money | None
    description: str | None
    product_id: str | None
    is_default: bool | None
    is_recurring: bool | None
    publicly_visible: bool | None
    has_base_fee: bool | None
    for_payer_type: str | None
    slug: str | None
    avatar_url: str | None
    features: tuple[Feature, ...]
    free_trial_enabled: bool | None
    free_trial_days: int | None
    unit_prices: tuple[CommercePlanUnitPrice, ...]
    amount: int | None
    amount_formatted: str | None
    annual_monthly_amount: int | None
    annual_monthly_amount_formatted: str | None
    annual_amount: int | None
    annual_amount_formatted: str | None
    currency_symbol: str | None
    currency: str | None
    payer_type: tuple[str, ...]
    period: str | None
    interval: int | None


class Feature(Resource):
    """What a plan gives."""

    __slots__ = ()

    object: str | None
    name: str | None
    description: str | None
    slug: str | None
    avatar_url: str | None


class CommercePlanUnitPrice(Resource):
    """What units of a kind, such as seats, cost in a plan."""

    __slots__ = ()

    name: str | None
    block_size: int | None
    tiers: tuple[CommercePlanUnitPriceTier, ...]


class CommercePlanUnitPriceTier(Resource):
    """What a unit costs from one block to another, None without an end."""

    __slots__ = ()

    starts_at_block: int | None
    ends_after_block: int | None
    fee_per_block: Money | None


class CommerceSubscriptionItemNextPayment(Resource):
    """When an item is paid for next, and how much."""

    __slots__ = ()

    amount: Money | None
    date: int | None
    per_unit_totals: tuple[CommercePerUnitTotal, ...]
    totals: CommerceTotals | None


class CommerceSubscriptionItemSeats(Resource):
    """The seats of an item; `quantity` is None without an end."""

    __slots__ = ()

    quantity: int | None
    tiers: tuple[CommercePerUnitTotalTier, ...]


class CommerceSubscriptionNextPayment(Resource):
    """When a subscription is paid for next, and how much."""

    __slots__ = ()

    date: int | None
    amount: Money | None
    per_unit_totals: tuple[CommercePerUnitTotal, ...]
    totals: CommerceTotals | None


class BillingPrice(Resource):
    """A price of a plan; amounts are in cents."""

    __slots__ = ()

    object: str | None
    plan_id: str | None
    instance_id: str | None
    currency: str | None
    currency_symbol: str | None
    amount: int | None
    annual_monthly_amount: int | None
    fee: Money | None
    annual_monthly_fee: Money | None
    description: str | None
    is_default: bool | None
    created_at: int | None
    supported_billing_periods: str | None


class CommercePriceTransition(Resource):
    """A subscription item that moves to another price."""

    __slots__ = ()

    object: str | None
    subscription_item: CommerceSubscriptionItem | None
    transition: CommercePriceTransitionDetails | None


class CommercePriceTransitionDetails(Resource):
    """From where an item moves to another price, and when."""

    __slots__ = ()

    previous_plan: CommercePlan | None
    previous_price: BillingPrice | None
    effective_at: int | None
    effective_mode: str | None
    next_billing_date: int | None
    charged_immediately: bool | None
    immediate_charge: Money | None
    previous_subscription_item_status: str | None
    previous_subscription_item_id: str | None


class CommerceDiscountRedemption(Resource):
    """A discount that a subscription item has, or had."""

    __slots__ = ()

    object: str | None
    subscription_item_id: str | None
    discount_id: str | None
    name: str | None
    source: str | None
    promo_code: str | None
    effect: str | None
    percent_off: float | None
    amount_off: Money | None
    amount: Money | None
    cycles_remaining: int | None
    cycles_applied: int | None
    status: str | None
    redeemed_at: int | None
    redeemed_by: str | None
