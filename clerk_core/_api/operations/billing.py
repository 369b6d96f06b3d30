"""Operations on plans, prices, subscriptions and statements."""

from collections.abc import Iterator

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core._api.pages import Page
from clerk_core._api.paginator import paginate
from clerk_core.models import (
    BillingPaymentAttempt,
    BillingPrice,
    BillingStatement,
    CommerceDiscountRedemption,
    CommercePlan,
    CommercePriceTransition,
    CommerceSubscriptionItem,
)


class Billing(Operations[M]):
    """Operations on plans."""

    @operation("GET", "/billing/plans")
    def list_plans(
        self,
        *,
        paginated: bool = ...,
        limit: int = ...,
        offset: int = ...,
        payer_type: str = ...,
        extra: Extra = ...,
    ) -> Page[CommercePlan]:
        """Return the billing plans, the newest first.

        Args:
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            payer_type: Who pays for the plan: `user` or `org`.
            extra: Further fields to send.
        """
        ...

    @paginate(list_plans)
    def iterate_plans(self) -> Iterator[CommercePlan]:
        """Iterate over the billing plans, the newest first."""
        ...

    @operation("GET", "/billing/prices")
    def list_prices(
        self,
        *,
        paginated: bool = ...,
        limit: int = ...,
        offset: int = ...,
        plan_id: str = ...,
        extra: Extra = ...,
    ) -> Page[BillingPrice]:
        """Return the prices of plans, the lowest first.

        Args:
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            plan_id: The ID of the plan whose prices to return.
            extra: Further fields to send.
        """
        ...

    @paginate(list_prices)
    def iterate_prices(self) -> Iterator[BillingPrice]:
        """Iterate over the prices of plans, the lowest first."""
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
        extra: Extra = ...,
    ) -> BillingPrice:
        """Create a custom price for a plan.

        Args:
            plan_id: The plan's ID.
            amount: The amount per month in cents: 0, or at least 100.
            currency: The currency code; `USD` by default.
            annual_monthly_amount: The amount per month in cents with annual billing: 0, or at least
                100.
            description: What the price is for.
            supported_billing_periods: `month`, `annual` or `both`; derived from the amounts by
                default.
            extra: Further fields to send.
        """
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
        extra: Extra = ...,
    ) -> Page[CommerceSubscriptionItem]:
        """Return the subscription items of users and organizations, the newest first.

        Args:
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            status: `active`, `ended`, `past_due`, `upcoming` or `free_trial`.
            payer_type: Who pays: `user` or `org`.
            plan_id: The ID of the plan.
            include_free: Whether to return items of free plans as well; false by default.
            query: A text to search the items for.
            extra: Further fields to send.
        """
        ...

    @paginate(list_subscription_items)
    def iterate_subscription_items(self) -> Iterator[CommerceSubscriptionItem]:
        """Iterate over the subscription items, the newest first."""
        ...

    @operation("DELETE", "/billing/subscription_items/{subscription_item_id}")
    def cancel_subscription_item(
        self, subscription_item_id: str, *, end_now: bool = ..., extra: Extra = ...
    ) -> CommerceSubscriptionItem:
        """Cancel a subscription item.

        Args:
            subscription_item_id: The item's ID.
            end_now: Whether to end it at once, and not at the end of the billing period.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/billing/subscription_items/{subscription_item_id}/extend_free_trial")
    def extend_subscription_item_free_trial(
        self, subscription_item_id: str, *, extend_to: str, extra: Extra = ...
    ) -> CommerceSubscriptionItem:
        """Extend the free trial of a subscription item.

        Args:
            subscription_item_id: The item's ID.
            extend_to: When the trial ends: an RFC 3339 timestamp, at most 365 days from now.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/billing/subscription_items/{subscription_item_id}/price_transition")
    def create_price_transition(
        self, subscription_item_id: str, *, from_price_id: str, to_price_id: str, extra: Extra = ...
    ) -> CommercePriceTransition:
        """Move a subscription item to another price, now or with the next period.

        Args:
            subscription_item_id: The item's ID.
            from_price_id: The ID of its current price.
            to_price_id: The ID of its new price.
            extra: Further fields to send.
        """
        ...

    @operation("POST", "/billing/subscription_items/{subscription_item_id}/discounts")
    def apply_subscription_item_discount(
        self, subscription_item_id: str, *, discount_id: str, extra: Extra = ...
    ) -> CommerceDiscountRedemption:
        """Apply a discount to a subscription item; it replaces an active one.

        Args:
            subscription_item_id: The item's ID.
            discount_id: The discount's ID.
            extra: Further fields to send.
        """
        ...

    @operation(
        "DELETE", "/billing/subscription_items/{subscription_item_id}/discounts/{discount_id}"
    )
    def remove_subscription_item_discount(
        self, subscription_item_id: str, discount_id: str, *, extra: Extra = ...
    ) -> CommerceDiscountRedemption:
        """Remove the active discount from a subscription item.

        Args:
            subscription_item_id: The item's ID.
            discount_id: The ID of the active discount.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/billing/statements")
    def list_statements(
        self, *, paginated: bool = ..., limit: int = ..., offset: int = ..., extra: Extra = ...
    ) -> Page[BillingStatement]:
        """Return the billing statements, the newest first.

        Args:
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list_statements)
    def iterate_statements(self) -> Iterator[BillingStatement]:
        """Iterate over the billing statements, the newest first."""
        ...

    @operation("GET", "/billing/statements/{statement_id}")
    def get_statement(self, statement_id: str, *, extra: Extra = ...) -> BillingStatement:
        """Return a billing statement.

        Args:
            statement_id: The statement's ID.
            extra: Further fields to send.
        """
        ...

    @operation("GET", "/billing/statements/{statement_id}/payment_attempts")
    def list_statement_payment_attempts(
        self,
        statement_id: str,
        *,
        paginated: bool = ...,
        limit: int = ...,
        offset: int = ...,
        extra: Extra = ...,
    ) -> Page[BillingPaymentAttempt]:
        """Return the payment attempts for a billing statement, the newest first.

        Args:
            statement_id: The statement's ID.
            paginated: Whether to return a page with `total_count`, in place of everything.
            limit: The maximum number of results, 1 to 500; 10 by default.
            offset: The number of results to skip.
            extra: Further fields to send.
        """
        ...

    @paginate(list_statement_payment_attempts)
    def iterate_statement_payment_attempts(self) -> Iterator[BillingPaymentAttempt]:
        """Iterate over the payment attempts for a billing statement."""
        ...

    # The names of these in Clerk's own Python client.
    get_statement_payment_attempts = list_statement_payment_attempts
