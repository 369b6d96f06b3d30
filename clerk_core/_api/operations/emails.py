"""Operations on emails of the application itself."""

from collections.abc import Mapping, Sequence

from clerk_core._api.modes import M, Operations
from clerk_core._api.operation import Extra, operation
from clerk_core.models import Email


class Emails(Operations[M]):
    """Operations on emails of the application itself. Clerk calls them experimental."""

    @operation("POST", "/email")
    def create(
        self,
        *,
        to: Mapping[str, str],
        from_: Mapping[str, str],
        subject: str,
        html: str = ...,
        text: str = ...,
        reply_to: Mapping[str, str] = ...,
        cc: Sequence[str] = ...,
        bcc: Sequence[str] = ...,
        headers: Mapping[str, str] = ...,
        attachments: Sequence[Mapping[str, str]] = ...,
        extra: Extra = ...,
    ) -> Email:
        """Send an email. The call is not repeated, because that could send it twice.

        Args:
            to: The recipient: a mapping with `address`, and perhaps `name`, or with `user_id`.
            from_: The sender: a mapping with `address` and perhaps `name`, on the domain from which
                the production instance sends.
            subject: The subject, at most 998 characters.
            html: The content as HTML.
            text: The content as plain text; at least one of both is required.
            reply_to: The mailbox for replies: a mapping with `address`, and perhaps `name`.
            cc: Email addresses of further recipients, at most 50 of all kinds.
            bcc: Email addresses of further recipients that the others do not see.
            headers: Headers for threads and unsubscribing, and those that begin with `X-`.
            attachments: Mappings with `filename` and `content`, in base64, at most ten.
            extra: Further fields to send.
        """
        ...
