package io.github.tess2.runtime.sampler;

/**
 * Dream's times, from 1 to eps in T equal steps, and the share of the open positions that each step
 * commits. In single precision, as the published loop computes them.
 *
 * @param total T
 * @param eps the last time, in [0, 1)
 */
record DreamSchedule(int total, double eps) {
  /** The share of the open positions that a step commits, in [0, 1]; 1 at the last step. */
  float share(int step) {
    return step == total ? 1 : 1 - time(step) / time(step - 1);
  }

  /** How many of the open positions a step commits. */
  int count(int step, int open) {
    return step == total ? open : (int) (open * share(step));
  }

  /** As {@code torch.linspace(1, eps, T + 1)} rounds it. */
  private float time(int index) {
    float last = (float) eps;
    float width = (last - 1) / total;
    return index < (total + 1) / 2 ? 1 + width * index : last - width * (total - index);
  }
}
