/* Runs the way forward and back once; the sanitizers that it is compiled with end it where an array is left. */

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
    const weights by = {array(features * n.sums), array(units * n.sums), array(n.sums)};
    const gradients of = {array(batch * time * features), array(features * n.sums), array(units * n.sums),
                          array(n.sums), array(batch * units), array(batch * units)};
    const gradients but_features = {NULL, of.kernel, of.recurrent, of.bias, of.hidden, of.carry};
    float *inputs = array(batch * time * features), *hidden = array(batch * units), *carry = array(batch * units);
    const answers every_step = {array(batch * time * units), array(batch * units), array(batch * units)};
    const answers last_step = {NULL, every_step.hidden, every_step.carry};
    float *rows_of_one = array(batch * n.input_row), *rows = array((time + 1) * batch * n.input_row);
    float *slopes = array(time * batch * SLOPES * n.lanes), *by_outputs = array(batch * time * units);
    float *on_the_way = array(forward_scratch(&n)), *on_the_way_back = array(backward_scratch(&n));
    forward(&n, softsign_answering, inputs, &by, hidden, carry, &last_step, rows_of_one, NULL, on_the_way);
    forward(&n, tanh_keeping, inputs, &by, hidden, carry, &every_step, rows, slopes, on_the_way);
    backward(&n, &by, rows, slopes, by_outputs, hidden, carry, &of, on_the_way_back);
    backward(&n, &by, rows, slopes, NULL, hidden, carry, &but_features, on_the_way_back);
    return 0;
}
