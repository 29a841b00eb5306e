/* What XLA calls of `lstm.h`, through its C interface for foreign functions; `native_lstm.py` is the other side. */

#include "xla/ffi/api/c_api.h"

#include "lstm.h"

/* XLA asks every handler once which version of its interface it was written for; this answers. */
static int is_metadata_query(XLA_FFI_CallFrame *frame) {
    const XLA_FFI_Extension_Base *extension = frame->extension_start;
    if (!extension || extension->type != XLA_FFI_Extension_Metadata) return 0;
    XLA_FFI_Metadata *metadata = ((XLA_FFI_Metadata_Extension *)extension)->metadata;
    metadata->api_version.major_version = XLA_FFI_API_MAJOR;
    metadata->api_version.minor_version = XLA_FFI_API_MINOR;
    return 1;
}

static float *data(void *buffer) { return ((XLA_FFI_Buffer *)buffer)->data; }
static const int64_t *shape(void *buffer) { return ((XLA_FFI_Buffer *)buffer)->dims; }

/* Arguments: features, kernel, recurrent kernel, bias, hidden, carry.
   Results: outputs (of no step where only the last state is needed), hidden, carry, rows, scratch, and derivatives
   where the backward pass follows. */
static XLA_FFI_Error *forward_call(XLA_FFI_CallFrame *frame, stepper *with_derivatives, stepper *without) {
    if (is_metadata_query(frame)) return NULL;
    void **a = frame->args.args, **r = frame->rets.rets;
    const int64_t *features = shape(a[0]);
    const sizes n = sizes_of(features[0], features[1], features[2], shape(a[2])[0]);
    const weights w = {data(a[1]), data(a[2]), data(a[3])};
    const results out = {shape(r[0])[1] ? data(r[0]) : NULL, data(r[1]), data(r[2])};
    float *derivatives = frame->rets.size > 5 ? data(r[5]) : NULL;
    forward(&n, derivatives ? with_derivatives : without, data(a[0]), &w, data(a[4]), data(a[5]), &out, data(r[3]),
            derivatives, data(r[4]));
    return NULL;
}

/* Arguments: kernel, recurrent kernel, rows, derivatives, gradients with respect to the outputs (of no step where only
   the last state is used), the last hidden state and the last carry.
   Results: gradients with respect to the features (of no step where it is not needed), kernel, recurrent kernel, bias,
   hidden and carry, and scratch. */
XLA_FFI_Error *lstm_backward(XLA_FFI_CallFrame *frame) {
    if (is_metadata_query(frame)) return NULL;
    void **a = frame->args.args, **r = frame->rets.rets;
    const int64_t *derivatives = shape(a[3]);
    const sizes n = sizes_of(derivatives[1], derivatives[0], shape(a[0])[0], shape(a[1])[0]);
    const weights w = {data(a[0]), data(a[1]), NULL};
    float *d_features = shape(r[0])[1] ? data(r[0]) : NULL;
    const gradients d = {d_features, data(r[1]), data(r[2]), data(r[3]), data(r[4]), data(r[5])};
    backward(&n, &w, data(a[2]), data(a[3]), shape(a[4])[1] ? data(a[4]) : NULL, data(a[5]), data(a[6]), &d,
             data(r[6]));
    return NULL;
}

#define FORWARD(name)                                                                    \
    XLA_FFI_Error *lstm_forward_##name(XLA_FFI_CallFrame *frame) {                       \
        return forward_call(frame, name##_with_derivatives, name##_without_derivatives); \
    }
FOR_EACH_ACTIVATION(FORWARD)

/* Floats that the caller must allocate, by windows, steps, features and units. */
int64_t lstm_forward_scratch(int64_t batch, int64_t time, int64_t features, int64_t units) {
    const sizes n = sizes_of(batch, time, features, units);
    return forward_scratch(&n);
}
int64_t lstm_backward_scratch(int64_t batch, int64_t time, int64_t features, int64_t units) {
    const sizes n = sizes_of(batch, time, features, units);
    return backward_scratch(&n);
}
int64_t lstm_row(int64_t features, int64_t units) { return sizes_of(1, 1, features, units).input_row; }
int64_t lstm_lanes(int64_t units) { return lanes_of(units); }
