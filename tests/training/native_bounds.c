/* Runs a forward and a backward pass; the sanitizers that it is compiled with end it at an access out of bounds. */

#include "lstm.h"

#include <stdio.h>
#include <stdlib.h>

static float *array(int64_t floats) {
    float *numbers = malloc(floats * sizeof(float));
    for (int64_t i = 0; i < floats; i++) numbers[i] = (i * 2654435761u % 1000) / 1000.0f - 0.5f;
    return numbers;
}

int main(int count, char **words) {
    if (count != 5) return 2;
    const int64_t batch = atoi(words[1]), time = atoi(words[2]), features = atoi(words[3]), units = atoi(words[4]);
    const sizes n = sizes_of(batch, time, features, units);
    const weights w = {array(features * n.gates), array(units * n.gates), array(n.gates)};
    const gradients d = {array(batch * time * features), array(features * n.gates), array(units * n.gates),
                          array(n.gates), array(batch * units), array(batch * units)};
    const gradients but_features = {NULL, d.kernel, d.recurrent, d.bias, d.hidden, d.carry};
    float *inputs = array(batch * time * features), *hidden = array(batch * units), *carry = array(batch * units);
    const results every_step = {array(batch * time * units), array(batch * units), array(batch * units)};
    const results last_step = {NULL, every_step.hidden, every_step.carry};
    float *rows_of_one = array(batch * n.input_row), *rows = array((time + 1) * batch * n.input_row);
    float *derivatives = array(time * batch * DERIVATIVES * n.lanes), *d_outputs = array(batch * time * units);
    float *forward_memory = array(forward_scratch(&n)), *backward_memory = array(backward_scratch(&n));
    forward(&n, softsign_without_derivatives, inputs, &w, hidden, carry, &last_step, rows_of_one, NULL, forward_memory);
    forward(&n, tanh_with_derivatives, inputs, &w, hidden, carry, &every_step, rows, derivatives, forward_memory);
    backward(&n, &w, rows, derivatives, d_outputs, hidden, carry, &d, backward_memory);
    backward(&n, &w, rows, derivatives, NULL, hidden, carry, &but_features, backward_memory);
    return 0;
}
