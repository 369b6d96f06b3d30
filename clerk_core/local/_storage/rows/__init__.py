"""Define the rows of the database: a frozen dataclass for each table, whose first field is the key.

Times are Unix milliseconds, as in Clerk's resources. It must not know how rows are stored.
"""

from clerk_core.local._storage.rows.browsers import Client as Client
from clerk_core.local._storage.rows.browsers import HandshakePayload as HandshakePayload
from clerk_core.local._storage.rows.browsers import Message as Message
from clerk_core.local._storage.rows.browsers import Session as Session
from clerk_core.local._storage.rows.browsers import SignIn as SignIn
from clerk_core.local._storage.rows.browsers import SignInToken as SignInToken
from clerk_core.local._storage.rows.browsers import SignUp as SignUp
from clerk_core.local._storage.rows.browsers import Verification as Verification
from clerk_core.local._storage.rows.instance import AllowlistIdentifier as AllowlistIdentifier
from clerk_core.local._storage.rows.instance import JwtTemplate as JwtTemplate
from clerk_core.local._storage.rows.instance import Machine as Machine
from clerk_core.local._storage.rows.instance import MachineToken as MachineToken
from clerk_core.local._storage.rows.instance import RedirectUrl as RedirectUrl
from clerk_core.local._storage.rows.instance import Secret as Secret
from clerk_core.local._storage.rows.instance import WaitlistEntry as WaitlistEntry
from clerk_core.local._storage.rows.oauth import OAuthApplication as OAuthApplication
from clerk_core.local._storage.rows.oauth import OAuthGrant as OAuthGrant
from clerk_core.local._storage.rows.oauth import OAuthRefreshToken as OAuthRefreshToken
from clerk_core.local._storage.rows.organizations import Invitation as Invitation
from clerk_core.local._storage.rows.organizations import Membership as Membership
from clerk_core.local._storage.rows.organizations import MembershipRequest as MembershipRequest
from clerk_core.local._storage.rows.organizations import Organization as Organization
from clerk_core.local._storage.rows.organizations import OrganizationDomain as OrganizationDomain
from clerk_core.local._storage.rows.organizations import Permission as Permission
from clerk_core.local._storage.rows.organizations import Role as Role
from clerk_core.local._storage.rows.users import EmailAddress as EmailAddress
from clerk_core.local._storage.rows.users import ExternalAccount as ExternalAccount
from clerk_core.local._storage.rows.users import Image as Image
from clerk_core.local._storage.rows.users import Passkey as Passkey
from clerk_core.local._storage.rows.users import PhoneNumber as PhoneNumber
from clerk_core.local._storage.rows.users import User as User
from clerk_core.local._storage.rows.values import JsonObject as JsonObject
from clerk_core.local._storage.rows.values import new_id as new_id
from clerk_core.local._storage.rows.values import new_token_id as new_token_id
from clerk_core.local._storage.rows.values import random_text as random_text
