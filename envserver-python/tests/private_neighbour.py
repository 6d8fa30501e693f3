"""What `private_environments` imports from beside itself."""

from typing import Final

REWARD: Final = 0.25
