/* An LSTM layer over a whole window, forward and backward pass, on one core.

The equations are those of Hochreiter & Schmidhuber (1997) with the forget gate of Gers et al. (2000). The inputs of a
step stand side by side in a row for each window, (1, features, hidden state), and the weights one below the other,
(bias, kernel, recurrent kernel): the pre-activations of all gates are one matrix product, and so are the gradients with
respect to the inputs and to all weights. Gates come in Keras' order: input, forget, candidate, output.

The residuals of the forward pass are those rows, `(time + 1, batch, row)`, of which the last holds only the last hidden
state, and six derivatives, `(time, batch, 6, lane)`: of the carry with respect to the pre-activations of the first
three gates, of the hidden state with respect to that of the output gate, of the carry with respect to the previous
carry, and of the hidden state with respect to the carry. Lanes are the units, padded to whole vectors; what is in the
padding is never used. `d_x` is the gradient of the loss with respect to x.
*/

#include <stddef.h>
#include <string.h>

#include "products.h"

#include "activations.h"

enum { GATES = 4, DERIVATIVES = 6 };

typedef struct {
    int64_t batch, time, features, units, lanes;
    int64_t inputs, gates;       /* columns: of a step's inputs, of the pre-activations of all gates */
    int64_t input_row, gate_row; /* floats from row to row, with padding for a whole vector */
} sizes;

/* Units in whole vectors, of the longest kind: the size of the derivatives does not depend on the processor. */
static int64_t lanes_of(int64_t units) { return CACHE_LINE * ((units + CACHE_LINE - 1) / CACHE_LINE); }

static sizes sizes_of(int64_t batch, int64_t time, int64_t features, int64_t units) {
    const int64_t inputs = units + features + 1, gates = GATES * units;
    const int64_t lanes = lanes_of(units), padding = lanes - units;
    const int64_t input_row = row_of(inputs + padding), gate_row = row_of(gates + padding);
    return (sizes){batch, time, features, units, lanes, inputs, gates, input_row, gate_row};
}

/* Floats of working memory. */
static int64_t forward_scratch(const sizes *n) {
    return strips_size(n->inputs, n->gates) + n->batch * (n->gate_row + n->lanes);
}
static int64_t backward_scratch(const sizes *n) {
    return strips_size(n->gates, n->inputs) + (n->inputs + n->batch) * n->gate_row +
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

/* Rows into the columns, from `first` on, of a matrix in strips: in blocks, so that a line which is written is still in
   the cache for its next element. */
static void transpose_into_strips(int64_t rows, int64_t columns, const float *from, float *strips, int64_t first) {
    for (int64_t begin = 0; begin < rows; begin += CACHE_LINE) {
        const int64_t block = rows - begin < CACHE_LINE ? rows - begin : CACHE_LINE;
        float *into[CACHE_LINE];
        for (int64_t r = 0; r < block; r++) into[r] = strips_column(strips, columns, first + begin + r);
        for (int64_t c = 0; c < columns; c++)
            for (int64_t r = 0; r < block; r++) into[r][c * STRIP] = from[(begin + r) * columns + c];
    }
}

/* A step of one window, from the pre-activations: it updates the carry, and writes the hidden state and the
   derivatives. The padding lanes read the pre-activations of the next gate. */
typedef void stepper(const sizes *n, const float *preactivations, float *carry, float *hidden, float *derivatives);

/* One division serves all four gates, whose logistic function is a hyperbolic tangent. */
INLINE void step(fraction (*value)(float), float (*derivative)(float), const int with_derivatives, const sizes *n,
                 const float *restrict preactivations, float *restrict carry, float *restrict hidden,
                 float *restrict derivatives) {
    /* A multiple that the compiler can see: no remainder loop. */
    const int64_t units = n->units, lanes = n->lanes / CACHE_LINE * CACHE_LINE;
    INDEPENDENT for (int64_t u = 0; u < lanes; u++) {
        const fraction i = tanh_value(0.5f * preactivations[u]), f = tanh_value(0.5f * preactivations[units + u]);
        const fraction c = value(preactivations[2 * units + u]), o = tanh_value(0.5f * preactivations[3 * units + u]);
        const float i_f = i.denominator * f.denominator, c_o = c.denominator * o.denominator;
        const float inverse = 1.0f / (i_f * c_o), by_i_f = inverse * c_o, by_c_o = inverse * i_f;
        const float into = 0.5f + 0.5f * (i.numerator * f.denominator * by_i_f);
        const float forget = 0.5f + 0.5f * (f.numerator * i.denominator * by_i_f);
        const float candidate = c.numerator * o.denominator * by_c_o;
        const float out = 0.5f + 0.5f * (o.numerator * c.denominator * by_c_o);
        const float before = carry[u], after = forget * before + into * candidate;
        const fraction squashing = value(after);
        const float squashed = squashing.numerator / squashing.denominator;
        carry[u] = after;
        hidden[u] = out * squashed;
        if (with_derivatives) {
            derivatives[u] = candidate * into * (1.0f - into);
            derivatives[lanes + u] = before * forget * (1.0f - forget);
            derivatives[2 * lanes + u] = into * derivative(candidate);
            derivatives[3 * lanes + u] = squashed * out * (1.0f - out);
            derivatives[4 * lanes + u] = forget;
            derivatives[5 * lanes + u] = out * derivative(squashed);
        }
    }
}

/* For each activation, a step with derivatives, for training, and one without. */
#define ACTIVATION(name)                                                                                             \
    static void name##_with_derivatives(const sizes *n, const float *preactivations, float *carry, float *hidden,    \
                                        float *derivatives) {                                                        \
        step(name##_value, name##_derivative, 1, n, preactivations, carry, hidden, derivatives);                     \
    }                                                                                                                \
    static void name##_without_derivatives(const sizes *n, const float *preactivations, float *carry, float *hidden, \
                                           float *derivatives) {                                                     \
        step(name##_value, name##_derivative, 0, n, preactivations, carry, hidden, derivatives);                     \
    }
FOR_EACH_ACTIVATION(ACTIVATION)
#undef ACTIVATION

INLINE vector at(const float *place) { return *(const vector *)place; }
INLINE void put(float *place, vector value) { *(vector *)place = value; }

/* The backward step of one window, to the gradients with respect to its pre-activations and to the previous carry. From
   the last vector to the first: what it writes beyond the units of a gate is overwritten by the next gate, which begins
   there. */
static void backward_step(const sizes *n, const float *derivatives, const float *d_hidden, float *d_carry,
                          float *d_preactivations) {
    const int64_t units = n->units, lanes = n->lanes;
    for (int64_t u = lanes - LANES; u >= 0; u -= LANES) {
        const vector hidden = at(d_hidden + u), carry = at(d_carry + u) + hidden * at(derivatives + 5 * lanes + u);
        put(d_preactivations + u, carry * at(derivatives + u));
        put(d_preactivations + units + u, carry * at(derivatives + lanes + u));
        put(d_preactivations + 2 * units + u, carry * at(derivatives + 2 * lanes + u));
        put(d_preactivations + 3 * units + u, hidden * at(derivatives + 3 * lanes + u));
        put(d_carry + u, carry * at(derivatives + 4 * lanes + u));
    }
}

typedef struct {
    const float *kernel, *recurrent, *bias;
} weights;

typedef struct {
    float *outputs, *hidden, *carry;
} results;

/* `features` and `outputs` are `(batch, time, ...)`; `outputs` may be NULL, and so may `derivatives`: then `rows` are
   those of one step. */
static void forward(const sizes *n, stepper *step_of, const float *features, const weights *w, const float *hidden,
                    const float *carry, const results *out, float *rows, float *derivatives, float *scratch) {
    const int64_t output_row = n->time * n->units, feature_row = n->time * n->features;
    const int64_t before_states = 1 + n->features, next_row = derivatives ? n->batch * n->input_row : 0;
    float *stacked = scratch, *preactivations = stacked + strips_size(n->inputs, n->gates),
          *carries = preactivations + n->batch * n->gate_row;
    copy_into_strips(1, n->gates, w->bias, stacked, n->inputs, 0);
    copy_into_strips(n->features, n->gates, w->kernel, stacked, n->inputs, 1);
    copy_into_strips(n->units, n->gates, w->recurrent, stacked, n->inputs, before_states);
    copy_rows(n->batch, n->units, hidden, n->units, rows + before_states, n->input_row);
    copy_rows(n->batch, n->units, carry, n->units, carries, n->lanes);
    for (int64_t t = 0; t < n->time; t++, rows += next_row) {
        float *states = rows + next_row + before_states;
        for (int64_t b = 0; b < n->batch; b++) rows[b * n->input_row] = 1.0f;
        copy_rows(n->batch, n->features, features + t * n->features, feature_row, rows + 1, n->input_row);
        multiply(n->batch, n->gates, n->inputs, rows, n->input_row, stacked, preactivations, n->gate_row);
        for (int64_t b = 0; b < n->batch; b++)
            step_of(n, preactivations + b * n->gate_row, carries + b * n->lanes, states + b * n->input_row,
                    derivatives ? derivatives + (t * n->batch + b) * DERIVATIVES * n->lanes : NULL);
        if (out->outputs)
            copy_rows(n->batch, n->units, states, n->input_row, out->outputs + t * n->units, output_row);
    }
    copy_rows(n->batch, n->units, rows + before_states, n->input_row, out->hidden, n->units);
    copy_rows(n->batch, n->units, carries, n->lanes, out->carry, n->units);
}

typedef struct {
    float *features, *kernel, *recurrent, *bias, *hidden, *carry;
} gradients;

/* `d_outputs` is NULL where only the last state is used, and `d->features` where that gradient is not needed. */
static void backward(const sizes *n, const weights *w, const float *rows, const float *derivatives,
                     const float *d_outputs, const float *d_last_hidden, const float *d_last_carry, const gradients *d,
                     float *scratch) {
    const int64_t output_row = n->time * n->units, feature_row = n->time * n->features;
    const int64_t needed = d->features ? n->features : 0;
    float *transposed = scratch, *d_inputs = transposed + strips_size(n->gates, n->inputs),
          *d_states = d_inputs + needed, *d_preactivations = d_inputs + n->batch * n->input_row,
          *d_weights = d_preactivations + n->batch * n->gate_row, *d_carries = d_weights + n->inputs * n->gate_row;
    transpose_into_strips(needed, n->gates, w->kernel, transposed, 0);
    transpose_into_strips(n->units, n->gates, w->recurrent, transposed, needed);
    memset(d_weights, 0, n->inputs * n->gate_row * sizeof(float));
    copy_rows(n->batch, n->units, d_last_hidden, n->units, d_states, n->input_row);
    copy_rows(n->batch, n->units, d_last_carry, n->units, d_carries, n->lanes);
    for (int64_t t = n->time - 1; t >= 0; t--) {
        if (d_outputs)
            add_rows(n->batch, n->units, d_outputs + t * n->units, output_row, d_states, n->input_row);
        for (int64_t b = 0; b < n->batch; b++)
            backward_step(n, derivatives + (t * n->batch + b) * DERIVATIVES * n->lanes, d_states + b * n->input_row,
                          d_carries + b * n->lanes, d_preactivations + b * n->gate_row);
        multiply(n->batch, needed + n->units, n->gates, d_preactivations, n->gate_row, transposed, d_inputs,
                 n->input_row);
        add_transposed_product(n->inputs, n->gates, n->batch, rows + t * n->batch * n->input_row, n->input_row,
                               d_preactivations, n->gate_row, d_weights, n->gate_row);
        if (needed)
            copy_rows(n->batch, n->features, d_inputs, n->input_row, d->features + t * n->features, feature_row);
    }
    copy_rows(n->batch, n->units, d_states, n->input_row, d->hidden, n->units);
    copy_rows(n->batch, n->units, d_carries, n->lanes, d->carry, n->units);
    copy_rows(1, n->gates, d_weights, n->gate_row, d->bias, n->gates);
    copy_rows(n->features, n->gates, d_weights + n->gate_row, n->gate_row, d->kernel, n->gates);
    copy_rows(n->units, n->gates, d_weights + (1 + n->features) * n->gate_row, n->gate_row, d->recurrent, n->gates);
}
