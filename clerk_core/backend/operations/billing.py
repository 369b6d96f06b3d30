"""Operations on plans, prices, subscriptions and statements."""

from collections.abc import Iterator

from clerk_core.backend.models import (
    BillingPaymentAttempt,
    BillingPrice,
    BillingStatement,
    CommerceDiscountRedemption,
    CommercePlan,
    CommercePriceTransition,
    CommerceSubscriptionItem,
)
from clerk_core.backend.modes import M, Operations
from clerk_core.backend.operation import operation
from clerk_core.backend.pages import Page
from clerk_core.backend.paginator import paginate


class Billing(Operations[M]):
    """Operations on plans."""

    @operation("GET", "/billing/plans")
    def list_plans(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ..., payer_type: str = ...
    ) -> Page[CommercePlan]:
        """The plans, the newest first, a page at a time."""
        ...

    @paginate(list_plans)
    def iterate_plans(self) -> Iterator[CommercePlan]:
        """Iterate over all pages of `list_plans`."""
        ...

    @operation("GET", "/billing/prices")
    def list_prices(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ..., plan_id: str = ...
    ) -> Page[BillingPrice]:
        """The prices of all plans, or of one, a page at a time."""
        ...

    @paginate(list_prices)
    def iterate_prices(self) -> Iterator[BillingPrice]:
        """Iterate over all pages of `list_prices`."""
        ...

    @operation("POST", "/billing/prices")
    def create_price(
        self,
        *,
        plan_id: str,
        amount: int | None,
        currency: str = ...,
        annual_monthly_amount: int | None = ...,
        description: str = ...,
        supported_billing_periods: str = ...,
    ) -> BillingPrice:
        """Create a price of its own for a plan; amounts are in cents."""
        ...

    @operation("GET", "/billing/subscription_items")
    def list_subscription_items(
        self,
        *,
        paginated: bool = ...,
        limit: int = ...,
        offset: int = ...,
        status: str = ...,
        payer_type: str = ...,
        plan_id: str = ...,
        include_free: bool = ...,
        query: str = ...,
    ) -> Page[CommerceSubscriptionItem]:
        """What is subscribed to, by users and organizations, a page at a time."""
        ...

    @paginate(list_subscription_items)
    def iterate_subscription_items(self) -> Iterator[CommerceSubscriptionItem]:
        """Iterate over all pages of `list_subscription_items`."""
        ...

    @operation("DELETE", "/billing/subscription_items/{subscription_item_id}")
    def cancel_subscription_item(
        self, subscription_item_id: str, *, end_now: bool = ...
    ) -> CommerceSubscriptionItem:
        """End a subscription item, now or when its period is over."""
        ...

    @operation("POST", "/billing/subscription_items/{subscription_item_id}/extend_free_trial")
    def extend_subscription_item_free_trial(
        self, subscription_item_id: str, *, extend_to: str
    ) -> CommerceSubscriptionItem:
        """Let a free trial last until `extend_to`, a time as RFC 3339 writes it."""
        ...

    @operation("POST", "/billing/subscription_items/{subscription_item_id}/price_transition")
    def create_price_transition(
        self, subscription_item_id: str, *, from_price_id: str, to_price_id: str
    ) -> CommercePriceTransition:
        """Move a subscription item from one price to another."""
        ...

    @operation("POST", "/billing/subscription_items/{subscription_item_id}/discounts")
    def apply_subscription_item_discount(
        self, subscription_item_id: str, *, discount_id: str
    ) -> CommerceDiscountRedemption:
        """Give a subscription item a discount; one that it had is replaced."""
        ...

    @operation(
        "DELETE", "/billing/subscription_items/{subscription_item_id}/discounts/{discount_id}"
    )
    def remove_subscription_item_discount(
        self, subscription_item_id: str, discount_id: str
    ) -> CommerceDiscountRedemption:
        """Take the active discount from a subscription item."""
        ...

    @operation("GET", "/billing/statements")
    def list_statements(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ...
    ) -> Page[BillingStatement]:
        """The statements, the newest first, a page at a time."""
        ...

    @paginate(list_statements)
    def iterate_statements(self) -> Iterator[BillingStatement]:
        """Iterate over all pages of `list_statements`."""
        ...

    @operation("GET", "/billing/statements/{statement_id}")
    def get_statement(self, statement_id: str) -> BillingStatement:
        """One statement."""
        ...

    @operation("GET", "/billing/statements/{statement_id}/payment_attempts")
    def list_statement_payment_attempts(
        self, statement_id: str, *, paginated: bool = ..., limit: int = ..., offset: int = ...
    ) -> Page[BillingPaymentAttempt]:
        """The attempts to pay a statement, the newest first, a page at a time."""
        ...

    @paginate(list_statement_payment_attempts)
    def iterate_statement_payment_attempts(self) -> Iterator[BillingPaymentAttempt]:
        """Iterate over all pages of `list_statement_payment_attempts`."""
        ...

    # The names of these in Clerk's own Python client.
    get_statement_payment_attempts = list_statement_payment_attempts
