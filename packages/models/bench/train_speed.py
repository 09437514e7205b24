"""The PyTorch twin of train-speed.ts: reads one network a line on standard input as JSON, trains it on random
data, and prints the seconds of each step. Run by train-speed.ts."""
import json
import sys
import time

import torch
from torch import nn


class Network(nn.Module):
    def __init__(self, config):
        super().__init__()
        layers, channels = [], 1
        for layer in config["convolutions"]:
            layers += [
                nn.Conv2d(channels, layer["channels"], 3, padding=1, bias=False),
                nn.MaxPool2d(tuple(layer["pool"])),
                nn.BatchNorm2d(layer["channels"], eps=1e-3, momentum=0.05),
                nn.ELU(),
                nn.Dropout(config["dropout"]["convolution"]),
            ]
            channels = layer["channels"]
        self.convolutions = nn.Sequential(*layers)
        units = config["gruUnits"]
        self.gru = nn.GRU(channels, units[0], len(units), batch_first=True) if units else None
        self.dropout = nn.Dropout(config["dropout"]["dense"])
        self.labels = nn.Linear(units[-1] if units else channels, len(config["labels"]))

    def forward(self, x):
        sequence = self.convolutions(x.unsqueeze(1)).flatten(1, 2).transpose(1, 2)
        embedding = self.gru(sequence)[0][:, -1] if self.gru else sequence.mean(1)
        return self.labels(self.dropout(embedding))


for line in sys.stdin:
    config = json.loads(line)
    torch.manual_seed(1)
    network = Network(config)
    if config["channelsLast"]:
        network = network.to(memory_format=torch.channels_last)
    adam = torch.optim.Adam(network.parameters(), lr=1e-3)
    loss = nn.BCEWithLogitsLoss()
    crops = torch.randn(config["clips"], config["melBands"], config["frames"])
    truth = nn.functional.one_hot(
        torch.arange(config["clips"]) % len(config["labels"]), len(config["labels"])
    ).float()
    network.train()
    seconds = []
    for _ in range(config["steps"]):
        started = time.perf_counter()
        adam.zero_grad()
        value = loss(network(crops), truth)
        value.backward()
        adam.step()
        value.item()
        seconds.append(time.perf_counter() - started)
    parameters = sum(p.numel() for p in network.parameters())
    result = {"version": torch.__version__, "threads": torch.get_num_threads()}
    print(json.dumps({**result, "parameters": parameters, "seconds": seconds}), flush=True)
