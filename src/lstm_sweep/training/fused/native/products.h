/* Matrix products of float32 on one core, for matrices that the core's own cache holds.

Matrices lie by rows; rows begin `..._row` floats apart, and the rows of what is written end with room for a whole
vector. A tile of the result is accumulated in registers (Goto & van de Geijn, 2008, "Anatomy of
high-performance matrix multiplication"). A right matrix that is used more than once lies in strips, as wide as a tile
and one behind the other: its lines are then read in the order of memory, by pages instead of a line from each.
*/

#include <stdint.h>

/* A tile has TILE_ROWS rows of TILE_VECTORS vectors: as many as the registers hold beside a row of the right matrix. */
#if defined(__AVX512F__)
enum { LANES = 16, TILE_ROWS = 8 };
#elif defined(__AVX__)
enum { LANES = 8, TILE_ROWS = 4 };
#elif defined(__ARM_NEON)
enum { LANES = 4, TILE_ROWS = 8 };
#else
enum { LANES = 4, TILE_ROWS = 4 };
#endif
enum { TILE_VECTORS = 3, STRIP = TILE_VECTORS * LANES, CACHE_LINE = 16 };

typedef float vector __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))
/* Before a loop: of few rounds, to be written out; of many, whose rounds have nothing to do with one another. */
#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define UNROLLED _Pragma("GCC unroll 8")
#define INDEPENDENT _Pragma("GCC ivdep")
#endif

/* Floats from row to row for so many columns: whole cache lines, and an odd number of them, so that the elements of a
   column spread over all sets of the cache. */
static int64_t row_of(int64_t columns) { return CACHE_LINE * ((columns + CACHE_LINE - 1) / CACHE_LINE | 1); }

/* (left, of `rows` rows) x (right, of `vectors` vectors a row), added to `result` or in its place. */
INLINE void tile(const int rows, const int vectors, int64_t depth, const float *left, int64_t left_row,
                 int64_t left_step, const float *right, int64_t right_row, float *result, int64_t result_row,
                 const int accumulate) {
    vector accumulators[TILE_ROWS][TILE_VECTORS];
    UNROLLED for (int r = 0; r < rows; r++)
        UNROLLED for (int v = 0; v < vectors; v++)
            accumulators[r][v] = accumulate ? *(const vector *)(result + r * result_row + v * LANES) : (vector){0};
    for (int64_t k = 0; k < depth; k++) {
        vector line[TILE_VECTORS];
        UNROLLED for (int v = 0; v < vectors; v++) line[v] = *(const vector *)(right + k * right_row + v * LANES);
        UNROLLED for (int r = 0; r < rows; r++) {
            const float factor = left[r * left_row + k * left_step];
            UNROLLED for (int v = 0; v < vectors; v++) accumulators[r][v] += factor * line[v];
        }
    }
    UNROLLED for (int r = 0; r < rows; r++)
        UNROLLED for (int v = 0; v < vectors; v++)
            *(vector *)(result + r * result_row + v * LANES) = accumulators[r][v];
}

/* Tiles one below the other. */
INLINE void strip(const int vectors, int64_t rows, int64_t depth, const float *left, int64_t left_row,
                  int64_t left_step, const float *right, int64_t right_row, float *result, int64_t result_row,
                  const int accumulate) {
#define TILES(height)                                                                                              \
    for (; rows >= (height); rows -= (height), left += (height) * left_row, result += (height) * result_row)       \
        tile(height, vectors, depth, left, left_row, left_step, right, right_row, result, result_row, accumulate);
    TILES(TILE_ROWS)
    TILES(4)
    TILES(2)
    TILES(1)
#undef TILES
}

INLINE void product(int64_t rows, int64_t columns, int64_t depth, const float *left, int64_t left_row,
                    int64_t left_step, const float *right, int64_t right_row, int64_t right_strip, float *result,
                    int64_t result_row, const int accumulate) {
#define STRIPS(width)                                                                                              \
    for (; columns > ((width) - 1) * LANES;                                                                        \
         columns -= (width) * LANES, right += right_strip, result += (width) * LANES)                              \
        strip(width, rows, depth, left, left_row, left_step, right, right_row, result, result_row, accumulate);
    STRIPS(TILE_VECTORS)
    STRIPS(2)
    STRIPS(1)
#undef STRIPS
}

/* Floats of a matrix in strips, of `depth` rows. */
static int64_t strips_size(int64_t depth, int64_t columns) { return depth * STRIP * ((columns + STRIP - 1) / STRIP); }

/* Where a column of a matrix in strips begins; its elements are STRIP floats apart. */
static float *strips_column(float *strips, int64_t depth, int64_t column) {
    return strips + column / STRIP * depth * STRIP + column % STRIP;
}

/* result = left x right: (rows, depth) x (depth, columns), the right one in strips. */
static __attribute__((noinline)) void multiply(int64_t rows, int64_t columns, int64_t depth, const float *left,
                                               int64_t left_row, const float *right, float *result,
                                               int64_t result_row) {
    product(rows, columns, depth, left, left_row, 1, right, STRIP, depth * STRIP, result, result_row, 0);
}

/* result += left^T x right: (depth, rows)^T x (depth, columns). */
static __attribute__((noinline)) void add_transposed_product(int64_t rows, int64_t columns, int64_t depth,
                                                             const float *left, int64_t left_row,
                                                             const float *right, int64_t right_row, float *result,
                                                             int64_t result_row) {
    product(rows, columns, depth, left, 1, left_row, right, right_row, STRIP, result, result_row, 1);
}
