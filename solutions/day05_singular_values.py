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
# # Day 5 · Singular values: every matrix turns, stretches, turns
#
# A cat, 32 pixels wide and 32 high, is 1024 numbers. How many layers of it do you need before you recognise it? The
# same question, asked of a matrix of the paper, says how much one attention head can want to know:
#
# $$\mathrm{softmax}\left(\frac{X\,\boxed{W^Q (W^K)^T}\,X^T}{\sqrt{d_k}}\right)V \qquad A = U \Sigma V^T$$
#
# **When you close this notebook you can**
#
# - read A = UΣVᵀ from right to left, as turn, stretch, turn;
# - find the singular values of a 2×2 matrix by hand;
# - build the best approximation of rank k, and name its error without building it;
# - say why W_Q W_Kᵀ has at most rank d_k.
#
# You need: matrix products (Day 1), Aᵀ and rank (Day 2), eigenvalues of a symmetric 2×2 matrix (Day 4).
# Sections marked **core** are the short path, 46 minutes. The rest makes it 88.

# %% key="setup"
from utils import check, compare, hint, quiz, recall
from utils import linalg, story
from utils.widgets import svd as widgets
import numpy as np

np.set_printoptions(precision=4, suppress=True)

# %% [markdown] key="recall-text"
# ## Eigenvalues, shapes, a double vector · 3 min
#
# Three questions from the days behind you. No notes.

# %% key="recall"
recall(5)

# %% key="recall-answers" tags=["solution"]
recall(5, reveal=True)

# %% [markdown] key="cat"
# ## A cat made of layers · 3 min · core
#
# For four days *cat* was the arrow (2, 1). Here it sits for its portrait, on the mat: a matrix of grey levels from 0
# (black) to 1 (white). A layer of it is one column times one row, so it is a matrix of rank 1. Added up, the layers are
# the cat. Bet first.

# %% key="w2"
widgets.pixel_cat()

# %% [markdown] key="cat-read"
# With 1 layer you see a plaid: one row, repeated in other strengths. The mat, a straight band, is there early. The
# slanted whiskers come late. At 24 the picture is complete.
#
# Where do the layers come from, and why is no other choice of k layers better? The answer needs matrices that only turn.

# %% [markdown] key="orthogonal"
# ## Cat and sat, made one long, only turn · 3 min · core
#
# *cat* = (2, 1) and *sat* = (−1, 2) are perpendicular, both √5 long. Divide by √5, make them columns, and test what the
# matrix Q does to lengths:

# %% key="orthogonal-numbers"
Q = np.column_stack([story.TABLE_2D["cat"], story.TABLE_2D["sat"]]) / np.sqrt(5)
mirror = Q * [1, -1]  # the second column turned round
print("QᵀQ =", np.round(Q.T @ Q, 12).tolist())
for x in ([3.0, 4.0], [0.0, 2.0]):
    print("length before", linalg.norm(x), "  after", round(linalg.norm(Q @ x), 12))
print("det Q", round(linalg.det_2x2(Q), 12), "  det mirror", round(linalg.det_2x2(mirror), 12))

# %% [markdown] key="orthogonal-read"
# A square matrix with perpendicular columns of length 1 is called **orthogonal**: $Q^TQ = I$. It keeps all lengths, because
# $\|Qx\|^2 = x^TQ^TQx = \|x\|^2$, and all angles. Its inverse is simply Qᵀ. In the plane it is a turn (determinant 1) or a
# mirror image (−1).

# %% [markdown] key="ellipse"
# ## A circle becomes an ellipse · 5 min · core
#
# Now any matrix. Send all vectors of length 1, a circle, through A = [[3, 0], [4, 5]]. An ellipse comes out. Day 4 knew
# special directions of a matrix; are they its axes?

# %% key="w1"
widgets.circle_to_ellipse()

# %% [markdown] key="ellipse-read"
# Show the eigenvectors: they lie elsewhere. Set c = 0, so that A is symmetric, and they jump onto the axes. Then find a
# matrix that flattens the circle to a line.
#
# The axes have their own names. v₁ and v₂ are perpendicular **before**; u₁ and u₂ are perpendicular **after**; the
# **singular values** σ₁ ≥ σ₂ ≥ 0 are the stretches:
#
# $$A v_i = \sigma_i u_i \qquad\text{all at once}\qquad AV = U\Sigma \qquad\text{so}\qquad A = U \Sigma V^T$$
#
# Read it **from right to left**, as A meets x: Vᵀ turns each v onto an axis, Σ stretches along the axes, U turns the axes
# to the u.

# %% key="steps"
widgets.three_steps()

# %% [markdown] key="gram"
# "Turn" may include a mirror image: if det A < 0, one of the two has to be one.
#
# How do you find the stretches? $\|Av\|^2 = v^TA^TAv$, so ask AᵀA. It is symmetric: by day 4 its eigenvectors are real
# and can be chosen perpendicular. They are the v, and $A^TAv = \sigma^2 v$: **σ is the root of an eigenvalue of AᵀA**.
# That never fails, so the SVD (singular value decomposition) exists for **every** matrix:

# %% key="every"
examples = {
    "quarter turn (no real λ)": [[0, -1], [1, 0]],
    "shear (one line of λ)": [[1, 1], [0, 1]],
    "symmetric, λ = 3 and −1": [[1, 2], [2, 1]],
    "nothing but zeros": [[0, 0], [0, 0]],
    "a single row": [[3, 4, 12]],
    "the sentence, 6 × 4": story.X4,
}
for name, A in examples.items():
    print(f"{name:25}", linalg.singular_values(A))

# %% [markdown] key="every-read"
# Look at the third line. For a symmetric matrix σ = |λ|. For others do not count on it.

# %% [markdown] key="hand"
# ## By hand: two stretches, one layer · 7 min · core
#
# A = [[3, 0], [4, 5]] once more, now on paper. AᵀA = [[25, 20], [20, 25]].
#
# **h1** σ₁ and σ₂, as `"sqrt(8), 2"` or as decimals

# %% key="h1"
# solution
h1 = "6.708, 2.236"
# end solution
check("5.h1", h1)

# %% [markdown] key="layers"
# Multiply UΣVᵀ out, column times row, and the layers appear:
#
# $$A = \sigma_1 u_1 v_1^T + \sigma_2 u_2 v_2^T + \dots$$
#
# The first k of them are the best matrix of rank k. **h2** The best rank-1 matrix for A, as `"[[1, 2], [3, 4]]"`. You need
# only v₁ = (1, 1)/√2 and A v₁. **h2b** Its distance from A.

# %% key="h2"
# solution
h2 = "[[1.5, 1.5], [4.5, 4.5]]"
# end solution
check("5.h2", h2)

# %% key="h2b"
# solution
h2b = "sqrt(5)"
# end solution
check("5.h2b", h2b)

# %% [markdown] key="e1-text"
# ## The stretches, from AᵀA · 8 min
#
# The same in NumPy, for every shape. `np.linalg.eigvalsh` takes a symmetric matrix and gives its eigenvalues, the smallest
# first. An m × n matrix has min(m, n) singular values. ★★ · about 8 minutes


# %% key="e1"
def singular_values(A):
    """How far A stretches, largest first.

    A: array (m, n). Returns an array (min(m, n),).
    """
    # solution
    squared = np.linalg.eigvalsh(A.T @ A)[::-1]
    return np.sqrt(np.maximum(squared, 0))[: min(A.shape)]
    # end solution


# %% key="e1-check"
check("5.e1", singular_values)

# %% [markdown] key="e1-more"
# Scroll back and make it `widgets.circle_to_ellipse(singular_values)`: your function now sets the arrows. The course's
# version calls `np.linalg.svd`: squaring A costs half of the digits, so that a stretch of 0 can come out as 10⁻⁸ of the
# largest instead of 10⁻¹⁶.

# %% [markdown] key="shapes"
# ## NumPy hands you Vᵀ, and a list · 11 min · core
#
# Six words, four numbers each. The **full** form makes U and V square, and Σ as wide and high as X. The **thin** form leaves
# out what meets only zeros.

# %% key="shapes-picture"
widgets.full_and_thin()

# %% key="shapes-numbers"
for name, full in (("full", True), ("thin", False)):
    U, s, Vt = np.linalg.svd(story.X4, full_matrices=full)
    count = U.size + s.size + Vt.size
    print(name, " U", U.shape, " s", s.shape, " Vt", Vt.shape, " numbers", count)
print("the sentence itself:", story.X4.size, "numbers")

# %% [markdown] key="p1-text"
# Fifty-six numbers in place of 24? "SVD splits a matrix into three simple matrices, for dimension reduction
# or information extraction", says the plan. What is true? Answer with a letter.

# %% key="p1"
# solution
p1 = "b"
# end solution
check("5.p1", p1)

# %% [markdown] key="e2-text"
# Put it together again. Mind two things: what stands in place of Σ is a **list**, and the third is Vᵀ already.
# ★★ · about 8 minutes


# %% key="e2"
def reconstruct(U, s, Vt):
    """Turn, stretch, turn: the matrix that has this thin SVD.

    U: array (m, k). s: array (k,). Vt: array (k, n). Returns an array (m, n).
    """
    # solution
    return (U * s) @ Vt
    # end solution


# %% key="e2-check"
check("5.e2", reconstruct)

# %% [markdown] key="signs"
# <details><summary>Why does my U have other signs than my neighbour's?</summary>
#
# Turn u₁ and v₁ round together, and A does not notice. So columns of U and V are fixed up to their sign; where two stretches
# are equal, even up to a turn of the two. Compare products, never single columns of U.
# </details>

# %% [markdown] key="low-rank"
# ## Keep k layers, and nothing of rank k is closer · 9 min · core
#
# Eckart and Young proved it in 1936: among **all** matrices of rank k or less, the first k layers lie nearest to A. Write them.
# From here on, `linalg.reconstruct` is the course's version. ★★ · about 8 minutes


# %% key="e3"
def low_rank(A, k):
    """The closest matrix of rank k.

    A: array (m, n). k: how many layers to keep. Returns an array (m, n).
    """
    # solution
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return linalg.reconstruct(U[:, :k], s[:k], Vt[:k])
    # end solution


# %% key="e3-check"
check("5.e3", low_rank)

# %% [markdown] key="your-cat"
# Here is the cat again, made by your function, or by the course's until yours runs.

# %% key="your-cat-picture"
widgets.pixel_cat(low_rank, questions=())

# %% [markdown] key="error"
# ## The error is what you dropped · 8 min
#
# The missing layers are perpendicular to one another, so Pythagoras adds up their stretches. Another ruler, the longest
# vector that the difference makes out of a unit vector, sees only the first of them:
#
# $$\|A - A_k\|_F = \sqrt{\sigma_{k+1}^2 + \sigma_{k+2}^2 + \dots} \qquad \|A - A_k\|_2 = \sigma_{k+1}$$
#
# For both rulers the first k layers are the best. Write the first, without building A_k. ★★ · about 8 minutes


# %% key="e4"
def approx_error(A, k):
    """Frobenius distance from A to the closest matrix of rank k.

    A: array (m, n). k: how many layers are kept. Returns a float.
    """
    # solution
    dropped = linalg.singular_values(A)[k:]
    return np.sqrt(np.sum(dropped**2))
    # end solution


# %% key="e4-check"
check("5.e4", approx_error)

# %% key="error-numbers"
cat = widgets.cat_picture()
rest = cat - linalg.low_rank(cat, 5)
sixth = linalg.singular_values(cat)[5]
print(
    f"Frobenius: measured {linalg.norm(rest.ravel()):.4f},",
    f"stretches {linalg.approx_error(cat, 5):.4f}",
)
print(f"spectral:  measured {np.linalg.norm(rest, 2):.4f}, sixth stretch {sixth:.4f}")

# %% [markdown] key="energy"
# ## How many layers are enough? · 13 min
#
# Call σ² the **energy** of a layer, and collect from the largest on:

# %% key="energy-picture"
widgets.energy_curve()

# %% [markdown] key="e5-text"
# Rank says "how many are not 0": 24 for the cat. **Effective rank** says "how many hold 95 %". Write it. Energies in these
# tests never hit the limit exactly. ★★★ · about 12 minutes


# %% key="e5"
def effective_rank(A, energy=0.95):
    """The smallest k whose k largest squared stretches hold this share of all of them.

    A: array (m, n), not all zeros. energy: a share between 0 and 1. Returns an int.
    """
    # solution
    squared = linalg.singular_values(A) ** 2
    shares = np.cumsum(squared) / np.sum(squared)
    return int(np.argmax(shares >= energy)) + 1
    # end solution


# %% key="e5-check"
check("5.e5", effective_rank)

# %% key="energy-numbers"
first = linalg.singular_values(cat)[0] ** 2 / np.sum(cat**2)
print("rank", linalg.rank(cat), "  effective rank", linalg.effective_rank(cat))
print(f"the first layer alone holds {100 * first:.0f} % of the energy")

# %% [markdown] key="energy-read"
# That last line is a warning: almost 90 % of the energy is one plaid. Energy is a number, not an eye.

# %% [markdown] key="cost"
# ## Low rank saves numbers, up to a point · 5 min
#
# k layers of an m × n matrix are two thin factors, σ multiplied into one of them: r(m + n) numbers for rank r, instead of
# mn. Count before you believe:

# %% key="p2b"
# solution
p2b = "409"
# end solution
check("5.p2b", p2b)

# %% key="cost-picture"
widgets.break_even()

# %% [markdown] key="p2-text"
# For the cat the edge is 16 layers; all 24 cost 1536 numbers, more than its 1024 pixels. Now the plan again: "in attention
# layers, SVD can be used to optimise computation". What is true? A letter.

# %% key="p2"
# solution
p2 = "c"
# end solution
check("5.p2", p2)

# %% [markdown] key="lora-text"
# <details><summary>A taste of LoRA: low rank without an SVD</summary>
#
# LoRA (Hu et al., 2021) leaves a trained W as it is and adds a product BA of two thin factors. Only these are trained; B
# starts at 0, so at first nothing changes. Linformer is another user of low rank that computes no SVD: it
# shortens keys and values with matrices.
# </details>

# %% key="lora"
d, r = 512, 8
whole, thin = d * d, 2 * d * r
print("LoRA, W of 512 × 512:", whole, " B and A:", thin, f" share: 1/{whole // thin}")
print("the cat: edge at rank", 32 * 32 / (32 + 32), " numbers in 24 layers:", 24 * (32 + 32))

# %% [markdown] key="gauge"
# ## A head looks through a narrow window · 5 min · core
#
# Back to the paper. Scores are $QK^T = X\,W^Q(W^K)^T X^T$. The matrix in the middle compares words that are 512 numbers
# wide, but between its factors everything passes through d_k numbers. In the gauge, words are 8 wide.

# %% key="w3"
widgets.rank_gauge(singular_values)

# %% [markdown] key="h3-text"
# **h3** In the paper d_model = 512 and d_k = 64. What is the largest rank of W_Q W_Kᵀ?

# %% key="h3"
# solution
h3 = "64"
# end solution
check("5.h3", h3)

# %% key="head"
A = story.HEAD_A
print("head A, stretches of W_Q W_Kᵀ:", linalg.singular_values(A.W_Q @ A.W_K.T))
scores = linalg.scores(story.X4 @ A.W_Q, story.X4 @ A.W_K)
print("its scores: shape", scores.shape, " rank", linalg.rank(scores))

# %% [markdown] key="paper"
# **In the paper**, §3.2.2: each of 8 heads has d_k = d_v = 512/8 = 64. So one head compares words along at most
# 64 directions, and several heads look along several sets. The paper says nothing of SVD; the bound on the rank is ours.

# %% [markdown] key="norms"
# ## How large is a matrix? Four rulers · 3 min
#
# How much can A lengthen a vector? That depends on what you call length: the sum of all |xᵢ|, the largest |xᵢ|, or
# Pythagoras. These give the norms 1, ∞ and 2. The Frobenius norm is Pythagoras over all entries.

# %% key="norms-numbers"
A = np.array([[3.0, 0.0], [4.0, 5.0]])
sigma = linalg.singular_values(A)
print("1: largest column sum of |a|  ", np.abs(A).sum(axis=0).max())
print("∞: largest row sum of |a|     ", np.abs(A).sum(axis=1).max())
print("2: σ₁, the spectral norm      ", round(sigma[0], 3))
print("Frobenius: root of all σ²     ", round(np.sqrt(np.sum(sigma**2)), 3))
print(
    "tr(AᵀA), Σa², Σσ²             ",
    np.trace(A.T @ A),
    np.sum(A**2),
    round(np.sum(sigma**2), 9),
)
print("condition number σ₁/σ₂        ", round(sigma[0] / sigma[1], 9))

# %% [markdown] key="norms-read"
# So $\mathrm{tr}(A^TA) = \|A\|_F^2$ (the trace is the sum of the diagonal): a sum of **squares**, as in L2 regularisation; pages
# that file it under L1 are wrong. The **condition number** σ_max/σ_min says how long and thin the ellipse is. Solving A x = b can
# magnify a relative error in b by up to that factor. Day 24 walks in such a ravine.
#
# <details><summary>What is spectral normalisation?</summary>
#
# Divide a weight matrix by its largest **singular value**, and it lengthens no vector. Not by the largest eigenvalue, as is
# sometimes written: [[0, 2], [0, 0]] has only the eigenvalue 0, and still doubles (0, 1).
# </details>
#
# <details><summary>When is a ruler called a norm?</summary>
#
# When it is 0 for the zero matrix alone, scales with |c|, and ‖A + B‖ ≤ ‖A‖ + ‖B‖. That ‖AB‖ ≤ ‖A‖ ‖B‖ holds for these four
# is an extra.
# </details>

# %% key="spectral"
W = np.array([[0.0, 2.0], [0.0, 0.0]])
print("eigenvalues", np.linalg.eigvals(W), "  σ", linalg.singular_values(W))
print("W (0, 1) =", W @ [0, 1])

# %% [markdown] key="pca"
# ## The directions in which words differ · 2 min
#
# **PCA** is today's tool on a **centred** table: subtract the mean word, then take the SVD. The v are the directions of
# largest spread, and σ²/n is the variance along them. Uncentred, v₁ would be drawn towards the mean.

# %% key="pca-numbers"
centred = story.X4 - story.X4.mean(axis=0)
variance = linalg.singular_values(centred) ** 2 / 6
print("variance along each v      ", variance)
covariance = centred.T @ centred / 6
print("eigenvalues of covariance  ", np.round(np.linalg.eigvalsh(covariance)[::-1], 9) + 0.0)
print("share of the first 1, 2, 3 ", (np.cumsum(variance) / variance.sum())[:3])

# %% [markdown] key="pca-read"
# Two directions hold 94 % of the variance: two columns could stand for four, with a small loss.
#
# <details><summary>Where the original plan pointed, and where to look</summary>
#
# The plan names P5 of 3Blue1Brown's *Essence of Linear Algebra*. No chapter of that series treats the SVD; chapter 5 is about three
# dimensions. Read §2.8 of *Deep Learning* (Goodfellow, Bengio, Courville; 花书), or the SVD lecture of MIT 18.06.
# "SVD分解通俗解读" on 知乎 is a search phrase. Pages found by it often say "rotate with U, scale, rotate with Vᵀ". The
# order is the other way round.
# </details>

# %% [markdown] key="quiz-text"
# ## Quiz · 2 min · core

# %% key="quiz"
quiz(5)

# %% key="quiz-answers" tags=["solution"]
quiz(5, reveal=True)

# %% [markdown] key="end"
# ## Take with you · 1 min · core
#
# > **SVD** A = UΣVᵀ, for every matrix, read right to left: turn, stretch, turn. σᵢ = √eigenvalue of AᵀA ≥ 0, sorted; NumPy gives s
# > as a list and Vᵀ. **Best rank k**: the first k layers σᵢuᵢvᵢᵀ; error √(Σ dropped σ²), spectral σₖ₊₁. It saves numbers if
# > r < mn/(m + n). rank(W_Q W_Kᵀ) ≤ d_k.
#
# **Words of today**
#
# | word | 中文 | symbol | paper |
# |---|---|---|---|
# | orthogonal matrix | 正交矩阵 | QᵀQ = I | – |
# | singular value | 奇异值 | σ | – |
# | singular value decomposition (full, thin) | 奇异值分解（完整，精简） | UΣVᵀ | – |
# | layer (rank-one term) | 秩一项 | σ u vᵀ | – |
# | energy | 能量 | σ² | – |
# | effective rank | 有效秩 | – | – |
# | spectral norm | 谱范数 | ‖A‖₂ | – |
# | Frobenius norm | 弗罗贝尼乌斯范数 | ‖A‖_F | – |
# | condition number | 条件数 | κ | – |
# | principal component analysis | 主成分分析 | PCA | – |
#
# **Teach it back.** One sentence for a colleague: why is a matrix of 512 × 512 that is W_Q W_Kᵀ not free to be any 512 × 512
# matrix?
#
# Tomorrow *sat* asks two questions, who and where, and each of them is a matrix.
