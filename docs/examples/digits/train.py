"""Trains a small neural network on handwritten digits, with Python's standard library alone.

It shows what a script has to know of RunPilot, which is little: parameters come in as RUNPILOT_PARAM_<NAME>, lines that begin with
METRIC become metrics, and what is written to RUNPILOT_OUTPUT_DIR is kept with the run. Without RunPilot it runs just as well.
"""

import csv
import gzip
import json
import math
import os
import random
import signal
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def parameter(name, default):
    """A parameter of the run file, or the default; of the default's type."""
    return type(default)(os.environ.get(f"RUNPILOT_PARAM_{name.upper()}", default))


def load(path):
    """Images as lists of (pixel, brightness) without the dark pixels, which are half of them, and their labels."""
    with gzip.open(path, "rt", newline="") as file:
        rows = [[int(float(cell)) for cell in row] for row in csv.reader(file)]
    return [([(pixel, value / 16) for pixel, value in enumerate(row[:64]) if value], row[64]) for row in rows]


class Network:
    """64 pixels, one hidden layer of rectified units, 10 digits."""

    def __init__(self, hidden, rng):
        scale = math.sqrt(2 / 32)  # about 32 of the 64 pixels are lit
        self.first = [[rng.gauss(0, scale) for _ in range(hidden)] for _ in range(64)]
        self.first_bias = [0.0] * hidden
        self.second = [[rng.gauss(0, math.sqrt(1 / hidden)) for _ in range(10)] for _ in range(hidden)]
        self.second_bias = [0.0] * 10

    def forward(self, image):
        """The hidden units' activities and the digits' probabilities."""
        hidden = self.first_bias
        for pixel, value in image:
            hidden = [h + value * w for h, w in zip(hidden, self.first[pixel])]
        hidden = [h if h > 0 else 0.0 for h in hidden]
        scores = self.second_bias
        for activity, weights in zip(hidden, self.second):
            if activity:
                scores = [s + activity * w for s, w in zip(scores, weights)]
        top = max(scores)
        powers = [math.exp(s - top) for s in scores]
        total = sum(powers)
        return hidden, [p / total for p in powers]

    def learn(self, image, digit, rate):
        """One step of gradient descent on one image; the loss before it."""
        hidden, chances = self.forward(image)
        errors = [rate * (chance - (index == digit)) for index, chance in enumerate(chances)]
        back = []
        for unit, activity in enumerate(hidden):
            if not activity:
                back.append(0.0)
                continue
            weights = self.second[unit]
            back.append(sum(e * w for e, w in zip(errors, weights)))
            self.second[unit] = [w - activity * e for w, e in zip(weights, errors)]
        self.second_bias = [b - e for b, e in zip(self.second_bias, errors)]
        for pixel, value in image:
            self.first[pixel] = [w - value * b for w, b in zip(self.first[pixel], back)]
        self.first_bias = [b - e for b, e in zip(self.first_bias, back)]
        return -math.log(max(chances[digit], 1e-12))

    def accuracy(self, samples):
        right = 0
        for image, digit in samples:
            chances = self.forward(image)[1]
            right += chances[digit] == max(chances)
        return right / len(samples)

    def save(self, path):
        with open(path, "w") as file:
            json.dump(vars(self), file)


def stop(*_):
    raise KeyboardInterrupt


def main():
    # `runpilot stop` and Ctrl-C arrive as SIGINT. A shell that started us in the background may have had it ignored.
    signal.signal(signal.SIGINT, stop)
    epochs, rate, hidden = parameter("epochs", 12), parameter("lr", 0.05), parameter("hidden", 24)
    seed = int(os.environ.get("RUNPILOT_PARAM_SEED", os.environ.get("RUNPILOT_SEED", 0)))
    output = os.environ.get("RUNPILOT_OUTPUT_DIR", ".")
    rng = random.Random(seed)

    samples = load(os.path.join(HERE, "digits.csv.gz"))
    rng.shuffle(samples)
    train, test = samples[:1437], samples[1437:]
    print(f"{len(train)} digits to learn from, {len(test)} to test with; epochs={epochs} lr={rate} hidden={hidden} seed={seed}")

    network = Network(hidden, rng)
    begin = time.perf_counter()
    try:
        for epoch in range(1, epochs + 1):
            rng.shuffle(train)
            loss = sum(network.learn(image, digit, rate) for image, digit in train) / len(train)
            rate *= 0.8
            print(f"METRIC step={epoch} loss={loss:.4f} accuracy={network.accuracy(test):.4f}", flush=True)
    except KeyboardInterrupt:
        print("stopped early: keeping what was learnt")
    network.save(os.path.join(output, "model.json"))
    print(f"test accuracy {network.accuracy(test):.1%} after {time.perf_counter() - begin:.1f} s; the model is in {output}/model.json")


if __name__ == "__main__":
    main()
