/* Activations of the cell, element by element, for loops that the compiler turns into vector instructions.

Each has a value, kept as a fraction so that many values share one division, and a slope by that value. None of them
swallows a NaN: every comparison lets it pass.
*/

typedef struct {
    float over, under;
} fraction;

/* tanh as x P(x^2) / Q(x^2), fitted to the smallest relative error on [0, 8.5], 1.2e-8; beyond, float32 is at 1. */
INLINE fraction tanh_value(float x) {
    x = x > 8.5f ? 8.5f : x;
    x = x < -8.5f ? -8.5f : x;
    const float square = x * x;
    float over = 1.426959705952413e-08f, under = 8.145303240780777e-07f;
    over = over * square + 2.1251409634714946e-05f;
    over = over * square + 3.53405368514359e-03f;
    over = over * square + 1.3413271307945251e-01f;
    over = over * square + 1.0f;
    under = under * square + 3.34890530211851e-04f;
    under = under * square + 2.6022858917713165e-02f;
    under = under * square + 4.6746593713760376e-01f;
    under = under * square + 1.0f;
    return (fraction){x * over, under};
}
INLINE float tanh_slope(float value) { return 1.0f - value * value; }

INLINE fraction linear_value(float x) { return (fraction){x, 1.0f}; }
INLINE float linear_slope(float value) { return 1.0f + 0.0f * value; }

INLINE fraction relu_value(float x) { return (fraction){x < 0.0f ? 0.0f : x, 1.0f}; }
INLINE float relu_slope(float value) { return value > 0.0f ? 1.0f : 0.0f; }

/* exp(x) - 1 = 2 t / (1 - t) with t = tanh(x / 2). */
INLINE fraction elu_value(float x) {
    const fraction half = tanh_value(x > 0.0f ? 0.0f : 0.5f * x);
    const float over = 2.0f * half.over, under = half.under - half.over;
    return (fraction){x > 0.0f ? x : over, under};
}
INLINE float elu_slope(float value) { return value > 0.0f ? 1.0f : value + 1.0f; }

/* Beyond 1e8 float32 is at 1; an infinite denominator would spoil the values that it shares a division with. */
INLINE fraction softsign_value(float x) {
    x = x > 1e8f ? 1e8f : x;
    x = x < -1e8f ? -1e8f : x;
    return (fraction){x, 1.0f + (x < 0.0f ? -x : x)};
}
INLINE float softsign_slope(float value) {
    const float rest = 1.0f - (value < 0.0f ? -value : value);
    return rest * rest;
}

#define FOR_EACH_ACTIVATION(do) do(tanh) do(linear) do(relu) do(elu) do(softsign)
