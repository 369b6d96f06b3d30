"""Define plans, prices and subscriptions, as the Backend API returns them.

Timestamps are Unix milliseconds unless a class says otherwise. Missing fields are None, an empty
tuple or an empty object. It must not know HTTP or how fields are parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_core.models._resource import Resource

if TYPE_CHECKING:
    from clerk_core.models._billing import (
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
    """A subscription of a payer, with its items."""

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
    """A plan in a subscription, with its billing period and price."""

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
    """A credit for the unused part of a paid billing cycle."""

    __slots__ = ()

    amount: Money | None
    cycle_remaining_percent: float | None


class CommercePlan(Resource):
    """A subscription plan."""

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
    """A feature of a plan."""

    __slots__ = ()

    object: str | None
    name: str | None
    description: str | None
    slug: str | None
    avatar_url: str | None


class CommercePlanUnitPrice(Resource):
    """The price of a kind of unit in a plan, such as seats."""

    __slots__ = ()

    name: str | None
    block_size: int | None
    tiers: tuple[CommercePlanUnitPriceTier, ...]


class CommercePlanUnitPriceTier(Resource):
    """The unit price of a range of blocks; an `ends_after_block` of None means unlimited."""

    __slots__ = ()

    starts_at_block: int | None
    ends_after_block: int | None
    fee_per_block: Money | None


class CommerceSubscriptionItemNextPayment(Resource):
    """The date and amount of the next payment for a subscription item."""

    __slots__ = ()

    amount: Money | None
    date: int | None
    per_unit_totals: tuple[CommercePerUnitTotal, ...]
    totals: CommerceTotals | None


class CommerceSubscriptionItemSeats(Resource):
    """The seats of a subscription item; a `quantity` of None means unlimited."""

    __slots__ = ()

    quantity: int | None
    tiers: tuple[CommercePerUnitTotalTier, ...]


class CommerceSubscriptionNextPayment(Resource):
    """The date and amount of the next payment for a subscription."""

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
    """A change of a subscription item to another price."""

    __slots__ = ()

    object: str | None
    subscription_item: CommerceSubscriptionItem | None
    transition: CommercePriceTransitionDetails | None


class CommercePriceTransitionDetails(Resource):
    """The previous plan and price of a price change, and when it takes effect."""

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
    """A discount that was redeemed for a subscription item."""

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
