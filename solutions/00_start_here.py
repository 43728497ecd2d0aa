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
# # Thirty Days to Attention
#
# In 2017 a paper with the title *Attention Is All You Need* described a network built around one formula:
#
# $$\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V$$
#
# You program, and your mathematics has gathered dust. Here you take the formula apart, a piece a day, and put it together
# again. On day 30 you train an attention layer in NumPy with gradients that you derived by hand.
#
# - **Days 1 to 10, linear algebra**: vectors, matrices, projections, heads.
# - **Days 11 to 20, probability and information**: softmax, entropy, likelihood, positional encoding.
# - **Days 21 to 30, optimisation**: gradients, Adam, backpropagation, the layer itself.
#
# A day takes 75 to 90 minutes. Sections marked **core** are a short path of about 50. This page takes five, and has a
# Day 0 below for those who want to warm up their NumPy.

# %% [markdown] key="run"
# ## Run a cell
#
# Click into the cell below and press **Shift + Enter**. It looks at your Python and says whether anything is missing.

# %% key="setup"
from utils import check, compare, hint, progress, quiz
from utils.environment import check_environment
from utils.widgets import softmax as widgets
import numpy as np

check_environment()

# %% [markdown] key="picture-text"
# ## Bet, then look
#
# Most pictures in this course move, and most of them ask you something first. A wrong bet is worth more than no bet: you
# remember what surprised you. Answer below, or choose "Just show me". Then hide words and watch the bars. (Where the
# numbers come from is the subject of day 13.)

# %% key="w1"
widgets.mask_switches(question="0.w1")

# %% [markdown] key="check-text"
# ## Write, and be told which mistake you made
#
# Exercises are functions with a gap. `check` runs yours and answers with one of three words: *not attempted*, *not yet*
# with a reason, or *solved*. Here is a function that is wrong on purpose. Run the cell and read the reason.


# %% key="wrong"
def row_means_wrong(A):
    return A.mean(axis=0)


check("0.e1", row_means_wrong)

# %% [markdown] key="e1-text"
# Now yours. A table `A` of shape (rows, columns) comes in; the mean of each row goes out.


# %% key="e1"
def row_means(A):
    """The mean of each row.

    A: (rows, columns). Returns (rows,).
    """
    # solution
    return A.mean(axis=1)
    # end solution


# %% key="e1-check"
check("0.e1", row_means)

# %% [markdown] key="verbs"
# Three more verbs. Use them in any cell, as often as you like; nothing counts against you.
#
# | you type | you get |
# |---|---|
# | `hint("0.e1")` | the next of three hints, and after them the solution |
# | `compare("0.e1", row_means)` | your lines beside the course's, and both results |
# | `quiz(13)` | the quiz of a day; every option explains itself |
# | `progress()` | what you have solved |
#
# Each notebook has a twin in the folder `solutions`, with every answer written out. Reading it is allowed. A solved
# exercise links to its place there.
#
# What to remember of each day stands on one page, the [cheat sheet](cheat_sheet.html), made to be printed; the words stand
# in the [glossary](glossary.md), with their Chinese and their place in the paper.

# %% [markdown] key="progress-text"
# ## Where you are
#
# Your progress is kept in one file on this machine, in your user's data folder. Nothing is sent anywhere. The variable
# `THIRTY_DAYS_PROGRESS` names another file; `progress.export()` writes everything out as JSON.

# %% key="progress"
progress()

# %% [markdown] key="day0"
# # Day 0 (optional): four habits of NumPy
#
# Fifteen minutes. If you know what `keepdims` is for, skip to [Day 1](day01_vectors.ipynb).
#
# ## An array has a shape
#
# A vector has one axis, a table two. Axis 0 counts rows, axis 1 counts columns; −1 is the last one, whatever their
# number. In this course a row is a token, so a sentence of six words with four numbers each has shape (6, 4).

# %% key="shapes"
x = np.array([2.0, 1.0])
A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
print("x", x.shape, "  A", A.shape, "  A[1, 0] =", A[1, 0], "  A[1] =", A[1])

# %% [markdown] key="axis"
# ## `axis` names the axis that disappears
#
# `A.sum(axis=0)` adds along axis 0, and that axis is gone: (2, 3) becomes (3,). `A.sum(axis=1)` leaves (2,).

# %% key="axes"
print("axis=0:", A.sum(axis=0), A.sum(axis=0).shape)
print("axis=1:", A.sum(axis=1), A.sum(axis=1).shape)

# %% [markdown] key="keepdims"
# ## `keepdims` keeps its place
#
# With `keepdims=True` the axis stays, with length 1. The shape (2, 1) still says "one number for each row", and that is
# what the next habit needs.

# %% key="kept"
print(A.sum(axis=1, keepdims=True), A.sum(axis=1, keepdims=True).shape)

# %% [markdown] key="broadcasting"
# ## Broadcasting compares shapes from the right
#
# Two shapes fit when, from the right, each pair of lengths is equal or one of them is 1. The 1 is stretched.
#
# | shapes | result |
# |---|---|
# | (2, 3) and (3,) | (2, 3): the same row everywhere |
# | (2, 3) and (2, 1) | (2, 3): one number for each row |
# | (2, 3) and (2,) | an error: 3 against 2 |
# | (3, 3) and (3,) | (3, 3), though you may have meant the other axis |
#
# The last line is the trap of the whole subject: a square table hides a lost axis. Write the function below, and let the
# checker try it on a square table and on others.


# %% key="e2"
def centre_rows(A):
    """Subtract from each row its own mean.

    A: (rows, columns). Returns the same shape; every row of it has mean 0.
    """
    # solution
    return A - A.mean(axis=1, keepdims=True)
    # end solution


# %% key="e2-check"
check("0.e2", centre_rows)

# %% key="quiz"
quiz(0)

# %% key="quiz-answers" tags=["solution"]
quiz(0, reveal=True)

# %% [markdown] key="next"
# ## Next
#
# [Day 1: vectors and the dot product](day01_vectors.ipynb). Two numbers for each word, and the machine can say which word
# is most like *cat*. It has two answers.
