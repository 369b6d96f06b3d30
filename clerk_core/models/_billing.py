"""Define payments and statements, as the Backend API returns them.

Timestamps are Unix milliseconds unless a class says otherwise. Missing fields are None, an empty
tuple or an empty object. It must not know HTTP or how fields are parsed.
"""

from __future__ import annotations

from clerk_core.models._resource import JsonObject, Resource


class Money(Resource):
    """An amount of money; `amount` is in the smallest unit of `currency`, such as cents."""

    __slots__ = ()

    amount: int | None
    amount_formatted: str | None
    currency: str | None
    currency_symbol: str | None


class CommerceCredits(Resource):
    """The credits applied to a bill."""

    __slots__ = ()

    proration: CommerceProrationCreditDetail | None
    payer: CommercePayerCredit | None
    total: Money | None


class CommerceProrationCreditDetail(Resource):
    """A credit for the unused part of a paid billing cycle."""

    __slots__ = ()

    amount: Money | None
    cycle_days_remaining: int | None
    cycle_days_total: int | None
    cycle_remaining_percent: float | None


class CommercePayerCredit(Resource):
    """The credit of a payer: the remaining balance and the applied amount."""

    __slots__ = ()

    remaining_balance: Money | None
    applied_amount: Money | None


class CommercePaymentMethod(Resource):
    """A payment method: a card or a wallet."""

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
    """The total cost of a kind of unit, such as seats."""

    __slots__ = ()

    name: str | None
    block_size: int | None
    tiers: tuple[CommercePerUnitTotalTier, ...]


class CommercePerUnitTotalTier(Resource):
    """The cost of the units in one price tier; a `quantity` of None means unlimited."""

    __slots__ = ()

    quantity: int | None
    fee_per_block: Money | None
    total: Money | None


class CommerceTotals(Resource):
    """The totals of a bill."""

    __slots__ = ()

    subtotal: Money | None
    base_fee: Money | None
    tax_total: Money | None
    grand_total: Money | None
    per_unit_totals: tuple[CommercePerUnitTotal, ...]
    credits: CommerceCredits | None
    discounts: CommerceDiscounts | None


class CommerceDiscounts(Resource):
    """The discounts applied to a bill."""

    __slots__ = ()

    proration: CommerceProrationDiscount | None
    total: Money | None


class CommerceProrationDiscount(Resource):
    """A discount for the part of a billing cycle that has passed."""

    __slots__ = ()

    amount: Money | None
    cycle_days_passed: int | None
    cycle_days_total: int | None
    cycle_passed_percent: float | None


class CommercePayer(Resource):
    """A payer: a user or an organization."""

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
    """The discounts applied to a payment."""

    __slots__ = ()

    proration: BillingProrationDiscountDetail | None
    total: Money | None


class BillingProrationDiscountDetail(Resource):
    """A discount for the part of a billing cycle that has passed."""

    __slots__ = ()

    amount: Money | None
    cycle_days_passed: int | None
    cycle_days_total: int | None
    cycle_passed_percent: float | None


class CommerceCreditBalance(Resource):
    """The credit balance of a payer."""

    __slots__ = ()

    object: str | None
    balance: Money | None


class CommerceCreditLedger(Resource):
    """A change to a credit balance; `created_at` is a string."""

    __slots__ = ()

    object: str | None
    payer_id: str | None
    amount: Money | None
    source_type: str | None
    source_id: str | None
    note: str | None
    created_at: str | None


class CommercePaymentSource(Resource):
    """A payment method in the older format of the API."""

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
    """A statement of the payments in a billing period."""

    __slots__ = ()

    object: str | None
    instance_id: str | None
    timestamp: int | None
    payer: CommercePayer | None
    status: str | None
    totals: BillingStatementTotals | None
    groups: tuple[BillingStatementGroup, ...]


class BillingStatementTotals(Resource):
    """The totals of a statement."""

    __slots__ = ()

    grand_total: Money | None
    subtotal: Money | None
    base_fee: Money | None
    tax_total: Money | None


class BillingStatementGroup(Resource):
    """The payments of one day in a statement."""

    __slots__ = ()

    object: str | None
    timestamp: int | None
    items: tuple[BillingPaymentAttempt, ...]


class BillingPaymentAttempt(Resource):
    """A payment attempt and its result."""

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
