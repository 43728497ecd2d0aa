"""Optimisation, days 23 to 28: descent, momentum, Adam, schedules, dropout, early stopping.

One step is one function: it takes the weights and returns new ones, nothing is changed in place, so the state
(v, m, t) is in plain sight. float64. Wrong input raises ValueError.
"""

import numpy as np

from utils.linalg import real_array, whole


def _alike(w, g, *state):
    """Float arrays; the gradient and the state have the shape of w (a state may be the number 0)."""
    w, g = real_array(w, "w"), real_array(g, "g")
    if g.shape != w.shape:
        raise ValueError(f"the gradient should have the shape of the weights {w.shape}, got {g.shape}")
    state = [real_array(s, "the state") for s in state]
    for s in state:
        if s.ndim and s.shape != w.shape:
            raise ValueError(f"the state should have the shape of the weights {w.shape}, got {s.shape}")
    return w, g, *state


def _share(x, name):
    if not 0 <= x < 1:
        raise ValueError(f"{name} should be at least 0 and below 1, got {x}")


# --- day 23: gradient descent -------------------------------------------------------------------------------


def sgd_step(w, g, lr):
    """One step downhill: w - lr g.

    w, g: one shape. Returns that shape. Raises ValueError when the shapes differ.
    Goodfellow et al. 2016, section 4.3.
    """
    w, g = _alike(w, g)
    return w - lr * g


def gradient_descent(grad, w0, lr, steps):
    """Walk downhill, feeling only the slope: w ← w - lr grad(w), as often as asked.

    grad: w -> gradient. w0: any shape. Returns the whole way, (steps + 1,) + w0.shape, the start included.
    Raises ValueError for steps < 0 or a gradient of another shape. Goodfellow et al. 2016, section 4.3.
    """
    way = [np.array(real_array(w0, "w0"))]
    for _ in range(whole(steps, "steps")):
        way.append(sgd_step(way[-1], grad(way[-1].copy()), lr))
    return np.array(way)


def minibatches(N, B, rng):
    """One epoch: all N indices in random order, in groups of B; the last group may be shorter.

    rng: numpy Generator. Returns a list of index arrays. Raises ValueError for N < 0 or B < 1.
    Goodfellow et al. 2016, section 8.1.3.
    """
    order, B = rng.permutation(whole(N, "N")), whole(B, "B", 1)
    return [order[start : start + B] for start in range(0, N, B)]


def clip_by_norm(gradients, max_norm):
    """Shorten all gradients together when their common length exceeds max_norm; the direction stays.

    gradients: dict of arrays. Returns (new dict, length before). Raises ValueError unless max_norm > 0.
    Pascanu et al. 2013, section 3.2.
    """
    if not max_norm > 0:
        raise ValueError(f"max_norm should be positive, got {max_norm}")
    gradients = {name: real_array(g, name) for name, g in gradients.items()}
    length = float(np.sqrt(sum(np.sum(g * g) for g in gradients.values())))
    factor = max_norm / length if length > max_norm else 1.0
    return {name: g * factor for name, g in gradients.items()}, length


# --- day 24: learning rate ----------------------------------------------------------------------------------


def max_lr(H):
    """Descent on a quadratic bowl converges below this learning rate: 2 / largest curvature.

    H: (n, n), symmetric, with a positive eigenvalue. Returns a float. Raises ValueError otherwise.
    """
    return float(2 / _curvatures(H)[-1])


def best_lr(H):
    """The best fixed learning rate in a bowl, where its flattest and its steepest direction shrink equally fast.

    H: (n, n), symmetric, positive definite. Returns (lr, rate): 2 / (smallest + largest eigenvalue), and the factor
    (k - 1) / (k + 1) by which the slowest error shrinks each step, k = largest / smallest, the condition number.
    Raises ValueError otherwise. Nesterov 2018, section 2.1.5; Goh 2017.
    """
    curvatures = _curvatures(H)
    flat, steep = curvatures[0], curvatures[-1]
    if not flat > 0:
        raise ValueError(f"every eigenvalue of H should be positive, but the smallest is {flat}")
    return float(2 / (flat + steep)), float((steep - flat) / (steep + flat))


def _curvatures(H):
    """Eigenvalues of a symmetric matrix, the smallest first; the largest is positive."""
    H = real_array(H, "H", 2)
    if H.ndim != 2 or H.shape[0] != H.shape[1] or not np.allclose(H, H.T):
        raise ValueError(f"H should be one symmetric matrix, got shape {H.shape}")
    curvatures = np.linalg.eigvalsh(H)
    if not curvatures[-1] > 0:
        raise ValueError(f"H should have a positive eigenvalue, but its largest is {curvatures[-1]}")
    return curvatures


def regime(lr, lam):
    """What descent does on the bowl ½ lam w²: its error is multiplied by 1 - lr lam each step.

    Returns 'crawl' (lr <= 1/lam: no overshoot), 'oscillate' (lr < 2/lam: overshoots, converges) or 'diverge'
    (lr >= 2/lam; exactly there it bounces for ever). Raises ValueError unless both are positive.
    """
    if not (lr > 0 and lam > 0):
        raise ValueError(f"lr and lam should be positive, got {lr} and {lam}")
    return "crawl" if lr <= 1 / lam else "oscillate" if lr < 2 / lam else "diverge"


def noam(step, d_model, warmup):
    """The paper's learning rate: up in a line to step = warmup, then down like 1/√step.

    d_model^-0.5 min(step^-0.5, step warmup^-1.5). step: from 1, a number or an array. Returns that shape.
    Raises ValueError for a step below 1 (0^-0.5 is a division by zero). Vaswani et al. 2017, equation 3.
    """
    step = real_array(step, "step")
    if np.any(step < 1) or not (d_model > 0 and warmup > 0):
        raise ValueError(f"step should count from 1, d_model and warmup be positive; got {step}, {d_model}, {warmup}")
    lr = d_model**-0.5 * np.minimum(step**-0.5, step * warmup**-1.5)
    return float(lr) if lr.ndim == 0 else lr


def cosine_schedule(step, total, peak, warmup=0):
    """Up in a line to the peak at step = warmup, then down half a cosine to 0 at step = total, and 0 after.

    step: from 0, a number or an array. Returns that shape. Raises ValueError unless step >= 0 and
    0 <= warmup < total. Loshchilov and Hutter 2017 (SGDR), equation 5.
    """
    step = real_array(step, "step")
    if np.any(step < 0) or not 0 <= warmup < total:
        raise ValueError(f"expected step >= 0 and 0 <= warmup < total, got {step}, {warmup}, {total}")
    done = np.clip((step - warmup) / (total - warmup), 0.0, 1.0)
    lr = peak * np.where(step < warmup, step / max(warmup, 1), (1 + np.cos(np.pi * done)) / 2)
    return float(lr) if lr.ndim == 0 else lr


def step_decay(step, peak, factor, every):
    """Stairs: the learning rate is multiplied by `factor` after every `every` steps.

    step: from 0, a number or an array. Returns that shape. Raises ValueError unless step >= 0, every >= 1 and
    0 < factor <= 1. Goodfellow et al. 2016, section 8.3.1, discusses decreasing rates.
    """
    step = real_array(step, "step")
    if np.any(step < 0) or not every >= 1 or not 0 < factor <= 1:
        raise ValueError(f"expected step >= 0, every >= 1 and 0 < factor <= 1, got {step}, {every}, {factor}")
    lr = peak * factor ** (step // every)
    return float(lr) if lr.ndim == 0 else lr


# --- day 25: momentum and Adam ------------------------------------------------------------------------------


def momentum_step(w, g, v, lr, beta):
    """Heavy ball: v ← beta v + g, then w ← w - lr v with the new v.

    (The other convention, v ← beta v + (1 - beta) g, is the same with lr scaled by 1 / (1 - beta).)
    w, g, v: one shape, v = 0 at the start. Returns (w, v).
    Raises ValueError when shapes differ or beta is outside [0, 1). Polyak 1964; PyTorch's SGD.
    """
    w, g, v = _alike(w, g, v)
    _share(beta, "beta")
    v = beta * v + g
    return w - lr * v, v


def adam_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """Adam: running means of g and g², both corrected for their start at 0, set each weight's own stride.

    w, g, m, v: one shape, m = v = 0 at the start; t: the step, from 1. eps stands outside the root.
    Returns (w, m, v). The paper (section 5.3) uses beta2 = 0.98, eps = 1e-9.
    Raises ValueError when shapes differ, t < 1 or a beta is outside [0, 1). Kingma and Ba 2015, Algorithm 1.
    """
    w, g, m, v = _alike(w, g, m, v)
    t = whole(t, "t", 1)
    _share(beta1, "beta1")
    _share(beta2, "beta2")
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t)
    spread = np.sqrt(v / (1 - beta2**t)) + eps
    return w - lr * np.divide(m_hat, spread, out=np.zeros_like(w), where=spread != 0), m, v


def adamw_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    """Adam, with weight decay outside of it: w also loses lr * weight_decay * w, whatever the gradient.

    Arguments, return and errors as adam_step; weight_decay >= 0 (0 gives adam_step).
    Loshchilov and Hutter 2019, Algorithm 2, with the decay multiplied by lr as in PyTorch.
    """
    if not weight_decay >= 0:
        raise ValueError(f"weight_decay should not be negative, got {weight_decay}")
    shrunk = real_array(w, "w") * (1 - lr * weight_decay)
    return adam_step(shrunk, g, m, v, t, lr, beta1, beta2, eps)


def adam_all(parameters, gradients, state, t, lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
    """One AdamW step for every parameter of a model; t is the same for all.

    parameters: dict of arrays. gradients: dict with at least these names. state: dict name -> (m, v), {} at the
    start. Returns (parameters, state), new dicts. Raises ValueError for a missing gradient, or as adamw_step does.
    """
    missing = [name for name in parameters if name not in gradients]
    if missing:
        raise ValueError(f"every parameter should have a gradient, but these have none: {missing}")
    new_parameters, new_state = {}, {}
    for name, w in parameters.items():
        m, v = state.get(name, (0.0, 0.0))
        new_parameters[name], *moments = adamw_step(w, gradients[name], m, v, t, lr, beta1, beta2, eps, weight_decay)
        new_state[name] = tuple(moments)
    return new_parameters, new_state


def run(step, grad, w0, n):
    """Walk n steps with any optimiser that can be written as one step with a memory.

    step: (w, g, state, t) -> (new w, new state); state is None before the first step, t counts from 1.
    grad: w -> gradient. w0: any shape. Returns the whole way, (n + 1,) + w0.shape, the start included.
    Raises ValueError for n < 0 or a step that changes the shape. Goodfellow et al. 2016, section 8.3.
    """
    way, state = [np.array(real_array(w0, "w0"))], None
    for t in range(1, whole(n, "n") + 1):
        w, state = step(way[-1].copy(), grad(way[-1].copy()), state, t)
        w = real_array(w, "the new weights")
        if w.shape != way[0].shape:
            raise ValueError(f"the new weights should have the shape of the start {way[0].shape}, got {w.shape}")
        way.append(w)
    return np.array(way)


def first_step_factor(b1, b2):
    """How much too long Adam's first stride is without bias correction: (1 - b1) / √(1 - b2).

    Returns a float: 3.16 for (0.9, 0.999), 0.707 for the paper's (0.9, 0.98). Raises ValueError outside [0, 1).
    """
    _share(b1, "b1")
    _share(b2, "b2")
    return float((1 - b1) / np.sqrt(1 - b2))


# --- day 27: regularisation ---------------------------------------------------------------------------------


def dropout(x, keep_mask, rate):
    """Inverted dropout: dropped entries are 0, kept ones grow by 1 / (1 - rate), so that the mean stays.

    x: any shape. keep_mask: boolean, True = kept; broadcasts to x. rate: probability of being dropped.
    Returns the shape of x. Raises ValueError unless 0 <= rate < 1 and the mask is boolean and fits.
    Srivastava et al. 2014, section 10; Vaswani et al. 2017, section 5.4 (rate = 0.1).
    """
    x, keep_mask = real_array(x, "x"), np.asarray(keep_mask)
    _share(rate, "rate")
    if keep_mask.dtype != bool:
        raise ValueError(f"keep_mask should be boolean (True = kept), got dtype {keep_mask.dtype}")
    try:
        keep_mask = np.broadcast_to(keep_mask, x.shape)
    except ValueError as error:
        raise ValueError(f"keep_mask should fit x, got shapes {keep_mask.shape} and {x.shape}") from error
    return np.where(keep_mask, x / (1 - rate), 0.0)


def ridge(X, y, lam):
    """Least squares with a price on large weights: minimises ‖X w + b - y‖² + lam ‖w‖²; b is free of charge.

    X: (n, d), y: (n,), lam >= 0. Returns (w (d,), b float). Raises ValueError for other shapes or lam < 0.
    Goodfellow et al. 2016, section 7.1.1.
    """
    X, y = real_array(X, "X", 2), real_array(y, "y", 1)
    if X.ndim != 2 or y.shape != X.shape[:1] or not lam >= 0:
        raise ValueError(f"expected X (n, d), y (n,) and lam >= 0, got {X.shape}, {y.shape} and {lam}")
    centre_X, centre_y = X.mean(axis=0), y.mean()
    tall = np.vstack([X - centre_X, np.sqrt(lam) * np.eye(X.shape[1])])
    w = np.linalg.lstsq(tall, np.append(y - centre_y, np.zeros(X.shape[1])), rcond=None)[0]
    return w, float(centre_y - centre_X @ w)


def early_stop(vals, patience):
    """The epoch to go back to: the best one before `patience` epochs in a row brought nothing better.

    vals: validation losses, one an epoch. patience: at least 1. Returns an index; nan is never better.
    Raises ValueError for no losses or patience < 1. Goodfellow et al. 2016, Algorithm 7.1.
    """
    vals, patience = real_array(vals, "vals", 1), whole(patience, "patience", 1)
    if len(vals) == 0:
        raise ValueError("vals should have at least one loss, got none")
    vals, best = np.where(np.isnan(vals), np.inf, vals), 0
    for epoch, loss in enumerate(vals):
        if loss < vals[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best
