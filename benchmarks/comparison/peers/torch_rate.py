"""torch_rate.py update|act BATCH: updates or evaluations of 4-64-64-2 tanh units per second."""

import sys

import torch
from torch import nn

from comparison.peers.rate import print_rate

if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(1)
    network = nn.Sequential(
        nn.Linear(4, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 2)
    )
    batch = int(sys.argv[2])
    features = torch.randn(batch, 4)
    weights = torch.randn(batch, 2)
    adam = torch.optim.Adam(network.parameters(), lr=1e-4)

    def update() -> int:
        """One forward pass, backward pass and step of Adam."""
        adam.zero_grad()
        network(features).backward(weights)
        adam.step()
        return 1

    def act() -> int:
        """One forward pass."""
        with torch.no_grad():
            network(features)
        return 1

    print_rate({"update": update, "act": act}[sys.argv[1]])
