/* Activations of the cell, element by element, for loops that the compiler turns into vector instructions.

Each has a value, left as a fraction so that many values share one division, and a derivative as a function of that
value. Values propagate NaN: every comparison with it is false.
*/

typedef struct {
    float numerator, denominator;
} fraction;

/* tanh as x P(x^2) / Q(x^2), fitted to the smallest relative error on [0, 8.5], 1.2e-8; saturated beyond in float32. */
INLINE fraction tanh_value(float x) {
    x = x > 8.5f ? 8.5f : x;
    x = x < -8.5f ? -8.5f : x;
    const float square = x * x;
    float numerator = 1.426959705952413e-08f, denominator = 8.145303240780777e-07f;
    numerator = numerator * square + 2.1251409634714946e-05f;
    numerator = numerator * square + 3.53405368514359e-03f;
    numerator = numerator * square + 1.3413271307945251e-01f;
    numerator = numerator * square + 1.0f;
    denominator = denominator * square + 3.34890530211851e-04f;
    denominator = denominator * square + 2.6022858917713165e-02f;
    denominator = denominator * square + 4.6746593713760376e-01f;
    denominator = denominator * square + 1.0f;
    return (fraction){x * numerator, denominator};
}
INLINE float tanh_derivative(float value) { return 1.0f - value * value; }

INLINE fraction linear_value(float x) { return (fraction){x, 1.0f}; }
INLINE float linear_derivative(float value) { return 1.0f + 0.0f * value; }

INLINE fraction relu_value(float x) { return (fraction){x < 0.0f ? 0.0f : x, 1.0f}; }
INLINE float relu_derivative(float value) { return value > 0.0f ? 1.0f : 0.0f; }

/* exp(x) - 1 = 2 t / (1 - t) with t = tanh(x / 2). */
INLINE fraction elu_value(float x) {
    const fraction half = tanh_value(x > 0.0f ? 0.0f : 0.5f * x);
    const float numerator = 2.0f * half.numerator, denominator = half.denominator - half.numerator;
    return (fraction){x > 0.0f ? x : numerator, denominator};
}
INLINE float elu_derivative(float value) { return value > 0.0f ? 1.0f : value + 1.0f; }

/* Saturated beyond 1e8 in float32; an infinite denominator would spoil the values that it shares a division with. */
INLINE fraction softsign_value(float x) {
    x = x > 1e8f ? 1e8f : x;
    x = x < -1e8f ? -1e8f : x;
    return (fraction){x, 1.0f + (x < 0.0f ? -x : x)};
}
INLINE float softsign_derivative(float value) {
    const float rest = 1.0f - (value < 0.0f ? -value : value);
    return rest * rest;
}

#define FOR_EACH_ACTIVATION(do) do(tanh) do(linear) do(relu) do(elu) do(softsign)
