"""Prints the action mask of each of Taxi's states, a line of zeros and ones."""

import gymnasium


def main() -> None:
    """Asks the environment itself."""
    taxi = gymnasium.make("Taxi-v4").unwrapped
    for state in range(500):
        print("".join(map(str, taxi.action_mask(state))))


if __name__ == "__main__":
    main()
