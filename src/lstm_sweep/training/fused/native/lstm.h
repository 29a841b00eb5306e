/* An LSTM layer over a whole window, forward and back, on one core.

The equations are those of Hochreiter & Schmidhuber (1997) with the forget gate of Gers et al. (2000). What a step reads
stands side by side in a row for each window, (1, features, hidden state), and the weights one below the other, (bias,
kernel, recurrent kernel): the sums of all gates are one product, and so are the gradients by what was read and by all
weights. Gates come in Keras' order: input, forget, candidate, output.

The way forward keeps those rows, `(time + 1, batch, row)`, the last of which nobody reads but for its hidden state, and
the six slopes that the way back multiplies with, `(time, batch, 6, lane)`: of the carry by the sums of the first three
gates, of the hidden state by the sum of the output gate, of the carry by the carry before, and of the hidden state by
the carry. Lanes are the units, and as many more as fill the last vector: what is in those is never used.
*/

#include <stddef.h>
#include <string.h>

#include "products.h"

#include "activations.h"

enum { GATES = 4, SLOPES = 6 };

typedef struct {
    int64_t batch, time, features, units, lanes;
    int64_t inputs, sums;       /* columns: of what a step reads, of all gates */
    int64_t input_row, sum_row; /* floats from row to row, with room to go on for a vector */
} sizes;

/* Units in whole vectors, of the longest kind: the size of the slopes hangs on no processor. */
static int64_t lanes_of(int64_t units) { return CACHE_LINE * ((units + CACHE_LINE - 1) / CACHE_LINE); }

static sizes sizes_of(int64_t batch, int64_t time, int64_t features, int64_t units) {
    const int64_t inputs = units + features + 1, sums = GATES * units;
    const int64_t lanes = lanes_of(units), over = lanes - units;
    return (sizes){batch, time, features, units, lanes, inputs, sums, row_of(inputs + over), row_of(sums + over)};
}

/* Floats of working memory. */
static int64_t forward_scratch(const sizes *n) {
    return strips_size(n->inputs, n->sums) + n->batch * (n->sum_row + n->lanes);
}
static int64_t backward_scratch(const sizes *n) {
    return strips_size(n->sums, n->inputs) + (n->inputs + n->batch) * n->sum_row +
           n->batch * (n->input_row + n->lanes);
}

static void copy_rows(int64_t rows, int64_t columns, const float *from, int64_t from_row, float *to, int64_t to_row) {
    for (int64_t r = 0; r < rows; r++, from += from_row, to += to_row) memcpy(to, from, columns * sizeof(float));
}

static void add_rows(int64_t rows, int64_t columns, const float *from, int64_t from_row, float *to, int64_t to_row) {
    for (int64_t r = 0; r < rows; r++)
        INDEPENDENT for (int64_t c = 0; c < columns; c++) to[r * to_row + c] += from[r * from_row + c];
}

/* Rows of whole width, from `first` on, into a matrix in strips. */
static void copy_into_strips(int64_t rows, int64_t columns, const float *from, float *strips, int64_t depth,
                             int64_t first) {
    for (int64_t c = 0; c < columns; c += STRIP) {
        const int64_t width = columns - c < STRIP ? columns - c : STRIP;
        copy_rows(rows, width, from + c, columns, strips_column(strips, depth, c) + first * STRIP, STRIP);
    }
}

/* Rows into the columns, from `first` on, of a matrix in strips: in blocks, so that a line which is written is still at
   hand for its next element. */
static void transpose_into_strips(int64_t rows, int64_t columns, const float *from, float *strips, int64_t first) {
    for (int64_t begin = 0; begin < rows; begin += CACHE_LINE) {
        const int64_t block = rows - begin < CACHE_LINE ? rows - begin : CACHE_LINE;
        float *into[CACHE_LINE];
        for (int64_t r = 0; r < block; r++) into[r] = strips_column(strips, columns, first + begin + r);
        for (int64_t c = 0; c < columns; c++)
            for (int64_t r = 0; r < block; r++) into[r][c * STRIP] = from[(begin + r) * columns + c];
    }
}

/* A step of one window: the carry, the hidden state and the slopes after the sums; lanes beyond the units read on in
   the sums of the next gate. */
typedef void stepper(const sizes *n, const float *sums, float *carry, float *hidden, float *slopes);

/* One division serves all four gates, whose logistic function is a hyperbolic tangent. */
INLINE void step(fraction (*value)(float), float (*slope)(float), const int keeping, const sizes *n,
                 const float *restrict sums, float *restrict carry, float *restrict hidden, float *restrict slopes) {
    /* A multiple that the compiler can see: no loop for a rest. */
    const int64_t units = n->units, lanes = n->lanes / CACHE_LINE * CACHE_LINE;
    INDEPENDENT for (int64_t u = 0; u < lanes; u++) {
        const fraction i = tanh_value(0.5f * sums[u]), f = tanh_value(0.5f * sums[units + u]);
        const fraction c = value(sums[2 * units + u]), o = tanh_value(0.5f * sums[3 * units + u]);
        const float i_f = i.under * f.under, c_o = c.under * o.under, inverse = 1.0f / (i_f * c_o);
        const float by_i_f = inverse * c_o, by_c_o = inverse * i_f;
        const float into = 0.5f + 0.5f * (i.over * f.under * by_i_f), forget = 0.5f + 0.5f * (f.over * i.under * by_i_f);
        const float candidate = c.over * o.under * by_c_o, out = 0.5f + 0.5f * (o.over * c.under * by_c_o);
        const float before = carry[u], after = forget * before + into * candidate;
        const fraction squashing = value(after);
        const float squashed = squashing.over / squashing.under;
        carry[u] = after;
        hidden[u] = out * squashed;
        if (keeping) {
            slopes[u] = candidate * into * (1.0f - into);
            slopes[lanes + u] = before * forget * (1.0f - forget);
            slopes[2 * lanes + u] = into * slope(candidate);
            slopes[3 * lanes + u] = squashed * out * (1.0f - out);
            slopes[4 * lanes + u] = forget;
            slopes[5 * lanes + u] = out * slope(squashed);
        }
    }
}

/* For each activation, a step that keeps slopes and one that only answers. */
#define ACTIVATION(name)                                                                                           \
    static void name##_keeping(const sizes *n, const float *sums, float *carry, float *hidden, float *slopes) {    \
        step(name##_value, name##_slope, 1, n, sums, carry, hidden, slopes);                                       \
    }                                                                                                              \
    static void name##_answering(const sizes *n, const float *sums, float *carry, float *hidden, float *slopes) {  \
        step(name##_value, name##_slope, 0, n, sums, carry, hidden, slopes);                                       \
    }
FOR_EACH_ACTIVATION(ACTIVATION)
#undef ACTIVATION

INLINE vector at(const float *place) { return *(const vector *)place; }
INLINE void put(float *place, vector value) { *(vector *)place = value; }

/* The way back of a step of one window, to the gradients by its sums and by the carry before. From the last vector to
   the first: what it writes beyond the units of a gate is overwritten by the next gate, which begins there. */
static void step_back(const sizes *n, const float *slopes, const float *of_hidden, float *of_carry, float *of_sums) {
    const int64_t units = n->units, lanes = n->lanes;
    for (int64_t u = lanes - LANES; u >= 0; u -= LANES) {
        const vector hidden = at(of_hidden + u), carry = at(of_carry + u) + hidden * at(slopes + 5 * lanes + u);
        put(of_sums + u, carry * at(slopes + u));
        put(of_sums + units + u, carry * at(slopes + lanes + u));
        put(of_sums + 2 * units + u, carry * at(slopes + 2 * lanes + u));
        put(of_sums + 3 * units + u, hidden * at(slopes + 3 * lanes + u));
        put(of_carry + u, carry * at(slopes + 4 * lanes + u));
    }
}

typedef struct {
    const float *kernel, *recurrent, *bias;
} weights;

typedef struct {
    float *outputs, *hidden, *carry;
} answers;

/* `features` and `outputs` are `(batch, time, ...)`; `outputs` may be NULL, and so may `slopes`: then `rows` are those
   of one step. */
static void forward(const sizes *n, stepper *stepping, const float *features, const weights *by, const float *hidden,
                    const float *carry, const answers *to, float *rows, float *slopes, float *scratch) {
    const int64_t output_row = n->time * n->units, feature_row = n->time * n->features;
    const int64_t before_states = 1 + n->features, to_next = slopes ? n->batch * n->input_row : 0;
    float *stacked = scratch, *sums = stacked + strips_size(n->inputs, n->sums),
          *carries = sums + n->batch * n->sum_row;
    copy_into_strips(1, n->sums, by->bias, stacked, n->inputs, 0);
    copy_into_strips(n->features, n->sums, by->kernel, stacked, n->inputs, 1);
    copy_into_strips(n->units, n->sums, by->recurrent, stacked, n->inputs, before_states);
    copy_rows(n->batch, n->units, hidden, n->units, rows + before_states, n->input_row);
    copy_rows(n->batch, n->units, carry, n->units, carries, n->lanes);
    for (int64_t t = 0; t < n->time; t++, rows += to_next) {
        float *states = rows + to_next + before_states;
        for (int64_t b = 0; b < n->batch; b++) rows[b * n->input_row] = 1.0f;
        copy_rows(n->batch, n->features, features + t * n->features, feature_row, rows + 1, n->input_row);
        multiply(n->batch, n->sums, n->inputs, rows, n->input_row, stacked, sums, n->sum_row);
        for (int64_t b = 0; b < n->batch; b++)
            stepping(n, sums + b * n->sum_row, carries + b * n->lanes, states + b * n->input_row,
                     slopes ? slopes + (t * n->batch + b) * SLOPES * n->lanes : NULL);
        if (to->outputs)
            copy_rows(n->batch, n->units, states, n->input_row, to->outputs + t * n->units, output_row);
    }
    copy_rows(n->batch, n->units, rows + before_states, n->input_row, to->hidden, n->units);
    copy_rows(n->batch, n->units, carries, n->lanes, to->carry, n->units);
}

typedef struct {
    float *features, *kernel, *recurrent, *bias, *hidden, *carry;
} gradients;

/* `by_outputs` is NULL where only the last state is used, and `of->features` where nobody asks for that gradient. */
static void backward(const sizes *n, const weights *by, const float *rows, const float *slopes, const float *by_outputs,
                     const float *by_hidden, const float *by_carry, const gradients *of, float *scratch) {
    const int64_t output_row = n->time * n->units, feature_row = n->time * n->features;
    const int64_t asked = of->features ? n->features : 0;
    float *transposed = scratch, *of_inputs = transposed + strips_size(n->sums, n->inputs),
          *of_states = of_inputs + asked, *of_sums = of_inputs + n->batch * n->input_row,
          *of_weights = of_sums + n->batch * n->sum_row, *of_carries = of_weights + n->inputs * n->sum_row;
    transpose_into_strips(asked, n->sums, by->kernel, transposed, 0);
    transpose_into_strips(n->units, n->sums, by->recurrent, transposed, asked);
    memset(of_weights, 0, n->inputs * n->sum_row * sizeof(float));
    copy_rows(n->batch, n->units, by_hidden, n->units, of_states, n->input_row);
    copy_rows(n->batch, n->units, by_carry, n->units, of_carries, n->lanes);
    for (int64_t t = n->time - 1; t >= 0; t--) {
        if (by_outputs)
            add_rows(n->batch, n->units, by_outputs + t * n->units, output_row, of_states, n->input_row);
        for (int64_t b = 0; b < n->batch; b++)
            step_back(n, slopes + (t * n->batch + b) * SLOPES * n->lanes, of_states + b * n->input_row,
                      of_carries + b * n->lanes, of_sums + b * n->sum_row);
        multiply(n->batch, asked + n->units, n->sums, of_sums, n->sum_row, transposed, of_inputs, n->input_row);
        add_transposed_product(n->inputs, n->sums, n->batch, rows + t * n->batch * n->input_row, n->input_row, of_sums,
                               n->sum_row, of_weights, n->sum_row);
        if (asked)
            copy_rows(n->batch, n->features, of_inputs, n->input_row, of->features + t * n->features, feature_row);
    }
    copy_rows(n->batch, n->units, of_states, n->input_row, of->hidden, n->units);
    copy_rows(n->batch, n->units, of_carries, n->lanes, of->carry, n->units);
    copy_rows(1, n->sums, of_weights, n->sum_row, of->bias, n->sums);
    copy_rows(n->features, n->sums, of_weights + n->sum_row, n->sum_row, of->kernel, n->sums);
    copy_rows(n->units, n->sums, of_weights + (1 + n->features) * n->sum_row, n->sum_row, of->recurrent, n->sums);
}
