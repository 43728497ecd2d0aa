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
# # Day 25 · Momentum and Adam: remember, and give each weight its own stride
#
# The paper trains its millions of numbers with one line, used 100,000 times for the base model (§5.2). It prints three
# numbers of that line (§5.3) and not the line. Today you take it apart: what m̂ remembers, what v̂ measures, why both wear a hat, where ε stands.
#
# $$\theta \leftarrow \theta - \eta\;\boxed{\frac{\hat m}{\sqrt{\hat v} + \epsilon}}
# \qquad \beta_1 = 0.9,\quad \beta_2 = 0.98,\quad \epsilon = 10^{-9}$$
#
# **When you close this notebook you can**
#
# - say how fast a heavy ball becomes, and which of two conventions a formula uses;
# - write Adam's four lines, and get its first step right in your head;
# - put bias correction into numbers, for any two β;
# - tell what no optimiser of this family promises.
#
# You need: w ← w − η g (Day 23), and that descent on a bowl converges for η below 2/λ, λ its largest curvature (Day 24).
# Sections marked **core** are the short path, 50 minutes. The rest makes it 85.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import optimize, story
from utils.widgets import optimisers as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="story"
# ## In a ravine, the slope points at the wall · 4 min · core
#
# A valley, steep on both sides, falling gently to a lake. Walk downhill in strides of a fixed learning rate, and the slope
# sends you to the other wall, and back, and again. A smaller rate calms the zigzag and makes the way to the lake
# longer. Steep and flat want different rates, and there is only one.
#
# Two repairs, and they are today's lesson. **Remember** where you were going: the zigzag cancels, the way along the
# floor adds up. Or give every direction **a stride of its own**. In the race plain descent and momentum share one rate, 90 %
# of yesterday's limit; Adam's is 0.3. Bet, then run the steps one by one.

# %% key="w1"
widgets.race()

# %% [markdown] key="story-read"
# At step 10 momentum stands *highest*; its zigzag is wilder than anyone's. At step 40 it leads. It also ran past the lake
# and had to come back, and so did Adam, a little. Set the curvature to 2: in a round bowl plain descent beats both.

# %% key="race-numbers"
ways = widgets.ravine(50)
print("step " + "".join(f"{name:>15}" for name in ways))
for step in (0, 10, 40, 120):
    heights = [widgets.ravine_height(way[step], 50) for way in ways.values()]
    print(f"{step:4} " + "".join(f"{height:15.4f}" for height in heights))
bowl = {name: widgets.ravine_height(way[-1], 2) for name, way in widgets.ravine(2).items()}
print("lowest after 120 steps in the round bowl:", min(bowl, key=bowl.get))

# %% [markdown] key="recall-text"
# ## Four things from earlier days · 4 min
#
# From yesterday, and from days 22, 18 and 11. No notes; what you miss comes back in two days.

# %% key="recall"
recall(25)

# %% key="recall-answers" tags=["solution"]
recall(25, reveal=True)

# %% [markdown] key="ball"
# ## A heavy ball collects slopes · 14 min · core
#
# $$v \leftarrow \beta v + g \qquad\qquad w \leftarrow w - \eta v$$
#
# The velocity v keeps β of what it was and takes the new slope on top. Then the ball moves with the **new** v.
#
# **h1** The slope is 1 for ever, β = 0.9, η = 0.1. The first three strides?

# %% key="h1"
# solution
h1 = "0.1, 0.19, 0.271"
# end solution
check("25.h1", h1)

# %% [markdown] key="h1b-text"
# **h1b** And in the long run?

# %% key="h1b"
# solution
h1b = "1"
# end solution
check("25.h1b", h1b)

# %% [markdown] key="e1-text"
# So the memory is worth a factor of 1/(1 − β), ten plain strides at β = 0.9, where slopes agree. Where they alternate they
# cancel. Write one step. ★★ · about 8 minutes


# %% key="e1"
def momentum_step(w, g, v, lr, beta):
    """One step of the heavy ball.

    w, g, v: arrays of one shape (weights, slope, velocity). lr, beta: numbers.
    Returns (new w, new v); the arguments are not changed.
    """
    # solution
    v = beta * v + g
    return w - lr * v, v
    # end solution


# %% key="e1-check"
check("25.e1", momentum_step)

# %% [markdown] key="conventions"
# **Two conventions are in use.** Some books and libraries average: v ← βv + (1 − β)g, an exponential moving average
# (EMA). It is the same walk if η is 1/(1 − β) times as large; with the same η it is ten times as slow, at β = 0.9. Before you copy a
# learning rate, ask which one it was for.

# %% key="conventions-numbers"
slope = lambda w: np.array([1.0, 50.0]) * w
ball = average = same_rate = np.array([-4.0, 1.0])
v = a = b = np.zeros(2)
for _ in range(30):
    ball, v = optimize.momentum_step(ball, slope(ball), v, 0.01, 0.9)
    a = 0.9 * a + (1 - 0.9) * slope(average)
    average = average - 0.01 / (1 - 0.9) * a
    b = 0.9 * b + (1 - 0.9) * slope(same_rate)
    same_rate = same_rate - 0.01 * b
print("heavy ball, η = 0.01:", ball)
print("average,    η = 0.1: ", average, "the same:", np.allclose(ball, average))
print("average,    η = 0.01:", same_rate)

# %% [markdown] key="strides"
# ## A stride of its own for every weight · 19 min · core
#
# Momentum still multiplies every slope by one η, and the weights of one network live with very different slopes. In our
# corpus the row of *the* hears from the loss far more often than the row of *rug*:

# %% key="rare-words"
words = [word for sentence in story.CORPUS for word in sentence]
print({word: words.count(word) for word in ("the", "cat", "dog", "rug")})

# %% [markdown] key="four-lines"
# So measure each weight's slopes, and divide by what you measured:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\,g \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\,g^2$$
# $$\hat m = \frac{m}{1 - \beta_1^{\,t}} \qquad \hat v = \frac{v}{1 - \beta_2^{\,t}} \qquad
# w \leftarrow w - \eta\,\frac{\hat m}{\sqrt{\hat v} + \epsilon}$$
#
# m averages the slopes: which way, on the whole? v averages their squares: how loud, whatever the sign? Everything happens
# weight by weight. m and v start at 0, so at first they are too small; the hats repair that. t is the number of
# the step, **from 1**. This is **Adam** (Kingma and Ba, 2015). Its m is an average, the second convention.
#
# **h2** Step 1, η = 0.01, ε aside: how long is the stride for g = 4, and for g = 0.004?

# %% key="h2"
# solution
h2 = "0.01, 0.01"
# end solution
check("25.h2", h2)

# %% [markdown] key="h3-text"
# **h3** Two weights have the slopes 100 and 0.01. How unequal are their first strides: with plain descent, with Adam?

# %% key="h3"
# solution
h3 = "10000, 1"
# end solution
check("25.h3", h3)

# %% key="first-step"
for g in (1e-4, 1.0, 1e4):
    w, _, _ = optimize.adam_step(0.0, g, 0.0, 0.0, 1, lr=0.01)
    print(f"g = {g:<8g} plain stride {0.01 * g:<8g} Adam's {-w:.4f}")

# %% [markdown] key="e2-text"
# The first step is η · sign(g): direction only, no size. Write all four lines. The checker comes with ε = 0.01, so that
# its place shows, at t = 1 and later. ★★★ · about 12 minutes


# %% key="e2"
def adam_step(w, g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam.

    w, g, m, v: arrays of one shape; m = v = 0 before the first step. t: the step, from 1.
    Returns (new w, new m, new v); m and v without their hats.
    """
    # solution
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
    # end solution


# %% key="e2-check"
check("25.e2", adam_step)

# %% [markdown] key="e2-more"
# Stuck? `hint("25.e2")`. Done? `compare("25.e2", adam_step)`. From here on the notebook calls the course's versions in
# `optimize`.

# %% [markdown] key="dashboard-text"
# ## What the needles say · 4 min
#
# Three signals of slopes go into your `adam_step`; three needles show what it makes of them. Two bets first.

# %% key="w2"
widgets.dashboard(adam_step)

# %% [markdown] key="dashboard-read"
# The ratio m̂/√v̂ compares a direction with a loudness. Agreement gives 1, contradiction nearly 0, and the walker slows
# down. After the spike v̂ stays large for about 1/(1 − β₂) steps, 50 or 1000, and so long the strides stay short.
#
# The half stride at the spike is a matter of timing. Once the averages are full, the same spike makes a long one. (Plain
# descent's stride would be 100 times the one before, at any time.)

# %% key="late-spike"
for moment in (20, 5000):
    w = m = v = 0.0
    for t in range(1, moment + 1):
        before = w
        w, m, v = optimize.adam_step(w, 10.0 if t == moment else 0.1, m, v, t, lr=1.0)
    print(f"spike at step {moment:4}: Adam's stride {before - w:.2f} η")

# %% [markdown] key="hats"
# ## Without the hats: too long, or too short · 12 min
#
# After one slope, m = (1 − β₁) g and v = (1 − β₂) g²: both far too small. "Without bias correction Adam starts slowly", you
# will read. But the two errors work against each other, one above the line and one below. Bet twice.

# %% key="w3"
widgets.correction()

# %% [markdown] key="hats-read"
# Three β₂, three answers. With 0.9 the sentence is true. With 0.999, the usual choice, the strides are too **long**: 3.16 η at
# first, 6.57 η soon after. With the paper's 0.98 two are too short and the next ones too long. Then tick the box.
#
# The first stride is a formula in β₁ and β₂. Derive it, write it, and make the widget above
# `widgets.correction(first_step_factor)`: a diamond shows your value. ★★ · about 8 minutes


# %% key="e4"
def first_step_factor(b1, b2):
    """Adam's first stride without bias correction, in units of η (g > 0, no ε).

    b1, b2: numbers from 0 up to, not including, 1. Returns one number.
    """
    # solution
    return (1 - b1) / np.sqrt(1 - b2)
    # end solution


# %% key="e4-check"
check("25.e4", first_step_factor)

# %% key="hats-numbers"
t = np.arange(1, 21)
print("β₂      stride 1  stride 2  longest of 20")
for beta2 in (0.9, 0.98, 0.999):
    strides = (1 - 0.9**t) / np.sqrt(1 - beta2**t)
    assert np.isclose(strides[0], optimize.first_step_factor(0.9, beta2))
    print(f"{beta2:<5} {strides[0]:10.3f} {strides[1]:9.3f} {strides.max():14.2f}")

# %% [markdown] key="p1-text"
# The plan asks you to know that "Adam = gradient descent + momentum + adaptive learning rate". Run the cell for four
# opinions; answer with a letter.

# %% key="p1"
# solution
p1 = "b"
# end solution
check("25.p1", p1)

# %% [markdown] key="epsilon"
# ## ε stands after the root, and it can win · 2 min
#
# Adam: √v̂ + ε. LayerNorm (Day 8): √(σ² + ε), inside. The same letter, another unit: outside it is compared with a slope,
# inside with a slope **squared**. At ε = 1e-8 an ε inside already shortens the strides of slopes of 1e-4.

# %% key="epsilon-numbers"
lr, eps = 0.01, 1e-8
print("slope    stride, ε outside    stride, ε inside")
for g in (1.0, 1e-4, 1e-6, 1e-8):
    outside, inside = lr * g / (g + eps), lr * g / np.sqrt(g**2 + eps)
    print(f"{g:<8g} {outside:.6f} {inside:21.6f}")

# %% [markdown] key="epsilon-read"
# At g = ε the stride is η/2. Far below ε it is η g/ε, in proportion to the slope as in plain descent.

# %% [markdown] key="e3-text"
# ## A run must hand on its memory · 9 min
#
# One loop for all optimisers. A step takes (w, g, state, t) and returns a new w and a new state. What a state is, only the
# step knows; before the first step it is None.


# %% key="step-example"
def roll(w, g, v, t):
    """The heavy ball as such a step; its state is v."""
    return optimize.momentum_step(w, g, 0.0 if v is None else v, lr=0.01, beta=0.9)


w, v = roll(np.array([-4.0, 1.0]), np.array([-4.0, 50.0]), None, 1)
print("new w", w, " new state", v)

# %% [markdown] key="e3-more"
# Now the loop. ★★ · about 8 minutes


# %% key="e3"
def run(step, grad, w0, n):
    """Walk n steps and keep the whole way.

    step: (w, g, state, t) -> (new w, new state); state None at first, t from 1.
    grad: w -> slope. w0: start, an array. Returns (n + 1,) + w0.shape, the start included.
    """
    # solution
    way, state = [w0], None
    for t in range(1, n + 1):
        w, state = step(way[-1], grad(way[-1]), state, t)
        way.append(w)
    return np.array(way)
    # end solution


# %% key="e3-check"
check("25.e3", run)

# %% [markdown] key="valleys"
# ## Two valleys: who finds the deep one? · 6 min · core
#
# In the ravine there was one lowest point. Now there are two valleys, f(x) = x⁴ − 2x² + 0.3x. You stand at 1.5, the shallow one
# is before you, the deep one behind a hill. Two bets; then your `run` walks (the course's, if yours is not finished).

# %% key="w4"
widgets.two_valleys(run)

# %% key="valleys-numbers"
for name, step in zip(widgets.NAMES, widgets.valley_steps(), strict=True):
    end = optimize.run(step, widgets.slope, 1.5, 3000)[-1]
    print(f"{name:14} from 1.5 ends at x = {end:.5f}, f = {widgets.height(end):.5f}")
    assert np.isclose(end, 0.96015, atol=5e-6)
places = np.sort(np.roots([4, 0, -4, 0.3]).real)
lowest = min(places, key=widgets.height)
print("the slope is 0 at ", places)
print(f"global minimum     at x = {lowest:.5f}, f = {widgets.height(lowest):.5f}")

# %% key="who-crosses"
starts = widgets.STARTS
for name, step in zip(widgets.NAMES, widgets.valley_steps(), strict=True):
    ends = optimize.run(step, widgets.slope, starts, widgets.VALLEY_STEPS)[-1]
    crossed = starts[(starts < widgets.HILL) != (ends < widgets.HILL)]
    print(f"{name:14} changes sides from {crossed.tolist() or 'no start'}")

# %% [markdown] key="valleys-read"
# From 1.5 all three stop at 0.960, and the global minimum is at −1.036. None of them knows that the other valley exists: each
# feels the slope where it stands.
#
# From 1.7 momentum rolls over the hill. From −1.8 it does so too, **out of** the deep valley. Speed is not insight. Nor is a
# stride of one's own: at this learning rate Adam stays on its side from every start of the slider.
#
# **p2** The plan's second sentence is "Adam speeds up convergence and avoids local optima". What is true of it? Run
# the cell for four opinions.

# %% key="p2"
# solution
p2 = "d"
# end solution
check("25.p2", p2)

# %% [markdown] key="reddi-text"
# <details><summary>Can Adam fail even where there is no second valley?</summary>
#
# Yes. In the example of Reddi, Kale and Kumar (2018, "On the Convergence of Adam and Beyond") three slopes repeat on the
# interval from −1 to 1: 3, −1, −1. The mean slope is +1/3, so −1 is the best place. But v̂ makes the rare loud slope nearly as
# quiet as the others, and those are two against one. β₁ = 0 and β₂ = 0.1 are theirs.
# </details>

# %% key="reddi"
x = plain = m = v = 0.0
for t in range(1, 3001):
    g, rate = (3.0 if t % 3 == 1 else -1.0), 0.1 / np.sqrt(t)
    x, m, v = optimize.adam_step(x, g, m, v, t, rate, beta1=0.0, beta2=0.1)
    x, plain = np.clip(x, -1, 1), np.clip(plain - rate * g, -1, 1)
print(f"best place -1   plain descent ends at {plain:.2f}   Adam ends at {x:.2f}")

# %% [markdown] key="relatives"
# ## The relatives, each in one line · 4 min
#
# **RMSProp** (Tieleman and Hinton, 2012) is the v half: no m, no hats. So its first stride is off by your factor, with β₁ = 0.
#
# **AdamW** (Loshchilov and Hutter, 2019) shrinks each weight by ηλw **outside** the ratio. Put the same wish into the slope,
# g + λw, and on step 1 Adam divides λ away: the stride is η, whatever λ is. Day 27 lives on that.

# %% key="relatives-numbers"
v, strides = 0.0, []
for _ in range(20):
    v = 0.9 * v + (1 - 0.9) * 1.0**2
    strides.append(1.0 / (np.sqrt(v) + 1e-8))
print(f"RMSProp: strides 1 and 20 {strides[0]:.3f} η, {strides[-1]:.3f} η", end="   ")
print(f"formula {optimize.first_step_factor(0.0, 0.9):.3f}")
print("w = 1, slope 0, η = 0.1:  AdamW     Adam with λw in the slope")
for decay in (0.1, 0.2):
    outside, *_ = optimize.adamw_step(1.0, 0.0, 0.0, 0.0, 1, 0.1, weight_decay=decay)
    inside, *_ = optimize.adam_step(1.0, decay * 1.0, 0.0, 0.0, 1, 0.1)
    print(f"  λ = {decay}                 {outside:.4f}    {inside:.4f}")

# %% [markdown] key="lion-text"
# <details><summary>What is Lion?</summary>
#
# An optimiser found by a program search (Chen et al., 2023). It keeps only m and uses only a sign: every stride is η, not just
# the first (weight decay aside). The sign looks at a fresher average (β₁ = 0.9) than the one it keeps (β₂ = 0.99). The cell
# feeds it 100 and 0.01, then turns the second slope round.
# </details>


# %% key="lion"
def lion_step(w, g, m, lr, beta1=0.9, beta2=0.99, decay=0.0):
    """The sign of a mixed average sets the direction; m is updated afterwards."""
    stride = np.sign(beta1 * m + (1 - beta1) * g) + decay * w
    return w - lr * stride, beta2 * m + (1 - beta2) * g


w, m = np.zeros(2), np.zeros(2)
for g in ([100.0, 0.01], [100.0, 0.01], [100.0, -0.01]):
    before = w
    w, m = lion_step(w, np.array(g), m, lr=0.01)
    print("slopes", g, "strides", before - w)

# %% [markdown] key="memory-text"
# **Memory is the price.** For the paper's base model, 65 million weights (Table 3), with weight, slope and state in float32:

# %% key="memory"
for name, kept in {"plain descent": 0, "momentum, RMSProp, Lion": 1, "Adam, AdamW": 2}.items():
    size = 4 * (1 + 1 + kept)
    print(f"{name:24} {size:2} bytes a weight {size * 65e6 / 1e9:6.2f} GB")
print("Adam with 16-bit weights and slopes and a 32-bit copy of the weights:", end=" ")
print(2 + 2 + 4 + 4 + 4, "bytes")

# %% [markdown] key="paper"
# ## In the paper · 2 min · core
#
# §5.3, "Optimizer": Adam with β₁ = 0.9, β₂ = 0.98, ε = 10⁻⁹, and for η yesterday's equation (3). The usual defaults, from Kingma and
# Ba, are 0.9, 0.999 and 10⁻⁸. So the paper's v forgets in 50 steps instead of 1000; it does not say why. And since the first stride is
# η, warm-up is what makes it small:

# %% key="paper-numbers"
for beta2 in (0.98, 0.999):
    print(f"β₂ = {beta2}: v remembers about {1 / (1 - beta2):.0f} steps")
first = optimize.noam(1, 512, 4000)
print(f"the paper's first stride: {first:.2e} for every weight with a slope")

# %% [markdown] key="plan-details"
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# Chapter 8 of *Deep Learning* (花书) is right: momentum in §8.3.2, RMSProp in §8.5.2, Adam in §8.5.3. Its v carries
# the learning rate and the minus sign, a third convention. "Adam优化器通俗解读" is a search phrase. If a video says
# that Adam breaks out of local optima (冲出局部最优): you have seen the race. Goh's "Why Momentum Really Works" (Distill, 2017)
# is beautiful, and exact for quadratics without noise; training is neither.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 3 min · core

# %% key="quiz"
quiz(25)

# %% key="quiz-answers" tags=["solution"]
quiz(25, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 2 min · core
#
# > **Adam** w ← w − η m̂/(√v̂ + ε): m averages slopes, v their squares, hats divide by 1 − βᵗ with t from 1, ε outside the root. First step
# > η·sign(g), whatever the slope. Heavy ball v ← βv + g: up to 1/(1 − β) plain strides. Neither promises the deepest valley.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | momentum | 动量 | β | – |
# | velocity | 速度 | v | – |
# | exponential moving average (EMA) | 指数移动平均 | – | – |
# | Adam | Adam 优化器 | – | §5.3 |
# | first moment | 一阶矩 | m, β₁ | §5.3 |
# | second moment | 二阶矩 | v, β₂ | §5.3 |
# | bias correction | 偏差修正 | m̂, v̂ | – |
# | optimiser state | 优化器状态 | – | – |
# | local minimum | 局部极小值 | – | – |
#
# **Teach it back.** One sentence for a colleague who says "Adam escapes local minima": what does it do instead?
#
# All day the slopes were given. Tomorrow you compute them for a network of two layers, backwards, one share of blame at a time.
