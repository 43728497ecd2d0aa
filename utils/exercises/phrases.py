"""One sentence for each family of mistakes, used where a mistake brings no sentence of its own."""

_FAMILIES = {
    "elementwise no_sum": "You have the products; they still have to be added into one number.",
    "outer": "Pair equal positions only; you paired everything with everything.",
    "transposed W_T V_w": "Tokens are rows. Check which index your sum runs over.",
    "no_T": "The inner sizes must meet; write both shapes side by side.",
    "swapped backwards": "Right ingredients, roles exchanged. Who asks, who answers?",
    "reshape direct": "Shape is right, owners are wrong. Follow one token's numbers.",
    "axis0 columns tokens wrong_T": "Your columns have the property the rows should have.",
    "no_keepdims": "Only the square case is wrong: a lost axis lined up with the wrong one.",
    "whole joint over_all batch": "You normalised the whole table; each row is its own cake.",
    "unweighted mean uniform ignores": "Everyone got the same say. Use the weights.",
    "summed no_mean": "Right direction, wrong by a constant factor: sum or mean?",
    "unnormalised not_normalised no_denominator": "Shares must add up to 1.",
    "no_sqrt no_root second_moment": "One root (or one subtraction of the mean²) is missing.",
    "one_norm sq_norms no_norm": "Divide by each length exactly once.",
    "ddof1": "Divide by n here, not n−1.",
    "std var_not_std var_as_sd sigma_not_sq": "Variance or its root? Look at the formula's σ and σ².",
    "sign ascent plus grows": "Same size, opposite direction.",
    "no_half no_two no_four no_d": "A constant factor went missing; test on the smallest example.",
    "off_by_one from_one patience_off t_off boundary": "One step early or late. Count the first element by hand.",
    "stale old_v once no_memory": "You used an old value; the update must see the latest one.",
    "nats bits two same": "Check the unit: bits use log₂, nats use ln.",
    "nan unstable": "0·log 0 counts as 0; subtract the row maximum before exp.",
    "double_softmax raw_logits probability": "The loss expects logits and does the log-softmax itself.",
    "prior prior_ignored likelihood mle prior_only": "Only half of the evidence was used.",
    "no_scale by_dk by_T no_sigma": "Which number measures how many products were added up? Its root is the scale.",
    "degrees same_speed": "Angles are in radians; each pair i has its own speed 10000^(−2i/d).",
    "coef rejection kept next_only": "You returned a neighbour of the answer: the coefficient, the leftover "
    "or another part.",
    "smallest ascending maximum minimum last global_best": "The order or the choice (max or min, first or "
    "last) is the wrong way round.",
    "unmasked by_grad relu_of_g at_zero": "The gate is decided by the input of the forward pass.",
    "inverted upper strict one_ahead times_zero after": "Print the mask for three words: may word 0 see "
    "word 0? word 1?",
    "diag diag_only no_centre mean_centre label_column_only": "Raising one share lowers the others; include "
    "the cross terms.",
    "no_cross times_heads two_embeddings no_bias": "List the matrices by name with their shapes before adding.",
    "concat stack flat cut_rows": "Look at the last axis: what should its size be?",
}

FAMILY_HINT = {name: sentence for names, sentence in _FAMILIES.items() for name in names.split()}
