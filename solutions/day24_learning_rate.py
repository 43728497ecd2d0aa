# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] key="title"
# # Day 24 · The learning rate: sleep, dance, explosion
#
# One parabola, one line of code, three step sizes. The first walk falls asleep on the way. The second dances home, from
# side to side. The third explodes. Yesterday the step size η came from nowhere; today you choose it. The authors of the
# paper chose a curve, and it is one of the few things about training that they print (§5.3, equation 3):
#
# $$\boxed{\mathrm{lrate} = d_\mathrm{model}^{-0.5} \cdot \min\left(\mathrm{step}^{-0.5},\;
# \mathrm{step} \cdot \mathrm{warmup}^{-1.5}\right)}$$
#
# **When you close this notebook you can**
#
# - say for which η a walk crawls, swings or flies away, and why the limit is 2/λ_max;
# - find the best fixed step for a ravine, and say what it costs;
# - compute the paper's learning rate by hand;
# - read a bad loss curve.
#
# You need: w ← w − η∇f (Day 23), eigenvalues (Day 4), the bigram model and its gradient p − y (Days 17 and 19).
# Sections marked **core** are the short path, 49 minutes. The rest makes it 86.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import optimize, probability, story
from utils.widgets import learning_rate as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="parabola"
# ## Five step sizes, one line of code · 8 min · core
#
# The smallest bowl there is: y = x². Its slope at x is 2x. Start at 3 and go down, five steps. Write the loop.
# ★ · about 5 minutes


# %% key="p2"
def descend(x, lr, steps):
    """Gradient descent on y = x².

    x: where to start. lr: the learning rate η. steps: how many, may be 0.
    Returns the place after the last step.
    """
    # solution
    for _ in range(steps):
        x = x - lr * 2 * x
    return x
    # end solution


# %% key="p2-check"
check("24.p2", descend)

# %% [markdown] key="parabola-read"
# Stuck? `hint("24.p2")`. Done? `compare("24.p2", descend)`. The course's loop, step by step:

# %% key="five-walks"
for lr in (0.1, 0.5, 0.9, 1.0, 1.1):
    way = optimize.gradient_descent(lambda x: 2 * x, 3.0, lr, 5)
    print(f"η = {lr:<4}", *[f"{x + 0.0:8.5f}" for x in way])

# %% [markdown] key="factor"
# Read a row as a rhythm. Each number is the one before, times the same factor:
#
# $$x - \eta \cdot 2x = (1 - 2\eta)\,x$$
#
# 0.8, 0, −0.8, −1, −1.2: that is the whole story of this bowl. The thirty-day plan tells it in half a sentence: "too large a
# learning rate oscillates, too small converges slowly". Which repair does it need? Answer with a letter.

# %% key="p1"
# solution
p1 = "c"
# end solution
check("24.p1", p1)

# %% [markdown] key="recall-text"
# ## Four questions between two walks · 4 min
#
# From days 23, 21, 17 and 10, without notes. Missed ones come back in two days.

# %% key="recall"
recall(24)

# %% key="recall-answers" tags=["solution"]
recall(24, reveal=True)

# %% [markdown] key="bowls"
# ## Steepness decides what counts as small · 6 min · core
#
# 0.9 is large. Or is it? Two bets about another bowl; then the picture takes a third one for every walk you make: it shows
# nothing before you have said *crawl*, *oscillate* or *diverge*.

# %% key="w1"
widgets.regimes()

# %% [markdown] key="bowls-read"
# Try λ = 0.5 with η = 2.2, then λ = 4 with η = 0.6. The larger step is the tame one.
#
# The bowl ½λw² has the slope λw. The number λ is its **curvature**: how fast the slope changes. (y = x² has λ = 2.) One step
# makes w − ηλw, so
#
# $$w \leftarrow (1 - \eta\lambda)\,w$$
#
# | η | factor | the walk |
# |---|---|---|
# | below 1/λ | between 1 and 0 | crawls: stays on its side |
# | 1/λ | 0 | is home in one step |
# | between 1/λ and 2/λ | between 0 and −1 | oscillates, and arrives |
# | 2/λ | −1 | bounces for ever |
# | above 2/λ | below −1 | diverges |
#
# So swinging is not the illness. At 1.9/λ the walk swings and arrives; at 2.1/λ it swings and leaves. And neither word means
# anything for η alone: only the product ηλ counts.
#
# **h1** λ = 10. The limit, the factor at η = 0.19, the factor at η = 0.21?

# %% key="h1"
# solution
h1 = "0.2, -0.9, -1.1"
# end solution
check("24.h1", h1)

# %% [markdown] key="e3-text"
# ## Three words, two edges · 8 min
#
# Write the verdict. Mind the edges: at exactly 1/λ there is no swing (the course counts it as 'crawl'), and what bounces for ever
# does not arrive ('diverge'). ★★ · about 8 minutes


# %% key="e3"
def regime(lr, lam):
    """What descent does on the bowl ½ lam w².

    lr, lam: positive numbers. Returns 'crawl', 'oscillate' or 'diverge'.
    """
    # solution
    factor = 1 - lr * lam
    if factor >= 0:
        return "crawl"
    return "oscillate" if factor > -1 else "diverge"
    # end solution


# %% key="e3-check"
check("24.e3", regime)

# %% [markdown] key="e3-more"
# Then scroll up and make it `widgets.regimes(regime)`: your function speaks the verdict.

# %% [markdown] key="many"
# ## Many directions, one η: the steepest sets the limit · 10 min · core
#
# A model has many weights, and one learning rate for all. Near a minimum its loss looks like a bowl, $\tfrac12 w^T H w$, where w is the
# distance from the minimum. H is the **Hessian**, the table of second derivatives. It is symmetric, so by day 4 it has perpendicular
# eigenvectors. Along each of them descent runs as if it were alone, with the eigenvalue as its curvature:
#
# $$w - \eta H w = (I - \eta H)\,w \qquad\text{has the factors}\qquad 1 - \eta\lambda_1,\; 1 - \eta\lambda_2,\; \ldots$$
#
# All of them must lie between −1 and 1. One that does not ruins the whole walk. Which eigenvalue decides?
#
# ★★ · about 8 minutes


# %% key="e1"
def max_lr(H):
    """The learning rate below which descent on the bowl ½ wᵀHw converges.

    H: array (n, n), symmetric, all eigenvalues positive. Returns a number.
    """
    # solution
    return 2 / np.linalg.eigvalsh(H)[-1]
    # end solution


# %% key="e1-check"
check("24.e1", max_lr)

# %% key="limit-numbers"
H = np.array([[2.0, 1.0], [1.0, 2.0]])
limit = optimize.max_lr(H)
print(f"eigenvalues {np.linalg.eigvalsh(H)}, limit {limit:.4f}")
for part in (0.99, 1.0, 1.01):
    way = optimize.gradient_descent(lambda w: H @ w, np.array([3.0, 2.0]), part * limit, 500)
    print(f"{part:4} of the limit: distance after 500 steps {np.linalg.norm(way[-1]):10.4f}")

# %% [markdown] key="ravine"
# ## A ravine: one step for two masters · 13 min
#
# The limit comes from the steepest direction. The waiting comes from the flattest. How far the two lie apart has a name, the
# **condition number** κ = λ_max/λ_min. (Day 5 had σ_max/σ_min; for this H it is the same number.) Contours of a bowl with a large κ are long
# and thin: a ravine. One bet first.

# %% key="w4"
widgets.ravine()

# %% [markdown] key="ravine-read"
# Look at the lower picture. The slower of the two, the upper line, sets the pace. It is lowest where both lines cross:
#
# $$1 - \eta\lambda_{min} = \eta\lambda_{max} - 1 \quad\Rightarrow\quad \eta = \frac{2}{\lambda_{min} + \lambda_{max}},
# \qquad \text{rate} = \frac{\kappa - 1}{\kappa + 1}$$
#
# A little less than the limit, and the walk zigzags: the best fixed step *oscillates*, across the ravine. Drag κ to 1 (one step, home) and to
# 50.
#
# **h2** Curvatures 1 and 10: best η, and the rate?

# %% key="h2"
# solution
h2 = "2/11, 9/11"
# end solution
check("24.h2", h2)

# %% [markdown] key="e6-text"
# Write it for any H. ★★ · about 8 minutes


# %% key="e6"
def best_lr(H):
    """The best fixed learning rate in the bowl ½ wᵀHw, and its rate.

    H: array (n, n), symmetric, all eigenvalues positive.
    Returns (lr, rate): rate is the factor of the slowest direction, without its sign.
    """
    # solution
    curvatures = np.linalg.eigvalsh(H)
    low, high = curvatures[0], curvatures[-1]
    return 2 / (low + high), (high - low) / (high + low)
    # end solution


# %% key="e6-check"
check("24.e6", best_lr)

# %% key="kappa-numbers"
for kappa in (1, 10, 100, 1000):
    lr, rate = optimize.best_lr(np.diag([1.0, kappa]))
    steps = np.ceil(np.log(1000) / -np.log(rate)) if rate > 0 else 1
    print(
        f"κ = {kappa:<5} rate {rate:.3f}  steps to a thousandth of the distance: {steps:.0f}"
    )

# %% [markdown] key="kappa-read"
# Steps grow like κ. `widgets.ravine(best_lr)` places the diamond by your function.
#
# No fixed η does better for every start. Tomorrow's methods remember where they came from, and give each weight a stride of its own.

# %% [markdown] key="curves"
# ## Three real curves: which η was it? · 6 min · core
#
# Enough of bowls. Our bigram model: a table of 9 × 9 logits, all 0 at the start; its gradient is prediction minus truth, averaged over
# the 23 next words of the corpus. Three runs have been made, a moment ago, in this cell. First two bets. Then find their
# learning rates: push the slider until your run, in black, lies on A, on B, on C.

# %% key="w3"
widgets.match_curves()

# %% [markdown] key="curves-read"
# B crawls. C is sound. A is the trap: the best of all after one step, and a plateau that looks finished. It is not. The
# dashed floor is lower, and a smaller η gets there. Nothing falls below it.
#
# Can a curvature predict this? At the minimum every row has its counted shares (Day 17). A row's Hessian is the softmax Jacobian of
# day 13, times the row's part of the 23 events. Only rows that leave a choice are curved:

# %% key="predicted-limit"
C = probability.bigram_counts(story.CORPUS, story.VOCABULARY)
part, P = C.sum(axis=1) / C.sum(), probability.fit_bigram(C)
for word, share, row in zip(story.VOCABULARY, part, P, strict=True):
    steepest = (
        np.linalg.eigvalsh(share * probability.softmax_jacobian(row))[-1] if share else 0
    )
    if steepest > 1e-9:
        print(f"row {word}: {share:.3f} of the events, largest curvature {steepest:.4f}")
end = optimize.max_lr(part[0] * probability.softmax_jacobian(P[0]))
start = optimize.max_lr(part[0] * probability.softmax_jacobian(np.full(9, 1 / 9)))
print(f"limit from the row of the: {end:.2f} at the minimum, {start:.2f} at the start")

# %% key="predicted-runs"
for lr in (15, 16, 17, 18, 40):
    tail = widgets.losses(np.full(1000, float(lr)))[-50:]
    print(f"η = {lr:<3} the last 50 of 1000 steps: {tail.min():.4f} to {tail.max():.4f} nat")
print(f"floor {story.BIGRAM_NATS:.4f} nat")

# %% [markdown] key="predicted-read"
# 16 still descends, 17 rattles: the limit 16.18 was right, from one row on paper. Two things a bowl could not show. The curvature **changes on the
# way**: at the start 20 is harmless, at the end it is not. And beyond the limit this model rattles instead of exploding,
# because p − y never exceeds 1 in size. A network with products of weights has no such brake.
#
# | you see | often it is | try |
# |---|---|---|
# | a slow, smooth descent | η too small | three times η |
# | a fast start, then a jagged plateau | η too large for the end | a third of η, or let it fall |
# | up, up, nan | η far beyond the limit, or a bug | a tenth of η; then look for the bug |
# | jagged all along, falling on average | the noise of mini-batches (Day 23) | larger batches |

# %% [markdown] key="equation-3"
# ## Up in a line, down like a root · 14 min · core
#
# Nobody knows the λ_max of a large model in advance, and it moves. So the paper's η moves too. Read equation (3) from the inside: of two numbers take the
# smaller one.
#
# - step · warmup^−1.5 is a straight line. It rules at first: the **warm-up**.
# - step^−0.5 falls, ever more slowly. It rules afterwards.
#
# They meet where step = warmup: there both are warmup^−0.5. In front stands $d_\mathrm{model}^{-0.5}$: wider models take smaller steps. **Steps start at
# 1**; at 0 the formula divides by zero.
#
# **h3** $d_\mathrm{model}$ = 512, warm-up 4000, as in the paper: the learning rate at step 1, 4000, 16000? Type such as `"1.23e-4, ..."`.

# %% key="h3"
# solution
h3 = "1.75e-7, 6.99e-4, 3.49e-4"
# end solution
check("24.h3", h3)

# %% [markdown] key="e2-text"
# Now write it; many libraries call it *noam*, after one of the authors. Step 0 deserves a refusal that names its reason: a training loop that counts from 0 is a common bug, and NumPy only
# warns and goes on with a learning rate of 0. Raise a `ValueError`. ★★ · about 8 minutes


# %% key="e2"
def noam(step, d, warmup):
    """The paper's learning rate, equation (3).

    step: whole number from 1. d: width of the model. warmup: steps of warm-up.
    Returns a number. Raises ValueError for a step below 1.
    """
    # solution
    if step < 1:
        raise ValueError(f"steps count from 1, got {step}: 0 ** -0.5 would divide by zero")
    return d**-0.5 * min(step**-0.5, step * warmup**-1.5)
    # end solution


# %% key="e2-check"
check("24.e2", noam)

# %% [markdown] key="schedule-text"
# Your function draws the curve (the course's, if it is unfinished). Where is its peak, and how high?

# %% key="w2"
widgets.schedule(noam)

# %% key="schedule-numbers"
for step in (1, 100, 4000, 16_000, 100_000):
    print(f"step {step:<7} learning rate {optimize.noam(step, 512, 4000):.2e}")
print(f"peak 1/√(512 · 4000) = {1 / np.sqrt(512 * 4000):.2e}")
with np.errstate(divide="ignore"):
    print(
        "step 0 in NumPy:", np.float64(0) ** -0.5, "and the smaller of", np.inf, "and 0 is 0"
    )

# %% [markdown] key="schedule-read"
# The height is $1/\sqrt{d \cdot warmup}$. Four times as far, half as high. The paper's base model stopped at step
# 100,000, at a fifth of the peak.
#
# Do not compare 7e-4 with our 16.18. The paper's steps are Adam's (tomorrow), which measures strides in other units.

# %% [markdown] key="others"
# ## Stairs, and half a wave · 12 min
#
# Two other plans are common. **Step decay** multiplies η by a factor every so many steps. ★ · about 5 minutes


# %% key="e5"
def step_decay(step, peak, factor, every):
    """Stairs: `peak` at first, times `factor` after every `every` steps.

    step: whole number from 0. Returns a number.
    """
    # solution
    return peak * factor ** (step // every)
    # end solution


# %% key="e5-check"
check("24.e5", step_decay)

# %% [markdown] key="e4-text"
# The **cosine** schedule warms up in a line, from 0 at step 0 to the peak at step = warmup. Then it goes down half a wave, to 0 at
# step = total. ★ · about 5 minutes


# %% key="e4"
def cosine(step, total, peak, warmup):
    """Up in a line, then down half a cosine.

    step: whole number, 0 to total. warmup: less than total, may be 0. Returns a number.
    """
    # solution
    if step < warmup:
        return peak * step / warmup
    done = (step - warmup) / (total - warmup)
    return peak * (1 + np.cos(np.pi * done)) / 2
    # end solution


# %% key="e4-check"
check("24.e4", cosine)

# %% [markdown] key="plans-text"
# Four plans for the bigram model, all with the peak 20, which alone ends on A's plateau:

# %% key="plans"
widgets.four_plans()

# %% key="plans-numbers"
for name, rates in widgets.plans().items():
    course = widgets.losses(rates)
    print(
        f"{name:9} after 40 steps {course[40]:.3f} nat, after 120 steps {course[-1]:.3f} nat"
    )
alone = widgets.losses(np.full(120, 16.0))[-1]
print(f"16 alone, after 120 steps {alone:.3f} nat; floor {story.BIGRAM_NATS:.3f} nat")

# %% [markdown] key="plans-read"
# At step 40 the stairs drop below the limit, and the loss falls off a cliff. The cosine run has a hump: it reaches the valley while its η is still
# above 16. Equation (3), shrunk to a warm-up of 10, was below the limit by then.
#
# Honesty: 16 alone beats all four. A schedule is what you use when nobody can tell you the 16. And this toy needs no
# warm-up: its start bears 51.75.
#
# <details><summary>Why does the paper warm up at all?</summary>
#
# It does not say. Later work offers two reasons: in post-norm layers the gradients near the output are large at the start (Xiong et al.,
# 2020), and Adam's first averages rest on a handful of gradients (Liu et al., 2020).
# </details>

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# *Attention Is All You Need*, §5.3, "Optimizer": Adam with β₁ = 0.9, β₂ = 0.98 and ε = 10⁻⁹, and equation (3) with 4000 warm-up steps: linear growth,
# then decrease in proportion to the inverse square root of the step number. §5.2 gives the lengths: 100,000 steps for the base model,
# 300,000 for the big one, whose $d_\mathrm{model}$ = 1024 lowers every rate by √2.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan names chapter 8 of *Deep Learning* (花书). §8.3.1 is about choosing and lowering the learning rate, §8.2.1 about bad conditioning; curvature
# and the Hessian are earlier, in §4.3.1. "学习率怎么选" on 知乎 is a search phrase; where an answer says only that a large rate
# oscillates, ask it for the limit. The cosine comes from Loshchilov and Hutter (2017).
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(24)

# %% key="quiz-answers" tags=["solution"]
quiz(24, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **learning rate** a step multiplies the error along an eigenvector by 1 − ηλ: it crawls up to 1/λ, swings and arrives below 2/λ,
# > diverges above. **Limit** 2/λ_max; best fixed step 2/(λ_min + λ_max), rate (κ − 1)/(κ + 1). **The paper** d^−0.5 · min(step^−0.5,
# > step · warmup^−1.5), steps from 1; peak 1/√(d · warmup) at step = warmup.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | learning rate | 学习率 | η | §5.3 |
# | curvature | 曲率 | λ | – |
# | Hessian | 黑塞矩阵 | H | – |
# | condition number | 条件数 | κ | – |
# | warm-up | 预热 | – | §5.3 |
# | learning rate schedule | 学习率调度 | – | §5.3 |
# | step decay | 阶梯衰减 | – | – |
# | cosine schedule | 余弦退火 | – | – |
#
# **Teach it back.** One sentence for a colleague: why can a loss curve that starts best end worst?
#
# Tomorrow the walk gets a memory, and each weight a stride of its own.
