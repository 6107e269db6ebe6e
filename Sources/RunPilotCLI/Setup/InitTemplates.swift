/// What `init` writes.
enum InitTemplates {
  /// A run file in which everything that is commented out works as it stands.
  static func runFile(name: String) -> String {
    """
    # A run file: what to run, and with what. `runpilot run runpilot.yaml` runs it; every key is in docs/config.md.
    name: \(name)

    # The program and its arguments. A string is split into words without a shell; a list is taken as it is.
    entrypoint: python3 train.py

    # With an image the job runs in a container, without one as a process of this machine.
    # image: python:3.12-slim

    # Hyperparameters: the job sees them as RUNPILOT_PARAM_LR and RUNPILOT_PARAM_EPOCHS,
    # and `runpilot run runpilot.yaml --param lr=0.01` changes them.
    params:
      lr: 0.5
      epochs: 30

    # Which numbers to show first. All METRIC lines are kept.
    metrics: [loss, accuracy]

    # Files to keep with the run, relative to the working directory.
    # outputs: ["*.json"]

    # Plain variables, and the names of secret ones, whose values come from your environment and are written nowhere.
    # env:
    #   OMP_NUM_THREADS: "2"
    # secrets: [WANDB_API_KEY]

    # What the job needs, and how long it may take.
    # resources:
    #   cpu: 2
    #   memory: 4g
    # max_duration: 2h

    # Labels to find it by: `runpilot list --tag example`.
    tags: [example]

    """
  }

  /// A training script without dependencies that reports metrics and keeps its model.
  static let script = """
    #!/usr/bin/env python3
    \"\"\"Logistic regression on two clouds of points, in plain Python: a job that shows what runpilot records.\"\"\"
    import json
    import math
    import os
    import random

    lr = float(os.environ.get("RUNPILOT_PARAM_LR", "0.5"))
    epochs = int(os.environ.get("RUNPILOT_PARAM_EPOCHS", "30"))
    random.seed(int(os.environ.get("RUNPILOT_SEED", "0")))  # the same for `runpilot rerun`

    points = [(random.gauss(side, 1.0), random.gauss(-side, 1.0), (side + 1) // 2) for side in (-1, 1) for _ in range(500)]
    w0 = w1 = bias = 0.0

    for epoch in range(1, epochs + 1):
        loss = correct = g0 = g1 = gb = 0.0
        for x0, x1, label in points:
            p = 1 / (1 + math.exp(-(w0 * x0 + w1 * x1 + bias)))
            loss -= math.log(p if label else 1 - p)
            correct += (p > 0.5) == label
            g0, g1, gb = g0 + (p - label) * x0, g1 + (p - label) * x1, gb + (p - label)
        n = len(points)
        w0, w1, bias = w0 - lr * g0 / n, w1 - lr * g1 / n, bias - lr * gb / n
        # A line like this is a sample of two series; `runpilot metrics @latest --plot` draws them.
        print("METRIC", json.dumps({"step": epoch, "loss": round(loss / n, 5), "accuracy": correct / n}))

    folder = os.environ.get("RUNPILOT_OUTPUT_DIR", ".")  # what is written here is kept with the run
    with open(os.path.join(folder, "model.json"), "w") as file:
        json.dump({"weights": [w0, w1], "bias": bias}, file)
    print(f"accuracy {correct / n:.3f} after {epochs} epochs with lr {lr}")

    """
}
